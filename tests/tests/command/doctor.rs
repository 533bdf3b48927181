//! `toolward doctor`: what this machine enforces. It needs no `init`.
use toolward_tests::Installation;

#[test]
fn without_init() {
    let installation = Installation::bare();
    let said = installation.run(&["doctor"]);
    said.exits(0);
    for word in [
        "single-user",
        "openat2",
        "procfs",
        "memfd",
        "landlock",
        "seccomp",
        "worker",
        "cgroup",
        "policy",
        "wasm32-wasip2",
        "clock",
        "store",
    ] {
        said.says(word);
    }
    assert!(!installation.path("home").exists(), "looking makes no home");
    let value = installation.run(&["doctor", "--json"]).exits(0).json();
    assert_eq!(value["mode"], "single-user");
    assert_eq!(value["findings"].as_array().unwrap().len(), 12);
}

/// A store that cannot be used is a finding, and 6.
#[test]
fn a_broken_store() {
    let installation = Installation::with_a_cache_of_its_own();
    for name in ["home/state.db-wal", "home/state.db-shm"] {
        drop(std::fs::remove_file(installation.path(name)));
    }
    installation.write("home/state.db", "this is a file, and no database at all");
    installation.run(&["doctor"]).exits(6).says("-- ").says("store");
}
