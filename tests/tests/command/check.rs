//! `toolward manifest check`: a file must be enforceable exactly as written.
use serde_json::json;
use toolward_tests::Installation;

use super::fixture::{POLICY, three_tools};

const BROKEN: &str = "schema = 1\n\n[tool]\nname = \"x\"\ndescription = \"A tool.\"\ncomponent = \"x.wasm\"\n\n[[files]]\npath = \"/repo/**\"\nallow = [\"raed\"]\nwhy = \"x\"\n";

/// Without paths: the policy and the manifests of this home.
#[test]
fn the_home_by_default() {
    let said = three_tools().run(&["manifest", "check"]);
    said.exits(0).says("policy.toml (policy)").says("good.toml (manifest)").says("bad.toml (manifest)");
    assert_eq!(said.0.stderr, "");
}

/// Files and folders by name need no home.
#[test]
fn files_and_folders() {
    let installation =
        three_tools().file("grant.toml", "schema = 1\n\n[[files]]\npath = \"/repo/**\"\nallow = [\"read\"]\n");
    let path = |name: &str| installation.path(name).to_str().unwrap().to_owned();
    let check = |name: &str| installation.run(&["manifest", "check", &path(name), "--home", &path("no-home")]);
    check("toolward/manifests").exits(0).says("good.toml").does_not_say("policy.toml");
    check("toolward/policy.toml").exits(0).says("(policy)");
    check("grant.toml").exits(0).says("(grant)");
    check("toolward/manifests/good.toml").exits(0).says("(manifest)");
    check("missing.toml").fails(2, "missing.toml");
}

/// The manifests that ship with Toolward hold.
#[test]
fn those_that_ship() {
    let folder = toolward_tests::installation::repository().join("manifests");
    let said = three_tools().run(&["manifest", "check", folder.to_str().unwrap()]);
    // The folder is a crate too.
    let tools = ["edit", "list", "query", "read", "rg", "sd", "search"];
    for tool in tools {
        assert!(said.0.stdout.contains(&format!("{tool}.toml (manifest)")), "{said}");
    }
}

/// A broken one: file, line and column, the line with a caret, what to do, and 2.
#[test]
fn a_broken_one() {
    let installation = three_tools().file("x.toml", BROKEN);
    let path = installation.path("x.toml");
    let said = installation.run(&["manifest", "check", path.to_str().unwrap()]);
    said.fails(2, "x.toml:10:11: ").shows_with_a_caret("allow = [\"raed\"]");
    assert!(said.0.stderr.contains("`read`"), "it says what is meant: {said}");
}

/// Every error of every file is told.
#[test]
fn all_errors_are_told() {
    let twice = BROKEN.replace("/repo/**", "/repo/../x");
    let installation =
        three_tools().file("toolward/manifests/x.toml", BROKEN).file("toolward/manifests/y.toml", &twice);
    let said = installation.run(&["manifest", "check"]);
    said.exits(2);
    for place in ["x.toml:10:11", "y.toml:9:15", "y.toml:10:11"] {
        assert!(said.0.stderr.contains(place), "{place}: {said}");
    }
    said.says("good.toml");
}

/// A rule that reads differently from what it does holds, and is told with its line and a caret.
#[test]
fn a_rule_that_misleads() {
    let rules = "schema = 1\n\n[[files]]\npath = \"/app/[id]/x\"\nallow = [\"read\"]\n";
    let installation = three_tools().file("grant.toml", rules);
    let path = installation.path("grant.toml");
    let said = installation.run(&["manifest", "check", path.to_str().unwrap()]);
    said.exits(0).says("(grant)").says("grant.toml:4:14: `[id]` is a class").says("^^^^").says("`[[]id]`");
    let json = installation.run(&["manifest", "check", path.to_str().unwrap(), "--json"]).exits(0).json();
    assert!(json[0]["findings"][0].as_str().unwrap().contains("`[id]` is a class"), "{json}");
}

/// Control characters in a file are shown escaped.
#[test]
fn control_characters_are_escaped() {
    let installation = three_tools().file("x.toml", BROKEN.replace("raed", "r\u{1b}[2J\u{202e}aed"));
    let path = installation.path("x.toml");
    let said = installation.run(&["manifest", "check", path.to_str().unwrap()]);
    said.exits(2);
    assert!(!said.0.stderr.contains(['\u{1b}', '\u{202e}']), "{said}");
}

/// A pinned component that is another, and a schema that is none, are found too.
#[test]
fn what_a_manifest_points_at() {
    let installation = three_tools().shipped("read").file("toolward/manifests/read.input.json", "{ not json");
    installation.run(&["manifest", "check"]).exits(2);
    let installation = three_tools().tool("good", b"any", &format!("component_sha256 = \"{}\"\n", "0".repeat(64)));
    installation.run(&["manifest", "check"]).exits(2);
}

/// A wrong example is an error of the policy.
#[test]
fn a_policy_whose_example_is_wrong() {
    let example = "\n[[example]]\ntype = \"work\"\naccess = \"files read /repo/.env\"\nverdict = \"allow\"\n";
    let installation = Installation::new().policy(&format!("{POLICY}{example}"));
    let said = installation.run(&["manifest", "check"]);
    said.fails(2, "policy.toml:").shows_with_a_caret("verdict = \"allow\"");
    installation.run(&["task", "open", "--agent", "coder", "--type", "work"]).fails(2, "policy.toml:");
}

#[test]
fn as_json() {
    let installation = three_tools().file("toolward/manifests/x.toml", BROKEN);
    let said = installation.run(&["manifest", "check", "--json"]);
    let value = said.exits(2).json();
    let of = |name: &str| {
        let found = value.as_array().unwrap().iter().find(|file| file["file"].as_str().unwrap().ends_with(name));
        found.unwrap_or_else(|| panic!("{name}: {said}")).clone()
    };
    assert_eq!((&of("good.toml")["ok"], &of("x.toml")["ok"]), (&json!(true), &json!(false)));
    assert!(of("x.toml")["error"].as_str().unwrap().contains("x.toml:10:11"), "{said}");
}
