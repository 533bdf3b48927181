//! What an edit changes, and what it refuses to.

use guest::Op;
use guest::testing::{World, schema_is_in_step};
use serde_json::{Value, json};

use crate::{Input, Output, Written, run};

fn edit(world: &World, input: Value) -> Result<Output, String> {
    let input: Input = serde_json::from_value(input).map_err(|e| e.to_string())?;
    run(&world.root(), input).map_err(|e| e.to_string())
}

fn file(content: &str) -> World {
    World::with(&[("/repo/f.rs", content)])
}

/// The file after an edit, or the error.
fn after(content: &str, more: Value) -> Result<String, String> {
    let world = file(content);
    let mut input = json!({ "path": "/repo/f.rs" });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    edit(&world, input)?;
    assert_eq!(world.names("/repo"), ["f.rs"]);
    Ok(String::from_utf8(world.content("/repo/f.rs")).unwrap())
}

#[test]
fn one_occurrence_is_replaced_and_shown_as_a_diff() {
    let world = file("one\ntwo\nthree\n");
    let output = edit(&world, json!({ "path": "/repo/f.rs", "old": "two", "new": "2" })).unwrap();
    assert_eq!(world.content("/repo/f.rs"), b"one\n2\nthree\n");
    assert_eq!(output.diff, "--- a/repo/f.rs\n+++ b/repo/f.rs\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n");
    assert_eq!((output.replacements, output.written, output.size), (1, Written::Renamed, 12));
    assert_eq!(world.names("/repo"), ["f.rs"]);
}

#[test]
fn several_occurrences_need_to_be_meant() {
    let error = "`old` occurs 2 times in `/repo/f.rs`: give more of the text around it, or set `all` or `count`";
    assert_eq!(after("a b a", json!({ "old": "a", "new": "c" })), Err(error.to_owned()));
    assert_eq!(after("a b a", json!({ "old": "a", "new": "c", "all": true })), Ok("c b c".to_owned()));
    assert_eq!(after("a b a", json!({ "old": "a", "new": "c", "count": 2 })), Ok("c b c".to_owned()));
    let error = "`old` occurs 2 times in `/repo/f.rs`, not 3 times";
    assert_eq!(after("a b a", json!({ "old": "a", "new": "c", "count": 3 })), Err(error.to_owned()));
}

#[test]
fn overlapping_occurrences_are_several() {
    let error = after("aaa", json!({ "old": "aa", "new": "b" })).unwrap_err();
    assert!(error.starts_with("`old` occurs more than once, overlapping"), "{error}");
    assert!(after("ééé", json!({ "old": "éé", "new": "b" })).is_err());
}

#[test]
fn text_that_is_not_there_changes_nothing() {
    let error = Err("`old` does not occur in `/repo/f.rs`".to_owned());
    assert_eq!(after("abc", json!({ "old": "x", "new": "y" })), error);
    assert_eq!(after("abc", json!({ "old": "x", "new": "y", "all": true })), error);
    assert!(after("abc", json!({ "old": "", "new": "y" })).is_err());
    assert!(after("abc", json!({ "new": "y" })).is_err());
    assert_eq!(after("abc", json!({ "old": "a", "new": "a" })), Err("`old` and `new` are the same".to_owned()));
}

#[test]
fn line_ends_stay_as_they_are() {
    let edit = json!({ "old": "b\nc", "new": "x\ny\nz" });
    assert_eq!(after("a\r\nb\r\nc\r\n", edit.clone()), Ok("a\r\nx\r\ny\r\nz\r\n".to_owned()));
    assert_eq!(after("a\nb\nc", edit.clone()), Ok("a\nx\ny\nz".to_owned()));
    assert_eq!(after("a\r\nb\nc\r\n", edit), Ok("a\r\nx\ny\nz\r\n".to_owned()));
    assert_eq!(after("a\r\nb", json!({ "old": "b", "new": "b\n" })), Ok("a\r\nb\r\n".to_owned()));
}

#[test]
fn a_new_file_is_made_and_never_over_another() {
    let world = file("x");
    let new = json!({ "path": "/repo/new.rs", "new": "fn main() {}\n", "create": true });
    let output = edit(&world, new.clone()).unwrap();
    assert_eq!((output.written, world.content("/repo/new.rs")), (Written::Created, b"fn main() {}\n".to_vec()));
    assert_eq!(output.diff, "--- /dev/null\n+++ b/repo/new.rs\n@@ -0,0 +1 @@\n+fn main() {}\n");
    assert_eq!(edit(&world, new).unwrap_err(), "cannot create `/repo/new.rs`: it exists already");
    let both = json!({ "path": "/repo/n", "old": "a", "new": "b", "create": true });
    assert_eq!(edit(&world, both).unwrap_err(), "`create` takes `path`, `new` and `dry_run` only");
}

#[test]
fn a_dry_run_writes_nothing() {
    let world = file("one\n");
    let output = edit(&world, json!({ "path": "/repo/f.rs", "old": "one", "new": "1", "dry_run": true })).unwrap();
    assert_eq!((output.written, world.content("/repo/f.rs")), (Written::DryRun, b"one\n".to_vec()));
    assert!(output.diff.contains("-one\n+1\n"));
    edit(&world, json!({ "path": "/repo/n", "new": "", "create": true, "dry_run": true })).unwrap();
    assert!(edit(&world, json!({ "path": "/repo/f.rs", "new": "", "create": true, "dry_run": true })).is_err());
    assert_eq!(world.names("/repo"), ["f.rs"]);
}

