//! A call's input: read once, duplicate keys refused, numbers exact, and the guest gets the bytes that were decided on.
use serde_json::json;
use toolward_tests::{Installation, Said};

use super::fixture::{POLICY, echo, three_tools, with_echo};

fn echoed(task: &toolward_tests::OpenTask, input: &str) -> String {
    task.call_with("echo", input).answers("ok")["output"].as_str().unwrap().to_owned()
}

/// Canonical: keys sorted, no white space.
#[test]
fn the_guest_gets_the_canonical_bytes() {
    let task = echo().open("work");
    assert_eq!(echoed(&task, " {\"b\" : [1, 2 ],\n\"a\": null} "), r#"{"a":null,"b":[1,2]}"#);
    assert_eq!(echoed(&task, r#""\u0061\u00e9/""#), "\"aé/\"");
    assert_eq!(task.run(&["call", "echo"]).answers("ok")["output"], "{}", "without an input it is the empty object");
}

/// Numbers keep every digit, on the way in and on the way out.
#[test]
fn numbers_are_exact() {
    let task = echo().shipped("query").open("work");
    for number in ["9007199254740993", "18446744073709551617", "0.1000000000000000055511151231257827", "-0", "1e+400"] {
        assert_eq!(echoed(&task, &format!("[{number}]")), format!("[{number}]"));
    }
    let said = task.call_with("query", r#"{"filter": ".", "data": 9007199254740993}"#);
    said.answers("ok");
    said.says("9007199254740993");
}

/// A number is decided on with every digit too: a limit is not crossed by what a double would round away.
#[test]
fn numbers_are_decided_on_exactly() {
    let rule =
        "[[types.work.tools]]\nname = \"echo\"\nallow = [\"call\"]\ninput = { n = { max = 9007199254740992 } }\n";
    let task = with_echo(three_tools(), "").policy(&super::fixture::policy_with_tools(rule)).open("work");
    task.call_with("echo", r#"{"n": 9007199254740992}"#).answers("ok");
    task.call_with("echo", r#"{"n": 9007199254740993}"#).answers("denied");
}

/// `--input @FILE` and `--input -`.
#[test]
fn from_a_file_and_from_standard_input() {
    let installation = echo().file("input.json", "{\"from\": \"a file\"}\n");
    let task = installation.open("work");
    let file = format!("@{}", installation.path("input.json").display());
    assert_eq!(echoed(&task, &file), r#"{"from":"a file"}"#);
    let said = Said::to(&mut task.command(&["call", "echo", "--input", "-"]), b"{\"from\": \"a pipe\"}");
    assert_eq!(said.answers("ok")["output"], r#"{"from":"a pipe"}"#);
    task.call_with("echo", "@missing.json").fails(2, "missing.json");
    // What never ends, or never begins, is not waited for.
    task.call_with("echo", "@/dev/zero").fails(2, "is no regular file");
}

/// A key that stands twice is refused, wherever and however it is written.
#[test]
fn duplicate_keys() {
    let task = echo().open("work");
    for input in [r#"{"a":1,"a":1}"#, r#"{"x":[{"a":1,"a":2}]}"#, r#"{"a":1,"\u0061":2}"#] {
        task.call_with("echo", input).fails(2, "`a`");
    }
}

#[test]
fn what_is_no_json() {
    let task = echo().open("work");
    for input in [
        "",
        "{",
        "{} {}",
        "{'a': 1}",
        "nul",
        "[1,]",
        "{\"a\":1}\0",
        "\u{feff}{}",
        r#"{"$serde_json::private::Number":"1"}"#,
    ] {
        if input.contains('\0') {
            continue;
        }
        task.call_with("echo", input).fails(2, "the input is no JSON");
    }
    let not_utf8 = Said::to(&mut task.command(&["call", "echo", "--input", "-"]), b"\"\xff\"");
    not_utf8.fails(2, "UTF-8");
    // Deep nesting is an error, not a crash.
    let deep = Said::to(&mut task.command(&["call", "echo", "--input", "-"]), &vec![b'['; 500_000]);
    deep.fails(2, "the input is no JSON");
}

/// An input that does not fit the schema: the field is named.
#[test]
fn an_input_that_does_not_fit() {
    let task = Installation::new().policy(POLICY).shipped("read").shipped("search").open("work");
    task.call("read", &json!({})).fails(2, "path");
    task.call("read", &json!({"path": 1})).fails(2, "`/path`");
    task.call("read", &json!({"path": "/repo/README.md", "pth": 1})).fails(2, "pth");
    task.call("read", &json!({"path": "/repo/README.md", "lines": {"first": 0}})).fails(2, "`/lines`");
    task.call("search", &json!({"pattern": "x", "context": 21})).fails(2, "`/context`");
    task.call("search", &json!([])).fails(2, "the input");
}

/// The limit is the manifest's `input`.
#[test]
fn an_input_that_is_too_long() {
    let installation = with_echo(three_tools(), "\n[limits]\ninput = \"1KiB\"\n");
    let task = installation.open("work");
    let json_of = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2));
    task.call_with("echo", &json_of(1_024)).answers("ok");
    let said = task.call_with("echo", &json_of(1_025));
    said.fails(5, "1024");
    // However much there is, it is not held.
    let piped = Said::to(&mut task.command(&["call", "echo", "--input", "-"]), &vec![b'x'; 20 << 20]);
    piped.fails(5, "1024");
}

/// One field is one element: a value does not become an option, two arguments or a wildcard.
#[test]
fn a_value_is_one_argument() {
    let installation = Installation::new().policy(POLICY).shipped("rg").shipped("sd");
    let task = installation.clone().file("repo/src/odd.txt", "--hidden -e x; $(y) * z\n").open("work");
    let found = |pattern: &str| {
        task.call("rg", &json!({"pattern": pattern, "literal": true})).answers("ok")["output"].to_string()
    };
    for pattern in ["--hidden", "-e x", "; $(y)", "* z"] {
        assert!(found(pattern).contains("odd.txt"), "{pattern}");
    }
    let said = task.call("sd", &json!({"text": "a--b", "find": "--", "replace": "-x"}));
    assert_eq!(said.answers("ok")["output"], "a-xb");
    // Before a literal `--` a leading `-` is refused: there the tool would take it for an option.
    let mapping = "\n[command]\nargs = [{ field = \"first\" }]\n";
    let task = installation.tool("open", super::fixture::hostile("snooping"), mapping).open("work");
    task.call("open", &json!({"first": "--version"})).fails(2, "`first`");
    let answer = task.call("open", &json!({"first": "plain text"})).json();
    assert!(answer["output"].as_str().unwrap().contains(r#"["open", "plain text"]"#), "{answer}");
}
