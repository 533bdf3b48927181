//! `toolward tool list | show` of typed tools: each function, with the schemas of what it takes and gives.
use serde_json::json;
use toolward_tests::Said;

use super::fixture::{three_tools, typed, with_typed};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

#[test]
fn list() {
    let installation = with_typed(three_tools());
    let value = installation.run(&["tool", "list", "--json"]).exits(0).json();
    let names: Vec<&str> = value.as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert!(names.starts_with(&["bad", "good", "trapping", "typed.bare-results", "typed.booleans"]), "{names:?}");
    installation.run(&["tool", "list"]).exits(0).says("typed.divide").says("The function divide.");
}

/// Input, output and error, as JSON Schema.
#[test]
fn show_a_function() {
    let installation = typed();
    let value = installation.run(&["tool", "show", "typed.divide", "--json"]).exits(0).json();
    assert_eq!((&value["name"], &value["description"]), (&json!("typed.divide"), &json!("The function divide.")));
    let int = json!({"type": "integer", "minimum": -2_147_483_648_i64, "maximum": 2_147_483_647});
    assert_eq!(
        value["input"],
        json!({
            "$schema": DIALECT, "type": "object", "properties": {"dividend": int, "divisor": int},
            "required": ["dividend", "divisor"], "additionalProperties": false,
        })
    );
    assert_eq!(
        value["output"],
        json!({"$schema": DIALECT, "type": "integer", "minimum": -2_147_483_648_i64, "maximum": 2_147_483_647})
    );
    assert_eq!(value["error"]["oneOf"][1], json!({"const": "other"}));
    assert_eq!(value["sha256"].as_str().unwrap().len(), 64);
    let said: Said = installation.run(&["tool", "show", "typed.divide"]);
    said.exits(0).says("typed.divide: The function divide.").says("input {").says("output {").says("error {");
}

/// What may be absent is not required.
#[test]
fn show_a_record() {
    let value = typed().run(&["tool", "show", "typed.records", "--json"]).exits(0).json();
    let point = &value["input"]["properties"]["value"];
    assert_eq!(point["required"], json!(["x", "y"]));
    assert_eq!(point["properties"]["label"], json!({"anyOf": [{"type": "string"}, {"type": "null"}]}));
    assert_eq!(value["error"], json!(null));
}

/// Of a tool, all of its functions.
#[test]
fn show_a_tool() {
    let installation = typed();
    let value = installation.run(&["tool", "show", "typed", "--json"]).exits(0).json();
    assert_eq!(value["name"], "typed");
    let functions = value["functions"].as_array().unwrap();
    assert!(functions.len() > 20 && functions.iter().all(|function| function["input"]["type"] == "object"), "{value}");
    installation.run(&["tool", "show", "typed"]).exits(0).says("typed.u8s: ").says("typed.divide: ");
    installation.run(&["tool", "show", "typed.nothing-here"]).fails(2, "has no function `nothing-here`");
    std::fs::remove_file(installation.path("toolward/manifests/typed.wasm")).unwrap();
    let value = installation.run(&["tool", "show", "typed.u8s", "--json"]).exits(0).json();
    assert_eq!((&value["input"], &value["sha256"]), (&json!(null), &json!(null)));
}
