//! Parameters of a task: bound as literal text, and only where the policy admits the value.
use serde_json::json;
use toolward_tests::{Installation, Said};

use super::fixture::POLICY;

/// The task's files lie below `/repo/{area}`.
fn installation() -> Installation {
    let policy = POLICY.replace("ttl = \"30m\"", "ttl = \"30m\"\nparameters.area = { pattern = \"[a-z*.]+\" }");
    let policy = policy.replace("\"/repo/**\"", "\"/repo/{area}/**\"");
    let installation = Installation::new().policy(&policy).shipped("read");
    installation.file("repo/docs/guide.md", "guide").file("repo/docs2/guide.md", "guide 2")
}

fn open(installation: &Installation, set: &[&str]) -> Said {
    installation.run(&[&["task", "open", "--agent", "coder", "--type", "work"], set].concat())
}

#[test]
fn one_that_fits() {
    let task = installation().open_with("work", &["--set", "area=docs"]);
    task.call("read", &json!({"path": "/repo/docs/guide.md"})).answers("ok");
    task.call("read", &json!({"path": "/repo/docs2/guide.md"})).answers("denied");
    assert_eq!(task.run(&["task", "show", "--json"]).json()["parameters"], json!({"area": "docs"}));
}

#[test]
fn one_that_is_missing() {
    open(&installation(), &[]).fails(3, "`area`");
}

#[test]
fn one_that_is_unknown() {
    open(&installation(), &["--set", "area=docs", "--set", "zone=docs"]).fails(3, "`zone`");
}

#[test]
fn one_that_stands_twice() {
    open(&installation(), &["--set", "area=docs", "--set", "area=src"]).fails(2, "area");
}

#[test]
fn one_that_is_no_pair() {
    for set in ["area", "=docs", ""] {
        open(&installation(), &["--set", set]).fails(2, "");
    }
}

/// The whole value must match, from its first character to its last.
#[test]
fn values_that_do_not_fit() {
    for value in ["", "Docs", "docs/", "docs\n", "\ndocs", "../docs", "docs/../src", "do cs", "docs\0x"] {
        if value.contains('\0') {
            continue;
        }
        open(&installation(), &["--set", &format!("area={value}")]).fails(3, "`area`");
    }
}

/// Where the pattern lets dots and stars through, they are still no way up and no wildcard.
#[test]
fn a_value_is_literal_text() {
    let installation = installation();
    for value in ["*", "**", "docs*", "d.cs"] {
        let said =
            open(&installation, &["--set", &format!("area={value}"), "--mount", &installation.mount("/repo", "repo")]);
        if said.0.code == Some(0) {
            let mut command = installation.command(&["call", "read", "--input", r#"{"path": "/repo/docs/guide.md"}"#]);
            Said::by(command.env("TOOLWARD_TASK", said.result())).answers("denied");
        } else {
            said.fails(said.0.code.unwrap(), "area");
        }
    }
    for value in ["..", "."] {
        let said = open(&installation, &["--set", &format!("area={value}")]);
        assert!(matches!(said.0.code, Some(2 | 3)), "{value}: {said}");
    }
}
