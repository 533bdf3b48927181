//! Rules on the call itself: its input, how often, and for which component.
use serde_json::{Value, json};
use toolward_tests::Installation;

use super::fixture::{policy_with_tools, three_tools, with_echo};

fn installation(rules: &str) -> Installation {
    with_echo(three_tools(), "").policy(&policy_with_tools(rules))
}

/// A condition on the input holds for what the tool gets.
#[test]
fn a_condition_on_the_input() {
    let rule = "[[types.work.tools]]\nname = \"echo\"\nallow = [\"call\"]\ninput = { root = \"/repo/**\", depth = { max = 3 } }\n";
    let task = installation(rule).open("work");
    let status = |input: Value| task.call("echo", &input).json()["status"].clone();
    assert_eq!(status(json!({"root": "/repo/src", "depth": 3})), "ok");
    // It is decided on, and given, in normal form.
    assert_eq!(status(json!({"root": "/repo//src", "depth": 1})), "ok");
    for input in [
        json!({"root": "/repo/src", "depth": 4}),
        json!({"root": "/etc", "depth": 1}),
        json!({"root": "/repo/../etc", "depth": 1}),
        json!({"root": "/repo/src", "depth": "3"}),
        json!({"root": ["/repo/src"], "depth": 1}),
        json!({"root": "/repo/src"}),
        json!({"depth": 1}),
        json!({"root": "/repo/src", "depth": 3, "more": true}),
        json!([]),
        json!("/repo"),
    ] {
        assert_eq!(status(input.clone()), "denied", "{input}");
    }
}

/// `deny` on an input: an input that the condition does not speak of is denied too.
#[test]
fn a_denied_input_must_be_disproved() {
    let rules = "[[types.work.tools]]\nname = \"*\"\nallow = [\"call\"]\n\n[[types.work.tools]]\nname = \"echo\"\ndeny = [\"call\"]\ninput = { mode = \"danger\" }\n";
    let task = installation(rules).open("work");
    let status = |input: Value| task.call("echo", &input).json()["status"].clone();
    assert_eq!(status(json!({"mode": "safe"})), "ok");
    for input in
        [json!({"mode": "danger"}), json!({"mode": "DANGER"}), json!({}), json!({"mode": 1}), json!({"mode": null})]
    {
        assert_eq!(status(input.clone()), "denied", "{input}");
    }
}

/// `times`: a rule lets so many calls through, and no more.
#[test]
fn a_rule_for_so_many_calls() {
    let rule = "[[types.work.tools]]\nname = \"good\"\nallow = [\"call\"]\ntimes = 2\n";
    let installation = installation(rule);
    let task = installation.open("work");
    task.call("good", &json!({})).answers("ok");
    task.call("good", &json!({})).answers("ok");
    task.call("good", &json!({})).answers("denied");
    // Another task counts for itself.
    installation.open("work").call("good", &json!({})).answers("ok");
}

/// Calls at the same time are not counted twice for one: exactly as many come through as the rule says.
#[test]
fn a_rule_for_so_many_calls_at_once() {
    let rule = "[[types.work.tools]]\nname = \"good\"\nallow = [\"call\"]\ntimes = 3\n";
    let installation = installation(rule);
    let task = installation.open("work");
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let task = task.clone();
            std::thread::spawn(move || task.call("good", &json!({})).json()["status"] == "ok")
        })
        .collect();
    let through = calls.into_iter().map(|call| call.join().unwrap()).filter(|ok| *ok).count();
    assert_eq!(through, 3);
    installation.run(&["audit", "verify"]).exits(0);
}

/// `sha256`: the rule is for this component alone.
#[test]
fn a_rule_for_one_component() {
    let rule =
        |digest: &str| format!("[[types.work.tools]]\nname = \"good\"\nsha256 = \"{digest}\"\nallow = [\"call\"]\n");
    let installation = installation(&rule(&"0".repeat(64)));
    installation.open("work").call("good", &json!({})).answers("denied");
    let shown = installation.run(&["tool", "show", "good", "--json"]).exits(0).json();
    let installation = installation.policy(&policy_with_tools(&rule(shown["sha256"].as_str().unwrap())));
    let task = installation.open("work");
    task.call("good", &json!({})).answers("ok");
    // Another component of the same name does not inherit it.
    installation.write("toolward/manifests/good.wasm", super::fixture::answering("i32.const 0 drop i32.const 0"));
    task.call("good", &json!({})).answers("denied");
}
