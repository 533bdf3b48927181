//! Parameters that try to break out: of a pattern, of a path beneath a root, of the directory that a mount lies in.
use std::os::unix::fs::symlink;

use serde_json::{Value, json};
use toolward_tests::{Installation, OpenTask, Said};

use super::fixture::{POLICY, three_tools};

/// What a value could try to mean more than itself.
const ATTEMPTS: [&str; 20] = [
    "../b", "..", ".", "./a", "a/..", "a/../b", "/b", "a/", "a//", "*", "**", "?", "{repo}", "{", "}", "a\n", "\na",
    "a\u{0}", "а", "a\u{301}",
];

/// The type of task takes this parameter, and tools may read what it names and call `read` on no other path.
fn with(parameter: &str, path: &str) -> Installation {
    let files = POLICY.replace("path = \"/repo/**\"\nallow", &format!("path = {path:?}\nallow"));
    let policy = files.replace("ttl = \"30m\"", &format!("ttl = \"30m\"\nparameters.repo = {{ {parameter} }}"));
    let installation = three_tools().shipped("read").policy(&policy);
    installation.file("repo/a/x", "in a\n").file("repo/b/x", "in b\n")
}

fn open(installation: &Installation, value: &str) -> Said {
    let (set, mount) = (format!("repo={value}"), installation.mount("/repo", "repo"));
    installation.run(&["task", "open", "--agent", "coder", "--type", "work", "--set", &set, "--mount", &mount])
}

fn read(task: &OpenTask, path: &str) -> Said {
    task.call("read", &json!({ "path": path }))
}

/// Everything in the installation that a task opened with this value reads, by its handle.
fn reads(installation: &Installation, handle: &str) -> Vec<&'static str> {
    let get = |path: &&str| {
        let input = json!({ "path": path }).to_string();
        let call = ["call", "read", "--input", &input];
        Said::by(installation.command(&call).env("TOOLWARD_TASK", handle)).0.code == Some(0)
    };
    ["/repo/a/x", "/repo/b/x", "/repo/README.md", "/repo/src/main.rs"].into_iter().filter(get).collect()
}

/// Denied, or a value that cannot be bound as written.
fn is_refused(opened: &Said) {
    assert!(matches!(opened.0.code, Some(2 | 3)) && opened.0.stdout.is_empty(), "{opened}");
}

/// No argument of a program holds a NUL.
fn attempts() -> impl Iterator<Item = &'static str> {
    ATTEMPTS.into_iter().filter(|value| !value.contains('\0'))
}

/// A pattern matches the whole value, or the task is not opened.
#[test]
fn of_a_pattern() {
    let installation = with("pattern = \"[a-z]+\"", "/repo/{repo}/**");
    for value in attempts() {
        open(&installation, value).fails(3, "");
    }
    let handle = open(&installation, "a").exits(0).result().to_owned();
    assert_eq!(reads(&installation, &handle), ["/repo/a/x"]);
}

/// Where a pattern lets anything through, the value is still literal text: it means nothing but itself.
#[test]
fn of_a_pattern_that_lets_anything_through() {
    let installation = with("pattern = \"(?s).*\"", "/repo/{repo}/**");
    for value in attempts() {
        let opened = open(&installation, value);
        if opened.0.code == Some(0) {
            assert_eq!(reads(&installation, opened.result()), Vec::<&str>::new(), "{value:?} reads");
        } else {
            is_refused(&opened);
        }
    }
}

/// A list has these values and no others.
#[test]
fn of_a_list() {
    let installation = with("one_of = [\"a\"]", "/repo/{repo}/**");
    for value in attempts() {
        open(&installation, value).fails(3, "");
    }
    open(&installation, "a").exits(0);
}

/// A path lies beneath its root, spelled in the one way that a path is spelled.
#[test]
fn of_a_root() {
    let installation = with("under = \"/repo/a\"", "{repo}");
    for value in attempts() {
        for value in [value.to_owned(), format!("/repo/a/{value}")] {
            let opened = open(&installation, &value);
            if opened.0.code == Some(0) {
                assert!(reads(&installation, opened.result()).iter().all(|path| *path == "/repo/a/x"), "{value:?}");
            } else {
                is_refused(&opened);
            }
        }
    }
    for value in ["/repo/ab", "/repo/b/x", "/repo/a/../b/x", "/repo/a/%2e%2e/b/x", "/REPO/a/x", "/repo//a/x"] {
        let opened = open(&installation, value);
        assert!(opened.0.code != Some(0) || reads(&installation, opened.result()).is_empty(), "{value}: {opened}");
    }
    let handle = open(&installation, "/repo/a/x").exits(0).result().to_owned();
    assert_eq!(reads(&installation, &handle), ["/repo/a/x"]);
}

/// A mount whose place names a parameter is that directory and no other, compared after opening.
#[test]
fn of_the_place_of_a_mount() {
    let policy = POLICY.replace("{root}", "{root}/repos/{repo}");
    let policy = policy.replace("ttl = \"30m\"", "ttl = \"30m\"\nparameters.repo = { pattern = \"[^/]*\" }");
    let installation = three_tools().shipped("read").policy(&policy);
    let installation = installation.file("repos/a/x", "in a\n").file("repos/b/x", "in b\n").file("repos/ab/x", "x");
    symlink(installation.path("repos/b"), installation.path("repos/a/link")).unwrap();
    symlink(installation.path("repos/b"), installation.path("repos/c")).unwrap();
    let open = |value: &str, host: &str| {
        let (set, mount) = (format!("repo={value}"), installation.mount("/repo", host));
        installation.run(&["task", "open", "--agent", "coder", "--type", "work", "--set", &set, "--mount", &mount])
    };
    open("a", "repos/a").exits(0);
    for (value, host) in [
        ("a", "repos/b"),
        ("a", "repos/ab"),
        ("a", "repos/a/../b"),
        ("a", "repos/a/link"),
        ("a", "repos"),
        ("..", "repos/b"),
        ("..", "repo"),
        (".", "repos/b"),
        ("", "repos/b"),
        ("*", "repos/b"),
        ("?", "repos/b"),
        ("{repo}", "repos/b"),
        ("a\n", "repos/a"),
        ("b/../a", "repos/a"),
    ] {
        let opened = open(value, host);
        assert_ne!(opened.0.code, Some(0), "{value:?} mounts {host}: {opened}");
    }
}

/// What is bound to a field of a call's input is that value and no pattern.
#[test]
fn of_a_bound_field() {
    let rule = "name = \"*\"\nallow = [\"call\"]\ninput = { path = \"{repo}\" }\nother_fields = \"open\"";
    let policy = POLICY.replace("name = \"*\"\nallow = [\"call\"]", rule);
    let policy = policy.replace("ttl = \"30m\"", "ttl = \"30m\"\nparameters.repo = { pattern = \"(?s)/?.*(/.*)*\" }");
    let installation = three_tools().shipped("read").policy(&policy);
    for value in ["*", "**", "/repo/*", "/repo/**", "?", "{repo}", "/repo/README.md\n", "/repo/README.mԁ"] {
        let opened = open(&installation, value);
        if opened.0.code == Some(0) {
            assert_eq!(reads(&installation, opened.result()), Vec::<&str>::new(), "{value:?}");
        }
    }
    let task = installation.open_with("work", &["--set", "repo=/repo/README.md"]);
    assert_eq!(read(&task, "/repo/README.md").answers("ok")["denied"], Value::Array(Vec::new()));
    read(&task, "/repo/src/main.rs").answers("denied");
}
