//! Programs in other languages: components of 12 to 18 MB, which `tests/languages/build` makes.
use std::fs::{self, File};
use std::path::PathBuf;
use std::time::Duration;

use crate::installation::{Installation, repository};
use crate::program;

/// As long as compiling one of them for the first time may take, on a machine that does other work.
const FIRST_COMPILE: Duration = Duration::from_secs(170);

/// A language's component: `javascript` or `python`.
///
/// # Panics
/// Where it is not there.
#[must_use]
pub fn component(language: &str) -> PathBuf {
    let path = repository().join("tests/languages/target").join(language).with_extension("wasm");
    assert!(path.is_file(), "{} is not there\nhelp: `make languages` builds it", path.display());
    path
}

/// The installation with a tool of that language's component, compiled already; `more` follows the head of its manifest.
///
/// # Panics
/// Where it is not there, or does not compile.
#[must_use]
pub fn with(language: &str, installation: Installation, more: &str) -> Installation {
    let component = component(language);
    let installation = installation.tool(language, fs::read(&component).unwrap(), more);
    // One test compiles it for all; the others wait for that one.
    let lock = File::create(component.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let mut run = installation.command(&["run", component.to_str().unwrap()]);
    let ended = program::run_within(&mut run, FIRST_COMPILE);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    installation
}
