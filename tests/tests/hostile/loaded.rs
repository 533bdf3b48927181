//! What Toolward itself has loaded.
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use toolward_tests::World;
use toolward_tests::net::Authority;

/// What is loaded is never written through a mount, and nothing is made, replaced or removed in a directory it is loaded from.
#[test]
pub(crate) fn writes_what_is_loaded() {
    let outcome = World::new().tool_in("repo/tool").run("writes_what_is_loaded");
    outcome.got_nothing().changed_only(&["repo/pub/open.txt"]).recorded_refusals_of("files");
}

/// Neither this program nor the certificates that it trusts are changed through a mount; a link to one is kept, too.
#[test]
pub(crate) fn writes_own_files() {
    let world = World::new().file("repo/certs/ca.pem", Authority::new().pem()).symlink("repo/certs/link.pem", "ca.pem");
    let root = world.path("").display().to_string();
    let config = format!(
        "policy = \"{root}/policy.toml\"\nmanifests = \"{root}/manifests\"\n\n[network]\nca = [\"{root}/repo/certs/link.pem\"]\n"
    );
    let world = world.file("home/config.toml", config).folder("repo/bin").program("repo/bin/toolward");
    std::fs::set_permissions(world.home(), Permissions::from_mode(0o700)).unwrap();
    let outcome = world.run("writes_own_files");
    outcome.got_nothing().changed_only(&["repo/certs/other.pem"]).recorded_refusals_of("files");
    assert!(outcome.told_of("files delete /repo/bin/toolward").contains("loads"), "{outcome}");
}

/// A world whose user's code cache lies in the mounted repository, and the key outside of it.
fn with_a_user_cache() -> World {
    // The key is there already: what is outside of the mounts does not change.
    let world = World::new().folder("repo/cache").file("state/toolward-code-cache/key", [7; 32]);
    std::fs::set_permissions(world.path("state/toolward-code-cache/key"), Permissions::from_mode(0o600)).unwrap();
    // Whatever the umask: a directory that a group may write is not used.
    for directory in ["repo", "repo/cache", "state", "state/toolward-code-cache"] {
        std::fs::set_permissions(world.path(directory), Permissions::from_mode(0o755)).unwrap();
    }
    let [cache, state] = ["repo/cache", "state"].map(|name| world.path(name).display().to_string());
    world.environment("XDG_CACHE_HOME", &cache).environment("XDG_STATE_HOME", &state)
}

/// The code cache that a user's homes share is not changed through a mount; no mount holds the key that seals it.
#[test]
pub(crate) fn writes_code_cache() {
    let world = with_a_user_cache();
    let outcome = world.run("writes_code_cache");
    outcome.got_nothing().recorded_refusals_of("files");
    assert!(world.path("repo/cache/other").is_file(), "{outcome}");
    assert!(!world.path("repo/pub/moved").exists(), "{outcome}");
    for name in ["state", "state/toolward-code-cache"] {
        with_a_user_cache().mount("/state", name).run("writes_code_cache").could_not_run("Toolward's own state");
    }
}
