//! What holds for every command: one JSON value, one line for an error, nothing but the result on standard output.
use serde_json::json;
use toolward_tests::{Installation, OpenTask, Said};

use super::fixture::three_tools;

fn world() -> (Installation, OpenTask) {
    let installation = three_tools();
    let task = installation.open("work");
    task.call("good", &json!({})).answers("ok");
    (installation, task)
}

/// `--json` gives one JSON value on stdout, and nothing on stderr.
#[test]
fn one_json_value() {
    let (installation, task) = world();
    let id = task.id();
    for arguments in [
        &["tool", "list"][..],
        &["tool", "show", "good"],
        &["manifest", "check"],
        &["manifest", "schema"],
        &["task", "list"],
        &["task", "show"],
        &["task", "open", "--agent", "coder", "--type", "work"],
        &["explain", "good"],
        &["call", "good"],
        &["audit", "list"],
        &["audit", "show", &id],
        &["audit", "verify"],
        &["audit", "key"],
        &["audit", "export", "--to", "copy.jsonl"],
        &["audit", "checkpoint", "--to", "checkpoints"],
        &["tool", "new", "another"],
        &["doctor"],
        &["init", "--folder", "../toolward"],
        &["task", "close"],
    ] {
        let said = task.run(&[arguments, &["--json"]].concat());
        assert_eq!(said.0.code, Some(0), "{arguments:?}: {said}");
        drop(said.json());
        assert_eq!(said.0.stderr, "", "{arguments:?}: {said}");
    }
    installation.run(&["audit", "verify"]).exits(0);
}

/// Wrong usage is 2, and one line, then help.
#[test]
fn wrong_usage() {
    let (installation, _) = world();
    for arguments in [
        &["nonsense"][..],
        &["--nonsense"],
        &["task"],
        &["task", "nonsense"],
        &["call"],
        &["call", "good", "--nonsense"],
        &["call", "good", "more"],
        &["audit"],
        &["audit", "checkpoint"],
        &["explain"],
        &["tool", "show"],
        &["manifest", "schema", "nonsense"],
        &["task", "show", "t_\u{1b}[2J"],
    ] {
        let said = installation.run(arguments);
        said.fails(2, "");
        assert!(!said.0.stderr.contains('\u{1b}'), "{said}");
    }
    // No command at all: what there is, and 2.
    installation.run(&[]).exits(2);
}

/// For `run` it is 125, since its other codes are the tool's.
#[test]
fn wrong_usage_of_run() {
    let (installation, _) = world();
    for arguments in
        [&["run"][..], &["run", "--nonsense"], &["run", "missing.wasm"], &["--json", "run", "x", "--nonsense"]]
    {
        installation.run(arguments).fails(125, "");
    }
    let home = installation.path("home");
    installation.run(&["--home", home.to_str().unwrap(), "run", "--nonsense"]).fails(125, "");
}

/// An error has no colours in it where nobody asked for a terminal, and control characters of the input are escaped.
#[test]
fn an_error_gives_no_orders_to_a_terminal() {
    let (installation, task) = world();
    let odd = "x\u{1b}[31m\r\n\u{202e}";
    for arguments in [
        &["call", odd][..],
        &["tool", "show", odd],
        &["audit", "show", odd],
        &["task", "show", odd],
        &["task", "open", "--agent", odd, "--type", "work"],
        &["task", "open", "--agent", "coder", "--type", odd],
        &["explain", "--tool", "good", "--access", odd],
        &["explain", odd],
        &["manifest", "check", odd],
        &["audit", "verify", odd],
        &["call", "good", "--input", odd],
        &["tool", "new", "--", odd],
        &["run", odd],
        &[odd],
        &["task", "open", "--agent", "coder", "--type", "work", "--set", odd],
        &["task", "open", "--agent", "coder", "--type", "work", "--mount", odd],
        &["task", "open", "--agent", "coder", "--type", "work", "--ttl", odd],
    ] {
        let said = task.run(arguments);
        assert_ne!(said.0.code, Some(0), "{arguments:?}");
        assert!(!said.0.stderr.contains(['\u{1b}', '\r', '\u{202e}']), "{arguments:?}: {:?}", said.0.stderr);
        let first = said.0.stderr.lines().next().unwrap_or_default();
        assert!(first.starts_with("error: "), "{arguments:?}: {said}");
    }
    drop(installation);
}

/// `toolward … | head -1` ends quietly, whichever command it is, with the code that it would have ended with.
#[test]
fn a_reader_that_has_ended_changes_no_exit_code() {
    let (installation, task) = world();
    let component = installation.path("toolward/manifests/good.wasm").display().to_string();
    let denied = ["explain", "--tool", "nosuch", "--access", "files read /repo/x"];
    for (arguments, code) in [
        (&["tool", "list"][..], 0),
        (&["tool", "show", "good"], 0),
        (&["task", "list"], 0),
        (&["task", "list", "--json"], 0),
        (&["task", "show"], 0),
        (&["agent", "list"], 0),
        (&["doctor"], 0),
        (&["audit", "export"], 0),
        (&["audit", "list"], 0),
        (&["audit", "verify"], 0),
        (&["manifest", "schema"], 0),
        (&["completions", "bash"], 0),
        (&["help"], 0),
        (&["call", "good"], 0),
        (&["call", "nosuch"], task.run(&["call", "nosuch"]).0.code.unwrap()),
        (&denied, task.run(&denied).0.code.unwrap()),
        (&["run", &component], 0),
    ] {
        let said = without_reader(&task.command(arguments));
        assert_eq!(said.0.code, Some(code), "{arguments:?}: {said}");
        assert!(
            !said.0.stderr.contains("panicked") && !said.0.stderr.contains("standard output"),
            "{arguments:?}: {said}"
        );
    }
}

/// Runs a command whose standard output is a pipe that is never read, and is closed before the command begins.
fn without_reader(inner: &std::process::Command) -> Said {
    let mut command = std::process::Command::new("bash");
    // The reader closes its end first, and says so by a file.
    let script = r#"{ while ! [ -e "$TMPDIR/closed" ]; do sleep 0.01; done; "$0" "$@"; } | { exec <&-; touch "$TMPDIR/closed"; }
        code=${PIPESTATUS[0]}; rm -f "$TMPDIR/closed"; exit $code"#;
    command.args(["-c", script]).arg(inner.get_program()).args(inner.get_args());
    command.env_clear();
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    Said::by(&mut command)
}

/// Logs go to standard error, whatever is asked of them.
#[test]
fn logs_go_to_standard_error() {
    let (_, task) = world();
    let said = Said::by(task.command(&["call", "good"]).env("TOOLWARD_LOG", "trace"));
    assert_eq!(said.exits(0).json()["status"], "ok");
}
