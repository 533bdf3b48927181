//! Renames that would put a file, or a directory of files, under weaker rules.
use toolward_tests::World;
use toolward_tests::race::Race;

/// A rename is read and delete of the source, and create of the target.
#[test]
pub(crate) fn rename_out_of_denied() {
    let outcome = World::new().run("rename_out_of_denied");
    outcome.got_nothing().changed_nothing().recorded_refusals_of("files");
}

const DIFFERING: &str = r#"
[[files]]
path = "/repo/work/*.key"
deny = ["read", "write"]
why = "keys"

[[files]]
path = "/repo/parent/private/**"
deny = ["read", "list", "write"]
why = "secrets"
"#;

/// A directory is moved only where every rule leaves the same rest below both names.
#[test]
pub(crate) fn rename_directory_with_other_rules() {
    let world = World::new().rule(DIFFERING).secret("repo/work/a.key").secret("repo/parent/private/key");
    world.run("rename_directory_with_other_rules").got_nothing().changed_nothing().recorded_refusals_of("files");
}

/// A rename over an existing name is write and delete of that name too.
#[test]
pub(crate) fn rename_over_denied() {
    let outcome = World::new().run("rename_over_denied");
    outcome.got_nothing().changed_nothing().recorded_refusals_of("files");
    outcome.names_the_rule("files create /repo/read-only.txt", "/repo/read-only.txt");
}

const MOVED: &str = r#"
[[files]]
path = "/repo/work/b/**"
deny = ["read", "list", "write"]
why = "where the host moves it"
"#;

/// A directory descriptor's path is read anew at each use.
#[test]
pub(crate) fn renamed_directory_handle() {
    let world = World::new().rule(MOVED).file("repo/work/a/key", "harmless").secret("repo/work/a/secret");
    let (from, to) = (world.path("repo/work/a"), world.path("repo/work/b"));
    let moving = move || std::fs::rename(&from, &to).unwrap();
    let race = || Race::once(world.path("repo/work/ready"), moving, world.path("repo/work/go"));
    let outcome = world.run_during("renamed_directory_handle", race);
    outcome.got_nothing().recorded_refusal("files read /repo/work/b/secret");
    assert_eq!(std::fs::read(world.path("repo/work/b/key")).unwrap(), b"harmless");
}

/// A path that cannot be read back, as that of a removed directory, is denied.
#[test]
pub(crate) fn deleted_directory_handle() {
    let outcome = World::new().run("deleted_directory_handle");
    outcome.got_nothing().changed_only(&["repo/pub/gone", "repo/pub/gone/file"]);
}