#[test]
fn a_refusal_of_any_step_leaves_the_file_and_nothing_else() {
    for op in [Op::Read, Op::List, Op::Create, Op::Write, Op::Delete] {
        let world = file("one\n").refusing(op, "/repo");
        let error = edit(&world, json!({ "path": "/repo/f.rs", "old": "one", "new": "1" })).unwrap_err();
        assert!(error.contains("access denied"), "{op:?}: {error}");
        assert_eq!((world.names("/repo"), world.content("/repo/f.rs")), (vec!["f.rs".into()], b"one\n".to_vec()));
    }
}

#[test]
fn a_rename_refused_at_the_target_leaves_no_file_behind() {
    let world = file("one\n").refusing(Op::Delete, "/repo/f.rs");
    let error = edit(&world, json!({ "path": "/repo/f.rs", "old": "one", "new": "1" })).unwrap_err();
    assert!(error.ends_with("(a rename needs create and delete; `atomic` = false needs only write)"), "{error}");
    assert_eq!((world.names("/repo"), world.content("/repo/f.rs")), (vec!["f.rs".into()], b"one\n".to_vec()));
}

#[test]
fn a_scope_of_read_and_write_alone_is_served_in_place() {
    let world =
        [Op::Create, Op::Delete, Op::List].into_iter().fold(file("one\n"), |world, op| world.refusing(op, "/repo"));
    let input = json!({ "path": "/repo/f.rs", "old": "one", "new": "1", "atomic": false });
    assert_eq!(edit(&world, input).unwrap().written, Written::InPlace);
    assert_eq!(world.content("/repo/f.rs"), b"1\n");
}

#[test]
fn a_file_of_very_many_lines_is_edited_without_a_diff() {
    let output =
        edit(&file(&"a\n".repeat(150_000)), json!({ "path": "/repo/f.rs", "old": "a", "new": "b", "all": true }));
    let output = output.unwrap();
    assert_eq!((output.replacements, output.diff.as_str(), output.diff_truncated), (150_000, "", true));
}

#[cfg(unix)]
#[test]
fn a_script_stays_executable_and_a_symlink_stays_a_link() {
    use std::fs::{Permissions, metadata, set_permissions, symlink_metadata};
    use std::os::unix::fs::{PermissionsExt, symlink};

    let world = World::with(&[("/repo/run.sh", "#!/bin/sh\necho one\n")]);
    let (script, link) = (world.real("/repo/run.sh"), world.real("/repo/link"));
    set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
    symlink("run.sh", &link).unwrap();
    for (path, old, new) in [("/repo/run.sh", "one", "two"), ("/repo/link", "two", "three")] {
        let output = edit(&world, json!({ "path": path, "old": old, "new": new })).unwrap();
        assert_eq!(output.written, Written::InPlace);
    }
    assert_eq!(metadata(&script).unwrap().permissions().mode() & 0o777, 0o755);
    assert!(symlink_metadata(&link).unwrap().is_symlink());
    let forced = json!({ "path": "/repo/link", "old": "three", "new": "4", "atomic": true });
    assert!(edit(&world, forced).unwrap_err().starts_with("`/repo/link` is a symlink"));
    assert_eq!(world.content("/repo/run.sh"), b"#!/bin/sh\necho three\n");
}

#[test]
fn what_cannot_be_edited_is_one_clear_line() {
    let world = World::with(&[
        ("/b", b"a\0".to_vec()),
        ("/l", b"a\xc3\xa9\xc3\xa9\xff".to_vec()),
        ("/large", vec![b'a'; 5 << 20]),
    ]);
    let error = |path: &str| edit(&world, json!({ "path": path, "old": "a", "new": "b" })).unwrap_err();
    assert_eq!(error("/b"), "`/b` is no text");
    assert_eq!(error("/l"), "`/l` has bytes that are no text in utf-8: an edit would lose them");
    assert_eq!(error("/large"), "`/large` is too large to edit: more than 4 MiB");
    assert_eq!(error("/none"), "cannot read `/none`: there is no such file or directory");
    assert_eq!(error("/"), "cannot read `/`: it is a directory");
}

/// A file stays in its charset, with its byte order mark; what that charset does not have is not written.
#[test]
fn a_file_stays_in_its_charset() {
    let utf_16 = |text: &str| [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let files: [(&str, Vec<u8>); 3] =
        [("/utf8", b"\xef\xbb\xbfa\n".to_vec()), ("/utf16", utf_16("a€\r\n")), ("/latin", b"a\xe9\x80".to_vec())];
    let world = World::with(&files);
    let replace = |path: &str, new: &str| edit(&world, json!({ "path": path, "old": "a", "new": new }));
    assert!(replace("/utf8", "é").unwrap().charset.is_none());
    assert_eq!(world.content("/utf8"), "\u{feff}é\n".as_bytes());
    replace("/utf16", "漢").unwrap();
    assert_eq!(world.content("/utf16"), utf_16("漢€\r\n"));
    assert_eq!(replace("/latin", "漢").unwrap_err(), "`/latin` is in windows-1252, which has no `漢`");
    let output = replace("/latin", "€").unwrap();
    assert_eq!((world.content("/latin"), output.size), (b"\x80\xe9\x80".to_vec(), 3));
}

#[test]
fn the_schema_is_in_step() {
    schema_is_in_step::<Input>("edit");
}
