//! A call is decided on its tool's name and digest before anything of the tool is loaded or told.
use serde_json::{Value, json};
use toolward_tests::{Installation, OpenTask};

use super::fixture::{answering, policy_with_tools};

/// Only `good` may be called. The component of `costly` is none: whoever looks at it fails, and is not denied.
fn installation(lines: &str) -> Installation {
    let policy = policy_with_tools("[[types.work.tools]]\nname = \"good\"\nallow = [\"call\"]\n");
    let policy = policy.replace("ttl = \"30m\"", &format!("ttl = \"30m\"\n{lines}"));
    let schema = json!({"type": "object", "required": ["very_secret_field"]}).to_string();
    let installation =
        Installation::with_a_cache_of_its_own().policy(&policy).tool("good", answering("i32.const 0"), "");
    installation
        .tool("costly", b"no component", "input = \"costly.input.json\"\n\n[limits]\ninput = \"8B\"\n")
        .file("toolward/manifests/costly.input.json", schema)
}

fn records_of(task: &OpenTask, tool: &str) -> Vec<Value> {
    let records = task.installation().run(&["audit", "export", "--format", "jsonl"]).exits(0).json_lines();
    records.into_iter().filter(|record| record["tool"] == tool).collect()
}

/// Nothing of a tool that is denied is loaded, compiled or told: neither its schema nor its limits.
#[test]
fn nothing_of_a_denied_tool_is_loaded_or_told() {
    let task = installation("").open("work");
    for input in ["{}", r#"{"very_secret_field": 1}"#, "not JSON", r#"{"longer": "than eight bytes"}"#] {
        let said = task.call_with("costly", input);
        said.answers("denied");
        assert!(!said.0.stdout.contains("very_secret_field"), "{said}");
    }
    let records = records_of(&task, "costly");
    assert_eq!(records.len(), 4, "each is recorded");
    assert!(records.iter().all(|record| record["verdict"] == "deny" && record["rule"].is_null()), "{records:?}");
    // Nothing was compiled.
    let cache = task.installation().path("home/cache");
    assert!(!cache.exists() || std::fs::read_dir(cache).unwrap().next().is_none());
}

/// A tool that is denied and one that is not there are answered alike.
#[test]
fn a_denied_tool_looks_like_one_that_is_not_there() {
    let task = installation("").open("work");
    let answer = |tool: &str| {
        let mut answer = task.call(tool, &json!({})).answers("denied");
        for unique in ["call", "ms", "tool"] {
            answer[unique].take();
        }
        answer["denied"][0]["id"].take();
        answer.to_string().replace(tool, "TOOL")
    };
    assert_eq!(answer("costly"), answer("not-there"));
    assert_eq!(records_of(&task, "not-there").len(), 1);
    // What no tool can be called is no tool.
    task.call("../costly", &json!({})).fails(2, "there is no tool");
}

/// A denied call is counted like any other, so that trying out what is allowed is not free.
#[test]
fn a_denied_call_is_counted() {
    let task = installation("budget = { calls = 2 }").open("work");
    task.call("costly", &json!({})).answers("denied");
    task.call("good", &json!({})).answers("ok");
    task.call("costly", &json!({})).answers("limit");
    task.call("good", &json!({})).answers("limit");
}

/// `tool show` with a handle shows what the task may call, and nothing of the host.
#[test]
fn a_handle_shows_what_may_be_called() {
    let task = installation("").open("work");
    let shown = task.run(&["tool", "show", "good", "--json"]).exits(0).json();
    assert_eq!(shown, json!({"name": "good", "description": "A tool under test.", "input": null}));
    for name in ["costly", "not-there", "../policy"] {
        task.run(&["tool", "show", name]).fails(2, "there is no tool");
    }
    let listed = task.run(&["tool", "list"]);
    listed.exits(0).says("good").does_not_say("costly");
}

/// `explain` with a handle tells no more than the call would.
#[test]
fn explain_tells_nothing_of_a_denied_tool() {
    let task = installation("").open("work");
    for (tool, input) in [("costly", "{}"), ("costly", "not JSON"), ("not-there", "{}")] {
        let said = task.run(&["explain", tool, "--input", input]);
        assert_eq!(said.exits(0).json(), json!({"verdict": "deny"}), "{said}");
    }
    assert_eq!(records_of(&task, "costly").len(), 2, "a probe is recorded");
}
