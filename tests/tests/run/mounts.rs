//! Mounts that cannot be made safe are errors, and nothing is run.
use toolward_tests::World;

#[test]
fn a_mount_that_is_missing() {
    World::new().mount("/data", "no-such-folder").run("every_import").could_not_run("no-such-folder").changed_nothing();
}

#[test]
fn a_mount_that_is_a_file() {
    World::new().mount("/data", "repo/pub/open.txt").run("every_import").could_not_run("open.txt").changed_nothing();
}

#[test]
fn two_mounts_at_one_path() {
    World::new().folder("second").mount("/repo", "second").run("every_import").could_not_run("/repo").changed_nothing();
}

/// Two mounts that overlap are an error, whichever is the inner one.
#[test]
fn mounts_that_overlap_on_the_host() {
    World::new().mount("/inner", "repo/pub").run("every_import").could_not_run("/inner").changed_nothing();
    let world = World::new().without_mounts().mount("/inner", "repo/pub").mount("/outer", "repo");
    world.run("every_import").exits(125).changed_nothing();
}

/// Overlap is by inode, not by name.
#[test]
fn mounts_that_overlap_through_a_symlink() {
    World::new().symlink("alias", "repo/pub").mount("/inner", "alias").run("every_import").exits(125).changed_nothing();
}

#[test]
fn mounts_that_overlap_for_the_guest() {
    World::new().folder("second").mount("/repo/pub", "second").run("every_import").exits(125).changed_nothing();
}

/// The state lies in no mount.
#[test]
fn a_mount_that_holds_the_home() {
    World::new().without_mounts().mount("/all", "").run("every_import").could_not_run("state");
}

#[test]
fn a_mount_in_the_home() {
    let world = World::new().folder("home/deep");
    world.mount("/home", "home/deep").run("every_import").could_not_run("state");
}

#[test]
fn a_mount_at_a_path_that_is_none() {
    for at in ["repo", "/repo/../etc", "/repo/", ""] {
        World::new().without_mounts().mount(at, "repo").run("every_import").exits(125).changed_nothing();
    }
}

/// Without a manifest there is no access at all.
#[test]
fn without_rules_nothing_may_be_read() {
    let outcome = World::new().rules("").run("denied_in_all_spellings");
    outcome.got_nothing().changed_nothing().recorded_refusal("files read /repo/.env");
}
