//! Where the hostile guests' components are.
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The component of a hostile guest.
///
/// # Panics
/// Where it has not been built since its source was last changed: an old guest would prove nothing.
#[must_use]
pub fn guest(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests");
    let component = folder.join("target/wasm32-wasip2/release").join(name).with_extension("wasm");
    let built = changed(&component);
    let shared = ["src/lib.rs", "src/http.rs", "src/host.rs", "build.rs"].map(|name| folder.join(name));
    let own = folder.join("src/bin").join(name).with_extension("rs");
    let is_fresh = built.is_some() && shared.iter().chain([&own]).all(|source| changed(source) <= built);
    assert!(is_fresh, "the guest `{name}` is not built, or older than its source\nhelp: `make guests` builds it");
    component
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// The typed component of the suite.
///
/// # Panics
/// As [`guest`].
#[must_use]
pub fn typed_guest() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("typed-guests");
    let component = folder.join("target/wasm32-wasip2/release/typed.wasm");
    let built = changed(&component);
    let names = ["echo", "handles", "lib", "misbehave", "work"];
    let mut sources = names.map(|name| folder.join("src").join(name).with_extension("rs")).to_vec();
    sources.push(folder.join("wit/typed.wit"));
    let is_fresh = built.is_some() && sources.iter().all(|source| changed(source) <= built);
    assert!(is_fresh, "the typed guest is not built, or older than its source\nhelp: `make guests` builds it");
    component
}
