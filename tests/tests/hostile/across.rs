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
