//! From one mount to another.
use toolward_tests::World;

const OTHER: &str = r#"
[[files]]
path = "/other/**"
allow = ["list", "create", "write", "delete"]
why = "it may be changed and moved, not read"
"#;

/// What may not be read in one mount is not carried to another where it may.
#[test]
pub(crate) fn across_mounts() {
    let world = World::new().rule(OTHER).secret("second/key").mount("/other", "second");
    let outcome = world.symlink("repo/pub/to-other", "../../second/key").run("across_mounts");
    outcome.got_nothing().changed_nothing().recorded_refusal("files read /other/key");
}

/// `:ro` beats every rule.
#[test]
pub(crate) fn read_only_mount() {
    let outcome = World::new().read_only().run("read_only_mount");
    outcome.got_nothing().changed_nothing().recorded_refusal("files write /repo/pub/open.txt");
}

const COVERED: &str = r#"
[[files]]
path = "/repo/pub/data/denied"
deny = ["read"]
why = "a rule decides by the guest's path, whichever mount it lies in"
"#;

/// A mount within another covers what lies there, and what is in it has one name.
#[test]
pub(crate) fn nested_mounts() {
    let world = World::new().rule(COVERED).file("inner/file", "inner").secret("inner/denied");
    let world = world.secret("repo/pub/data/covered").symlink("repo/pub/link", "data");
    let outcome = world.mount("/repo/pub/data", "inner:ro").run("nested_mounts");
    outcome.got_nothing().changed_only(&["repo/pub/open.txt"]);
    outcome.recorded_refusal("files read /repo/pub/data/denied").recorded_refusal("files write /repo/pub/data/file");
}
