//! Conditions on an input compare URLs and paths by what they mean: in `explain`, in a transcript, and of a function's values.
use serde_json::{Value, json};
use toolward_tests::Installation;

use super::fixture::{POLICY, policy_with_tools, with_typed};

const OPERATOR: [&str; 4] = ["--agent", "coder", "--type", "work"];

fn reading(word: &str, condition: &str) -> Installation {
    let any = if word == "allow" { "" } else { "[[types.work.tools]]\nname = \"read\"\nallow = [\"call\"]\n\n" };
    let rule = format!("{any}[[types.work.tools]]\nname = \"read\"\n{word} = [\"call\"]\ninput = {{ {condition} }}\n");
    Installation::new().policy(&policy_with_tools(&rule)).shipped("read")
}

fn explained(installation: &Installation, input: &str) -> Value {
    let told = installation.run(&[&["explain", "read", "--input", input][..], &OPERATOR].concat()).exits(0).json();
    told["verdict"].clone()
}

/// `explain` decides on the input that the tool would get.
#[test]
fn explain_decides_on_the_normal_form() {
    let allowing = reading("allow", "path = \"/repo/src/**\"");
    assert_eq!(explained(&allowing, r#"{"path": "/repo/./src//main.rs"}"#), "allow");
    assert_eq!(explained(&allowing, r#"{"path": "/repo/src/../README.md"}"#), "deny");
    let denying = reading("deny", "path = \"/repo/README.md\"");
    assert_eq!(explained(&denying, r#"{"path": "/repo/./README.md/"}"#), "deny");
    assert_eq!(explained(&denying, r#"{"path": "/repo/src/main.rs"}"#), "allow");
    let lines = "{\"tool\":\"read\",\"input\":{\"path\":\"/repo//README.md\"}}\n{\"tool\":\"read\",\"input\":{\"path\":\"/repo//x\"}}\n";
    let denying = denying.file("batch.jsonl", lines);
    let path = denying.path("batch.jsonl");
    let batch = [&["explain", "--batch", path.to_str().unwrap()][..], &OPERATOR].concat();
    let said = denying.run(&batch).exits(0).json_lines();
    assert_eq!((&said[0]["verdict"], &said[1]["verdict"]), (&json!("deny"), &json!("allow")));
}

/// A field that the shipped schema lets be `null` is optional where the rule says so, and only there.
#[test]
fn null_is_nothing_where_the_schema_allows_it() {
    let input = r#"{"path": "/repo/README.md", "lines": null}"#;
    let optional = reading("allow", "path = \"/repo/**\", \"lines.first\" = { max = 9, optional = true }");
    assert_eq!(explained(&optional, input), "allow");
    let required = reading("allow", "path = \"/repo/**\", \"lines.first\" = { max = 9 }");
    assert_eq!(explained(&required, input), "deny");
    let denying = reading("deny", "\"lines.first\" = { min = 9, optional = true }");
    assert_eq!(explained(&denying, input), "allow");
}

/// A function gets the values that were decided on, and its types say where `null` may stand.
#[test]
fn a_function_gets_what_was_decided_on() {
    let rule = |function: &str, input: &str| {
        format!("[[types.work.tools]]\nname = \"typed.{function}\"\nallow = [\"call\"]\ninput = {{ {input} }}\n\n")
    };
    let rules = rule("strings", "value = [\"/repo/**\", \"http://h/pub/**\"]")
        + &rule("options", "value = { max = 7, optional = true }")
        + &rule("records", "\"value.x\" = 1, \"value.y\" = 2, \"value.label\" = { as = \"email\", optional = true }");
    let task = with_typed(Installation::new().policy(&policy_with_tools(&rules))).open("work");
    let given = |function: &str, value: Value| task.call(&format!("typed.{function}"), &json!({ "value": value }));
    assert_eq!(given("strings", json!("/repo/./a/")).answers("ok")["output"], "/repo/a");
    assert_eq!(given("strings", json!("HTTP://H/pub/%61")).answers("ok")["output"], "http://h/pub/a");
    given("strings", json!("http://h/pub/../a")).answers("denied");
    given("options", json!(7)).answers("ok");
    given("options", json!(null)).answers("ok");
    given("options", json!(8)).answers("denied");
    let record = |label: Value| given("records", json!({ "x": 1, "y": 2, "label": label }));
    assert_eq!(record(json!("ana@A.example")).answers("ok")["output"]["label"], "ana@a.example");
    record(json!(null)).answers("ok");
    record(json!("Ana <ana@a.example>")).answers("denied");
}

/// One forbidden element among others is enough for a denial.
#[test]
fn one_forbidden_element_is_enough() {
    let rules =
        "[[types.work.tools]]\nname = \"typed.lists\"\ndeny = [\"call\"]\ninput = { \"value[][]\" = { min = 500 } }\n";
    let task = with_typed(Installation::new().policy(&format!("{POLICY}\n{rules}"))).open("work");
    let call = |value: Value| task.call("typed.lists", &json!({ "value": value }));
    call(json!([[1], [2, 3]])).answers("ok");
    for value in [json!([[600]]), json!([[1, 600], [2]]), json!([[1], [2, 600]]), json!([]), json!([[1], []])] {
        call(value).answers("denied");
    }
}
