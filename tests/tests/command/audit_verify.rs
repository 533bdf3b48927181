//! `toolward audit verify`: 0, or 1 with the first thing that does not hold, or without a key to check against.
use std::fs;

use serde_json::json;
use toolward_tests::{Installation, OpenTask, Said};

use super::fixture::three_tools;

struct Copied {
    installation: Installation,
    task: OpenTask,
    key: String,
    export: String,
}

/// A home with some calls, and a copy of its log.
fn copied() -> Copied {
    let installation = three_tools().shipped("read");
    let task = installation.open("work");
    for _ in 0..3 {
        task.call("read", &json!({"path": "/repo/README.md"})).answers("ok");
    }
    let key = installation.run(&["audit", "key"]).result().to_owned();
    let export = installation.run(&["audit", "export"]).exits(0).0.stdout.clone();
    Copied { installation, task, key, export }
}

impl Copied {
    /// Verifies a text as an export where there is no home: on another machine.
    fn elsewhere(&self, text: &str, options: &[&str]) -> Said {
        self.installation.write("copy.jsonl", text);
        let (path, home) = (self.installation.path("copy.jsonl"), self.installation.path("elsewhere"));
        let arguments =
            [&["audit", "verify", path.to_str().unwrap(), "--home", home.to_str().unwrap()], options].concat();
        let said = self.installation.run(&arguments);
        assert!(!home.exists(), "verifying needs no home and makes none");
        said
    }

    fn with_key(&self, text: &str) -> Said {
        self.elsewhere(text, &["--key", &self.key])
    }
}

#[test]
fn the_store() {
    let Copied { installation, .. } = copied();
    installation.run(&["audit", "verify"]).exits(0).says("the log holds");
    let value = installation.run(&["audit", "verify", "--json"]).exits(0).json();
    assert_eq!(value["holds"], true);
}

/// A copy verifies offline against a key that the verifier already has, given as text or in a file.
#[test]
fn a_copy_elsewhere() {
    let copied = copied();
    copied.with_key(&copied.export).exits(0).says("the log holds");
    copied.installation.write("key", format!("{}\n", copied.key));
    let file = copied.installation.path("key");
    copied.elsewhere(&copied.export, &["--key", file.to_str().unwrap()]).exits(0);
}

#[test]
fn without_a_key_it_is_1() {
    let copied = copied();
    copied.elsewhere(&copied.export, &[]).fails(1, "there is no key to check against");
}

#[test]
fn the_wrong_key_is_1() {
    let copied = copied();
    let other = three_tools();
    // Tests share their keys: this home gets one of its own.
    let own = Installation::with_a_cache_of_its_own().run(&["audit", "key"]).result().to_owned();
    drop(other);
    copied.elsewhere(&copied.export, &["--key", &own]).fails(1, "the log does not hold");
    copied.elsewhere(&copied.export, &["--key", "ed25519:00"]).exits(2);
}

/// One flipped bit anywhere is found.
#[test]
fn a_flipped_bit_in_a_copy() {
    let copied = copied();
    let bytes = copied.export.clone().into_bytes();
    let step = bytes.len() / 40;
    for at in (0..bytes.len()).step_by(step.max(1)) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        let Ok(text) = String::from_utf8(flipped) else { continue };
        copied.with_key(&text).fails(1, "the log does not hold");
    }
}

/// A missing, doubled or moved record is found, and a tail that was cut off.
#[test]
fn a_record_out_of_its_place() {
    let copied = copied();
    let lines: Vec<&str> = copied.export.lines().collect();
    let joined = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let last = lines.len() - 1;
    let mut swapped = lines.clone();
    swapped.swap(0, 1);
    let cases = [
        lines[1..].to_vec(),
        [&lines[..1], &lines[2..]].concat(),
        [&lines[..1], &lines[..]].concat(),
        swapped,
        lines[..last].to_vec(),
        [&lines[..last - 1], &lines[last..]].concat(),
        [&lines[..], &lines[..1]].concat(),
        Vec::new(),
    ];
    for case in cases {
        copied.with_key(&joined(&case)).fails(1, "the log does not hold");
    }
}

/// The line that does not hold is named.
#[test]
fn the_first_bad_line_is_named() {
    let copied = copied();
    let text = copied.export.replacen("\"op\":\"read\"", "\"op\":\"list\"", 1);
    assert_ne!(text, copied.export);
    let line = 1 + text.lines().zip(copied.export.lines()).position(|(new, old)| new != old).unwrap();
    copied.with_key(&text).fails(1, &format!("line {line}"));
}

