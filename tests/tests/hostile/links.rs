//! Symlinks and hard links, made by the host or by the guest.
use toolward_tests::World;

/// A symlink that leads out of its mount leads nowhere.
#[test]
pub(crate) fn symlink_to_outside() {
    let world =
        World::new().symlink("repo/pub/file", "../../outside/secret.txt").symlink("repo/pub/dir", "../../outside");
    let world = world.symlink("repo/pub/absolute", "{world}/outside/secret.txt").symlink("repo/pub/chain", "file");
    let outcome = world.symlink("repo/pub/dangling", "../../outside/new.txt").run("symlink_to_outside");
    outcome.got_nothing().changed_nothing().recorded_refusals_of("files");
}

/// An access is decided on the object that was found, not on the name that was asked for.
#[test]
pub(crate) fn symlink_into_denied() {
    let outcome = World::new()
        .symlink("repo/pub/link", "../private")
        .symlink("repo/pub/key", "../private/key")
        .run("symlink_into_denied");
    outcome.got_nothing().changed_nothing();
    outcome
        .recorded_refusal("files read /repo/private/key")
        .names_the_rule("files read /repo/private/key", "/repo/private/**");
}

/// A symlink does not tell what exists where it leads.
#[test]
pub(crate) fn dangling_symlink_probe() {
    let world = World::new().symlink("repo/pub/to-existing", "../../outside/secret.txt");
    let outcome = world.symlink("repo/pub/to-missing", "../../outside/missing.txt").run("dangling_symlink_probe");
    outcome.exits(0).changed_nothing();
}

/// A guest's new symlink is relative, without `..`, and leads to nothing that it may not know of.
#[test]
pub(crate) fn symlink_made_by_guest() {
    let outcome = World::new().run("symlink_made_by_guest");
    outcome.got_nothing().left_alone(&["repo/private/key", "outside/secret.txt"]);
    outcome.recorded_refusal("files create /repo/to-private");
}

const CREATE_ONLY: &str = r#"
[[files]]
path = "/repo/**"
allow = ["read", "list"]
why = "to look around"

[[files]]
path = "/repo/open/**"
allow = ["create", "write", "delete"]
why = "a place of its own"

[[files]]
path = "/repo/tool"
allow = ["create"]
why = "made once, and then left as it is"
"#;

/// What a name may only be created with is not written later, over a link that stood there before.
#[test]
pub(crate) fn symlink_over_host_link() {
    let world = World::new().rules(CREATE_ONLY).file("repo/open/y", "open").file("repo/closed/y", "closed");
    let world = world.symlink("repo/detour", "open").symlink("repo/closed/detour", "../open");
    let outcome = world.run("symlink_over_host_link");
    outcome.got_nothing().left_alone(&["repo/open/y", "repo/closed/y"]).recorded_refusal("files create /repo/tool");
}

const LINKS_ONLY: &str = r#"
[[files]]
path = "/repo/links/*"
allow = ["create"]
why = "links are made there, once"
"#;

/// Whether a link can be made does not depend on what stands under a name that may not be known.
#[test]
pub(crate) fn symlink_as_oracle() {
    let world = World::new().rules(LINKS_ONLY).file("repo/links/hidden/file", "x").folder("repo/links/hidden/dir");
    world.symlink("repo/links/hidden/link", "file").run("symlink_as_oracle").exits(0);
}

/// A link is read and write of the source and create of the target, refused where the target's rules are weaker.
#[test]
pub(crate) fn hard_link_launder() {
    let world =
        World::new().symlink("repo/pub/to-env", "../.env").symlink("repo/pub/outside", "../../outside/secret.txt");
    world.run("hard_link_launder").got_nothing().changed_nothing().recorded_refusals_of("files");
}

/// The content of a file with several hard links is never written, and the operator is told why.
#[test]
pub(crate) fn hard_link_write_through() {
    let world = World::new().file("outside/shared", "precious").hard_link("repo/pub/shared", "outside/shared");
    let outcome = world.run("hard_link_write_through");
    outcome.got_nothing().changed_nothing().recorded_refusal("files write /repo/pub/shared");
    assert!(outcome.told_of("files write /repo/pub/shared").contains("hard link"), "{outcome}");
}
