//! Mounts that cannot be made safe are errors, and nothing is run.
use std::process::Command;

use toolward_tests::World;
use toolward_tests::program::{self, Ended};

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

/// A mount within another covers a directory that is there.
#[test]
fn a_mount_within_another_needs_a_place() {
    World::new().folder("second").mount("/repo/none", "second").run("every_import").could_not_run("/repo/none");
    World::new()
        .folder("second")
        .mount("/repo/read-only.txt", "second")
        .run("every_import")
        .exits(125)
        .changed_nothing();
}

/// An object has one name for the guest: what is mounted within another mount lies at that very place on the host, or outside.
#[test]
fn a_mount_within_another_lies_where_the_guest_sees_it() {
    for (at, name) in [("/repo/pub", "repo/private"), ("/repo/pub", "repo/pub/deep"), ("/repo/pub", "repo")] {
        World::new().mount(at, name).run("every_import").could_not_run("overlap").changed_nothing();
    }
    let world = World::new().argument("write").argument("pub/open.txt");
    world.run("told_by_denials").exits(0).says("None");
    let world = world.mount("/repo/pub", "repo/pub:ro");
    world.run("told_by_denials").exits(0).says("\"access\"").recorded_refusal("files write /repo/pub/open.txt");
}

/// A file system that the host has mounted below a mount is entered only where it is mounted for the guest too.
#[test]
fn a_volume_within_a_mount() {
    let world = World::new().folder("repo/volume").argument("read").argument("volume/file");
    world.install(&std::fs::read(toolward_tests::guest("told_by_denials")).unwrap());
    let Some(refused) = with_volume(&world, &world.command()) else { return };
    assert!(refused.stdout.contains("\"access\""), "{refused:?}");
    let world = world.mount("/repo/volume", "repo/volume");
    let opened = with_volume(&world, &world.command()).unwrap();
    assert!(opened.stdout.contains("None"), "{opened:?}");
}

/// Runs a command in a mount namespace of its own, in which there is a file system of its own on `repo/volume`.
fn with_volume(world: &World, command: &Command) -> Option<Ended> {
    let script = "mount -t tmpfs none \"$1\" && echo inner > \"$1/file\" || exit 99; shift; exec \"$@\"";
    let ended = program::run(&mut program::in_a_namespace(script, &[&world.path("repo/volume")], command));
    if ended.code == Some(99) || ended.stderr.contains("unshare: ") {
        toolward_tests::skipped("a mount namespace takes `unshare` and user namespaces");
        return None;
    }
    Some(ended)
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
