//! Names that lead out of a mount, or to a denied file, by their spelling.
use toolward_tests::World;

/// No spelling of `..` leads out of a mount.
#[test]
pub(crate) fn dotdot_traversal() {
    let outcome = World::new().run("dotdot_traversal");
    outcome.got_nothing().changed_nothing();
    outcome.recorded_refusals_of("files");
}

/// A guest has no absolute paths but those of its mounts.
#[test]
pub(crate) fn absolute_paths() {
    let world = World::new();
    let secret = world.path("outside/secret.txt").display().to_string();
    let outcome = world.argument(secret).run("absolute_paths");
    outcome.got_nothing().changed_nothing();
    assert!(!std::path::Path::new("/toolward-was-here").exists());
}

/// A rule holds for the file, however its name is spelt, and the author is told which line it was.
#[test]
pub(crate) fn denied_in_all_spellings() {
    let outcome = World::new().run("denied_in_all_spellings");
    outcome.got_nothing().changed_nothing();
    outcome.recorded_refusal("files read /repo/.env").never_recorded_as_allowed("files read /repo/.env");
    outcome.names_the_rule("files read /repo/.env", "/repo/**/.env*");
}

/// `/proc/self` belongs to the host.
#[test]
pub(crate) fn proc_self() {
    let world = World::new().symlink("repo/proc", "/proc/self").symlink("repo/fd", "/proc/self/fd");
    let outcome = world.symlink("repo/exe", "/proc/self/exe").run("proc_self");
    outcome.got_nothing().changed_nothing();
    outcome.recorded_refusals_of("files");
}