/// One flipped byte in the store is found.
#[test]
fn a_changed_store() {
    let copied = copied();
    // SQLite's own log is merged first: the file then holds everything.
    let store = copied.installation.path("home/state.db");
    let merge = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('pragma wal_checkpoint(truncate)')";
    let merged = std::process::Command::new("python3").args(["-c", merge]).arg(&store).status().unwrap();
    assert!(merged.success());
    copied.installation.run(&["audit", "verify"]).exits(0);
    assert!(flip(&store), "the record's text is in the store");
    copied.installation.run(&["audit", "verify"]).fails(1, "the log does not hold");
}

/// In SQLite's own log a changed byte cuts off what follows, so it is found as that is: by a checkpoint kept outside.
#[test]
fn a_changed_log_of_the_store() {
    let copied = copied();
    let checkpoints = copied.installation.path("checkpoints");
    let path = checkpoints.to_str().unwrap();
    copied.installation.run(&["audit", "checkpoint", "--to", path]).exits(0);
    assert!(flip(&copied.installation.path("home/state.db-wal")), "the record's text is in the store's log");
    let said = copied.installation.run(&["audit", "verify", "--checkpoint", path]);
    said.fails(1, "the log does not hold");
}

/// Changes one byte in what records say, wherever the file has them: a page that was split leaves an old copy behind.
fn flip(path: &std::path::Path) -> bool {
    let mut bytes = fs::read(path).unwrap();
    let needle = b"\"op\":\"read\"";
    let found: Vec<usize> =
        bytes.windows(needle.len()).enumerate().filter(|(_, at)| at == needle).map(|(at, _)| at).collect();
    for at in &found {
        bytes[at + 7] ^= 1;
    }
    fs::write(path, bytes).unwrap();
    !found.is_empty()
}

/// A cut-off tail, or an old store that was put back, is found up to the last checkpoint kept outside.
#[test]
fn an_old_store_put_back() {
    let Copied { installation, task, .. } = copied();
    let home = installation.path("home");
    let files = ["state.db", "state.db-wal", "state.db-shm"];
    let old: Vec<_> = files.iter().map(|name| (home.join(name), fs::read(home.join(name)).ok())).collect();
    task.call("good", &json!({})).answers("ok");
    let checkpoints = installation.path("checkpoints");
    let path = checkpoints.to_str().unwrap();
    installation.run(&["audit", "checkpoint", "--to", path]).exits(0);
    let verify = ["audit", "verify", "--checkpoint", path];
    installation.run(&verify).exits(0).says("checkpoints reach");
    for (path, bytes) in old {
        match bytes {
            Some(bytes) => fs::write(path, bytes).unwrap(),
            None => drop(fs::remove_file(path)),
        }
    }
    installation.run(&["audit", "verify"]).exits(0);
    installation.run(&verify).fails(1, "the log does not hold");
}

/// A cut copy that was signed before the checkpoint is older than it says it is; one made after holds.
#[test]
fn a_copy_and_a_checkpoint() {
    let mut copied = copied();
    let path = copied.installation.path("checkpoints");
    copied.installation.run(&["audit", "checkpoint", "--to", path.to_str().unwrap()]).exits(0);
    copied.export = copied.installation.run(&["audit", "export"]).exits(0).0.stdout.clone();
    let options = ["--key", &copied.key, "--checkpoint", path.to_str().unwrap()];
    copied.elsewhere(&copied.export, &options).exits(0).says("checkpoints reach");
    // A checkpoint that was forged counts for nothing.
    let forged = copied.installation.text("checkpoints").replace("\"checkpoint\":", "\"checkpoint\":1");
    copied.installation.write("checkpoints", forged);
    let said = copied.elsewhere(&copied.export, &options);
    assert!(matches!(said.0.code, Some(1 | 2)), "{said}");
}

#[test]
fn as_json() {
    let copied = copied();
    let text = copied.export.replacen("\"op\":\"read\"", "\"op\":\"list\"", 1);
    let value = copied.elsewhere(&text, &["--key", &copied.key, "--json"]).exits(1).json();
    assert_eq!(value["holds"], false);
    assert!(value["at"].as_str().unwrap().starts_with("line "), "{value}");
    copied.installation.run(&["audit", "verify", "missing.jsonl"]).fails(2, "missing.jsonl");
}
