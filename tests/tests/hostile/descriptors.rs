//! Descriptors used for more than they were opened for, or never given.
use toolward_tests::World;
use toolward_tests::net::Dns;

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

/// A stream that has children left cannot be dropped: the error is the guest's own, and no limit was reached.
#[test]
pub(crate) fn parents_dropped_first() {
    let outcome = World::new().run("parents_dropped_first");
    outcome.exits(134).changed_nothing().says("about to drop");
    assert!(!outcome.ended.stdout.contains("got "), "{outcome}");
    assert!(!outcome.ended.stderr.contains("limit"), "{outcome}");
}

/// What wasmtime refuses of an open is refused here by the same errors; `docs/wasi.md` lists where they differ.
#[test]
pub(crate) fn odd_arguments() {
    let dns = Dns::new();
    let outcome = World::new().network(None, dns.address()).run("odd_arguments");
    outcome.exits(0).changed_only(&["repo/pub/link"]);
    let lines: Vec<&str> = outcome.ended.stdout.lines().collect();
    let said = |what: &str| -> Vec<&str> {
        lines.iter().filter_map(|line| line.strip_prefix(what)?.strip_prefix(": ")).collect()
    };
    let one = |what: &str| said(what)[0];
    assert_eq!(said("open synchronously"), ["unsupported"; 3], "{outcome}");
    assert_eq!(said("open a directory to be made"), ["invalid"; 3], "{outcome}");
    assert_eq!(one("resize by a reader"), "invalid");
    assert_eq!(one("set times by a reader"), "bad-descriptor");
    assert_eq!(one("symlink onto a file with a slash"), "not-directory");
    assert_eq!(one("symlink onto a directory with a slash"), "exist");
    assert_eq!(one("symlink onto nothing with a slash"), "no-entry");
    assert_eq!(one("link a symlink"), "access");
    assert_eq!(one("link and follow"), "invalid");
    let looked_up: Vec<&str> = lines.iter().filter(|line| line.starts_with("look up ")).copied().collect();
    assert_eq!(looked_up.len(), 4, "{outcome}");
    assert!(looked_up.iter().all(|line| line.ends_with(": invalid-argument")), "{outcome}");
    assert!(dns.questions().is_empty());
    assert!(lines.contains(&"3145728 random bytes"), "{outcome}");
}
