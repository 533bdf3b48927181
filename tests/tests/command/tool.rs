//! `toolward tool list | show`: the tools of this home.
use serde_json::json;
use toolward_tests::Installation;

use super::fixture::{POLICY, three_tools};

#[test]
fn list() {
    let installation = three_tools().shipped("read");
    let said = installation.run(&["tool", "list"]);
    said.exits(0).says("good").says("Read a file");
    let value = installation.run(&["tool", "list", "--json"]).exits(0).json();
    let names: Vec<&str> = value.as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["bad", "good", "read", "trapping"]);
}

/// One that cannot be used is listed with its error.
#[test]
fn one_that_cannot_be_used() {
    let installation = three_tools().file("toolward/manifests/broken.toml", "schema = 2\n");
    std::fs::remove_file(installation.path("toolward/manifests/good.wasm")).unwrap();
    let value = installation.run(&["tool", "list", "--json"]).exits(0).json();
    let error = |name: &str| {
        let tool = value.as_array().unwrap().iter().find(|tool| tool["name"] == name).unwrap();
        tool["error"].as_str().unwrap_or_default().to_owned()
    };
    assert!(error("broken").contains("broken.toml:1"), "{value}");
    assert!(error("good").contains("good.wasm"), "{value}");
    assert_eq!(error("bad"), "");
}

#[test]
fn none_at_all() {
    let installation = Installation::new();
    installation.run(&["tool", "list"]).exits(0);
    assert_eq!(installation.run(&["tool", "list", "--json"]).json(), json!([]));
}

/// What it takes, what it may need, its digest.
#[test]
fn show() {
    let installation = three_tools().shipped("read");
    let said = installation.run(&["tool", "show", "read"]);
    said.exits(0).says("it reads the file that it is asked for").says("sha256").says("\"line_numbers\"");
    let value = installation.run(&["tool", "show", "read", "--json"]).exits(0).json();
    assert_eq!((&value["name"], &value["matches"]), (&json!("read"), &json!(null)));
    assert_eq!(value["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(value["input"]["required"], json!(["path"]));
    installation.run(&["tool", "show", "nothing"]).fails(2, "there is no tool `nothing`");
    installation.run(&["tool", "show", "../policy"]).fails(2, "there is no tool");
}

/// A name or a description cannot give orders to a terminal.
#[test]
fn control_characters_are_escaped() {
    let manifest = "schema = 1\n\n[tool]\nname = \"x\"\ndescription = \"calm\\u001b[2J\\u202etxt.exe\"\ncomponent = \"x.wasm\"\n# \\u001b\n";
    let installation = Installation::new().policy(POLICY).file("toolward/manifests/x.toml", manifest);
    installation.write("toolward/manifests/x.wasm", "any");
    for arguments in [&["tool", "list"][..], &["tool", "show", "x"]] {
        let said = installation.run(arguments);
        assert!(!said.0.stdout.contains(['\u{1b}', '\u{202e}']), "{arguments:?}: {said}");
        assert!(!said.0.stderr.contains(['\u{1b}', '\u{202e}']), "{arguments:?}: {said}");
    }
}

/// `tool warm` compiles what the cache lacks, and one tool that cannot be compiled keeps no other from it.
#[test]
fn warm() {
    let installation = Installation::with_a_cache_of_its_own().policy(POLICY);
    let installation =
        installation.tool("good", super::fixture::answering("i32.const 0"), "").tool("wrong", "no component", "");
    let said = installation.run(&["tool", "warm", "--json"]);
    let states = |value: &serde_json::Value| {
        let state = |tool: &serde_json::Value| (tool["name"].clone(), tool["state"].clone());
        value.as_array().unwrap().iter().map(state).collect::<Vec<_>>()
    };
    let first = said.exits(2).json();
    assert_eq!(states(&first), [(json!("good"), json!("compiled")), (json!("wrong"), json!("failed"))]);
    let again = installation.run(&["tool", "warm", "good", "--json"]).exits(0).json();
    assert_eq!(states(&again), [(json!("good"), json!("cached"))]);
    installation.run(&["tool", "warm", "nosuch"]).fails(2, "there is no tool `nosuch`");
}
