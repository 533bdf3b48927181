//! Names of odd case, form, length and bytes.
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use toolward_tests::World;
use toolward_tests::audit::toolward;

const DENY_UNDER_FOLDING: &str = r#"
[[files]]
path = "/repo/**/clé.pem"
deny = ["read", "write"]
why = "a key"

[[files]]
path = "/repo/**/straße.key"
deny = ["read", "write"]
why = "a key"
"#;

/// A guest path has one name: `/pub/open.txt` is none of `/repo/pub/open.txt`, and no mount is called `.`.
#[test]
pub(crate) fn second_names() {
    let outcome = World::new().run("second_names");
    outcome.got_nothing().changed_nothing().says("directory Some(\"/repo\")");
}

/// `deny` patterns match under NFC and case folding.
#[test]
pub(crate) fn case_and_unicode_variants() {
    let world = World::new().rule(DENY_UNDER_FOLDING).secret("repo/.ENV").secret("repo/cle\u{301}.pem");
    let outcome = world.secret("repo/STRASSE.key").run("case_and_unicode_variants");
    outcome.got_nothing().changed_nothing();
    outcome.recorded_refusal("files read /repo/.ENV").recorded_refusal("files read /repo/STRASSE.key");
}

/// A path that cannot be read back, as one over 4,096 bytes, is denied.
#[test]
pub(crate) fn huge_paths() {
    let outcome = World::new().run("huge_paths");
    outcome.got_nothing();
    let depth: usize = number_after(&outcome.ended.stdout, "went down ");
    assert!(depth <= 4_096 / 201, "a path of {} bytes was allowed", depth * 201);
}

/// Control characters and escapes are escaped wherever a record is shown, and NUL is in no name.
#[test]
pub(crate) fn odd_names() {
    let world = World::new();
    let outcome = world.run("odd_names");
    outcome.exits(0).recorded_refusals_of("files");
    assert!(outcome.records().iter().all(|record| record.text("resource") != "forged"));
    let shown = toolward(&world.home(), &world.path("tmp"), &["audit", "list"]);
    let raw = |text: &str| text.chars().any(|letter| letter.is_control() && letter != '\n');
    assert!(!raw(&shown.stdout) && !shown.stdout.lines().any(|line| line.starts_with('{')), "{shown:?}");
    assert!(!raw(&outcome.ended.stderr), "{outcome}");
}

/// What is no UTF-8 has no name for a guest, and ends no listing.
#[test]
pub(crate) fn non_utf8_names() {
    let world = World::new().symlink("repo/pub/to-odd", "odd");
    let odd = world.path("repo/pub").join(OsStr::from_bytes(b"caf\xe9"));
    std::fs::write(&odd, toolward_tests::SECRET).unwrap();
    let odd_folder = world.path("repo/pub").join(OsStr::from_bytes(b"odd\xff"));
    std::fs::create_dir(&odd_folder).unwrap();
    std::fs::write(odd_folder.join("key"), toolward_tests::SECRET).unwrap();
    std::fs::remove_file(world.path("repo/pub/to-odd")).unwrap();
    std::os::unix::fs::symlink(OsStr::from_bytes(b"odd\xff"), world.path("repo/pub/to-odd")).unwrap();
    world.run("non_utf8_names").got_nothing().changed_nothing();
}

fn number_after(text: &str, before: &str) -> usize {
    let rest = text.split(before).nth(1).expect("the guest says it");
    rest.split_whitespace().next().and_then(|word| word.parse().ok()).expect("a number")
}

/// A slash or a dot behind a name asks for a directory: what is no directory is not taken, and a link's target is not taken
/// for the link (path_resolution(7)).
#[test]
pub(crate) fn slashes_and_dots() {
    let world = World::new().file("repo/pub/file", "file").file("repo/pub/full/deep/x", "x");
    let world = world.symlink("repo/pub/link", "file").symlink("repo/pub/dirlink", "full");
    let world = world.symlink("repo/pub/dangling", "nothing").symlink("repo/pub/dangling-slashed", "nothing/");
    let world = world.symlink("repo/pub/slashed", "file/").symlink("repo/pub/dotted", "file/.");
    let outcome = world.run("slashes_and_dots");
    outcome.exits(0).changed_nothing();
    let said: Vec<&str> = outcome.ended.stdout.lines().collect();
    assert_eq!(said, include_str!("slashes_and_dots.txt").lines().collect::<Vec<_>>(), "{outcome}");
}
