//! Compiles, once and ahead of all other tests, every component that several of them run. `make test` runs it first: what a test
//! waits for, and what it finds on standard error, then does not depend on how fast this machine compiles.
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use toolward_tests::installation::repository;
use toolward_tests::{Installation, foreach_guest, guest, languages, program, typed_guest};

/// All of them together, on a machine that does other work.
const MOST: Duration = Duration::from_secs(1200);

macro_rules! names {
    ($($name:ident)*) => { &[$(stringify!($name)),*] };
}

const GUESTS: &[&str] = foreach_guest!(names);
const SHIPPED: [&str; 7] = ["search", "read", "list", "edit", "query", "fetch", "text"];
const EXISTING: [&str; 2] = ["rg", "sd"];

fn components() -> Vec<(String, PathBuf)> {
    let tools = repository().join("tools/target");
    let shipped = SHIPPED.map(|name| (name, tools.join("wasm32-wasip2/release").join(name).with_extension("wasm")));
    let existing = EXISTING.map(|name| (name, tools.join("existing/bin").join(name).with_extension("wasm")));
    let other = ["javascript", "python"].map(|name| (name, languages::component(name)));
    let named = shipped.into_iter().chain(existing).chain(other).chain([("typed-guest", typed_guest())]);
    // A tool's name has no `_`.
    let guests = GUESTS.iter().map(|name| (format!("guest-{}", name.replace('_', "-")), guest(name)));
    named.map(|(name, path)| (name.to_owned(), path)).chain(guests).collect()
}

#[test]
fn components_are_compiled() {
    let components = components();
    let installation = components.iter().fold(Installation::new(), |installation, (name, path)| {
        installation.tool(name, fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())), "")
    });
    let ended = program::run_within(&mut installation.command(&["tool", "warm"]), MOST);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.stdout.lines().count(), components.len(), "{ended:?}");
}
