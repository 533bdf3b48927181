//! Descriptors used for more than they were opened for, or never given.
use toolward_tests::World;

const READABLE: &str = r#"
[[files]]
path = "/repo/**"
allow = ["list", "write"]
why = "may be seen and changed"

[[files]]
path = "/repo/readable/*"
allow = ["read"]
why = "may be read"

[[files]]
path = "/repo/readable/file"
deny = ["write"]
why = "may be read only"

[[files]]
path = "/repo/readable/write-only"
deny = ["read"]
why = "may be written only"
"#;

/// A handle does what it was opened for.
#[test]
pub(crate) fn upgraded_handle() {
    let world = World::new().rules(READABLE).file("repo/readable/file", "x").secret("repo/readable/write-only");
    world
        .run("upgraded_handle")
        .got_nothing()
        .changed_nothing()
        .recorded_refusal("files read /repo/readable/write-only");
}

/// Whatever can be done with an open file passes the filter of system calls that its worker is behind.
#[test]
pub(crate) fn every_file_call() {
    let rules =
        "[[files]]\npath = \"/repo/**\"\nallow = [\"read\", \"create\", \"write\"]\nwhy = \"all is done with it\"\n";
    World::new().rules(rules).run("every_file_call").exits(0);
}

/// A handle that was dropped, or never given, ends the guest.
#[test]
pub(crate) fn forged_handles() {
    let outcome = World::new().run("forged_handles");
    outcome.exits(134).changed_nothing();
    assert!(!outcome.ended.stdout.contains("got "), "{outcome}");
}
