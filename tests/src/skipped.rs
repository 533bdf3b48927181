//! Tests that cannot be made on this machine: `make test` lists them at its end, with what was missing.
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

/// Says that the test that runs was skipped, and why: on its standard error, and in `target/skipped`.
///
/// # Panics
/// Where that cannot be written.
#[track_caller]
pub fn skipped(why: &str) {
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    let line = format!("SKIPPED {test}: {why}\n");
    eprint!("{line}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    fs::create_dir_all(&folder).unwrap();
    let mut list = OpenOptions::new().create(true).append(true).open(folder.join("skipped")).unwrap();
    list.write_all(line.as_bytes()).unwrap();
}
