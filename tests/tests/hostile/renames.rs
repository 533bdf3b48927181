//! Renames that would put a file, or a directory of files, under weaker rules.
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use rustix::fs::{XattrFlags, setxattr};
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

/// Below `/repo/open/a` and its like everything is allowed; below the directories at the top it is not.
const ANCESTORS: &str = r#"
[[files]]
path = "/repo/**"
allow = ["read", "list", "create", "write", "delete"]
why = "the guest may do what it likes, except below"

[[files]]
path = "/repo/*/.env"
deny = ["read", "write"]
why = "secrets"

[[files]]
path = "/repo/live/settings"
deny = ["write"]
why = "the host runs by it"
"#;

/// A directory is moved only where everything below both names may be: moving it reads, deletes and creates what is in it.
#[test]
pub(crate) fn rename_ancestor() {
    let world = World::new().rules(ANCESTORS).secret("repo/prod/.env").secret("repo/staging/.env").folder("repo/empty");
    let world = world.symlink("repo/pub/upward", "../staging").file("repo/open/a/file", "x").folder("repo/open/c");
    let outcome = world.run("rename_ancestor");
    outcome.got_nothing().left_alone(&["repo/prod/.env", "repo/staging/.env", "repo/empty", "repo/live"]);
    outcome.recorded_refusal("files create /repo/live").recorded_refusal("files create /repo/old");
    assert!(outcome.told_of("files create /repo/old").contains("everything"), "{outcome}");
    assert_eq!(std::fs::read(world.path("repo/open/c/file")).unwrap(), b"moved");
}

/// A name keeps its mode and owner when it gets another file; where something would be lost the error is `cross-device`.
#[test]
pub(crate) fn replaced_file() {
    let names = ["private.txt", "group.txt", "script.sh", "linked.txt", "setuid.txt", "labelled.txt"];
    let world = names.iter().fold(World::new(), |world, name| world.file(&format!("repo/{name}"), "old"));
    let world = world.hard_link("repo/other-name.txt", "repo/linked.txt").file("outside/shared", "shared");
    let world = world.hard_link("repo/outside-too.txt", "outside/shared");
    let path = |name: &str| world.path(&format!("repo/{name}"));
    for (name, mode) in [("private.txt", 0o600), ("group.txt", 0o664), ("script.sh", 0o755), ("setuid.txt", 0o4755)] {
        fs::set_permissions(path(name), Permissions::from_mode(mode)).unwrap();
    }
    setxattr(path("labelled.txt"), "user.label", b"x", XattrFlags::empty()).expect("attributes of the user's");
    let outcome = world.run("replaced_file");
    outcome.got_nothing().left_alone(&["repo/linked.txt", "repo/setuid.txt", "repo/other-name.txt"]);
    for (name, mode) in [("private.txt", 0o600), ("group.txt", 0o664), ("script.sh", 0o755)] {
        assert_eq!(fs::read(path(name)).unwrap(), b"new", "{name}");
        assert_eq!(fs::metadata(path(name)).unwrap().mode() & 0o7777, mode, "{name}");
    }
    let mut label = [0; 8];
    assert_eq!(rustix::fs::getxattr(path("labelled.txt"), "user.label", &mut label), Ok(1));
    assert_eq!(fs::read(path("labelled.txt")).unwrap(), b"new");
    let told = outcome.told_of("files write /repo/linked.txt");
    assert!(told.contains("hard links"), "{told}");
}
