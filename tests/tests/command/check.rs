//! `toolward manifest check`: a file must be enforceable exactly as written.
use serde_json::json;
use toolward_tests::{Installation, Said};

use super::fixture::{POLICY, answering, three_tools, typed, with_typed};

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

/// The manifests that ship with Toolward hold. One at a time, since each component has to be compiled once for all tests.
#[test]
fn those_that_ship() {
    let folder = toolward_tests::installation::repository().join("manifests");
    let installation = three_tools();
    for tool in ["edit", "list", "query", "read", "rg", "sd", "search"] {
        let path = folder.join(format!("{tool}.toml"));
        let said = installation.run(&["manifest", "check", path.to_str().unwrap()]);
        said.exits(0).says(&format!("{tool}.toml (manifest)"));
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

fn check(installation: &Installation) -> Said {
    installation.run(&["manifest", "check"])
}

/// It ends with 2, and says this on standard error.
fn is_wrong(said: &Said, why: &str) {
    said.exits(2);
    assert!(said.0.stderr.contains(why), "the error does not say `{why}`: {said}");
}

/// A policy with its parts is checked as it is loaded: a rule of a part is told by the part's file.
#[test]
fn a_policy_in_several_files() {
    let policy = POLICY.replace("schema = 1\n", "schema = 1\ninclude = [\"policy.d/private.toml\"]\n");
    let part = "schema = 1\n\n[[all.files]]\npath = \"/repo/private/**\"\ndeny = [\"read\"]\n";
    let installation = three_tools().policy(&policy).file("toolward/policy.d/private.toml", part);
    check(&installation).exits(0).says("policy.toml (policy)");
    let path = |name: &str| installation.path(name).to_str().unwrap().to_owned();
    let by_name = ["manifest", "check", &path("toolward/policy.toml"), &path("toolward/policy.d/private.toml")];
    installation.run(&by_name).exits(0).says("private.toml (part of a policy)");
    installation.write("toolward/policy.d/private.toml", part.replace("read", "raed"));
    is_wrong(&check(&installation), "private.toml:5:10");
    std::fs::remove_file(installation.path("toolward/policy.d/private.toml")).unwrap();
    is_wrong(&check(&installation), "private.toml");
}

/// What a call would fail with, the check fails with: it loads in the same way.
#[test]
fn what_no_call_could_run() {
    let fails = |installation: &Installation, tool: &str, input: &str, why: &str| {
        is_wrong(&check(installation), why);
        is_wrong(&installation.open("work").call_with(tool, input), "does not load");
    };
    // No digest, where the policy is none for development.
    let pinned = |installation: &Installation, tool: &str| {
        let shown = installation.run(&["tool", "show", tool, "--json"]).exits(0).json();
        format!("component_sha256 = {}\n", shown["sha256"])
    };
    let strict = POLICY.replace("development = true\n", "");
    let good = Installation::new().policy(&strict).tool("good", answering("i32.const 0"), "");
    fails(&good, "good", "{}", "`component_sha256` is missing");
    let digest = pinned(&good, "good");
    check(&good.tool("good", answering("i32.const 0"), &digest)).exits(0);
    // No component.
    let installation = three_tools();
    std::fs::remove_file(installation.path("toolward/manifests/bad.wasm")).unwrap();
    fails(&installation, "bad", "{}", "bad.wasm");
    // A core module, as for wasm32-wasip1, and no WebAssembly.
    fails(&three_tools().tool("bad", b"\0asm\x01\0\0\0", ""), "bad", "{}", "is a core module");
    fails(&three_tools().tool("bad", "#!/bin/sh", ""), "bad", "{}", "is no component");
    // No command; an import that nothing gives.
    let no_command = toolward_tests::component::assemble("(component)");
    fails(&three_tools().tool("bad", no_command, ""), "bad", "{}", "bad.wasm");
    // A function that the component does not export.
    let typed = typed();
    let text = typed.text("toolward/manifests/typed.toml").replace("echo#u8s\"", "echo#u8z\"");
    let typed = typed.file("toolward/manifests/typed.toml", text);
    fails(&typed, "typed.u8s", "{}", "echo#u8z");
}

/// A schema is one of JSON Schema, and has what the manifest passes on.
#[test]
fn a_schema_that_does_not_fit() {
    let with = |schema: &str| {
        let manifest = "input = \"good.input.json\"\n\n[command]\nstdin = \"none\"\nargs = [{ field = \"path\" }]\n";
        let installation = three_tools().file("toolward/manifests/good.input.json", schema);
        installation.tool("good", answering("i32.const 0"), manifest)
    };
    check(&with(r#"{"type": "object", "properties": {"path": {"type": "string"}}}"#)).exits(0);
    check(&with("{}")).exits(0);
    for (schema, why) in [
        (r#"{"type": "objekt"}"#, "good.input.json"),
        (r#"{"type": "object", "properties": {"path": {"type": "strng"}}}"#, "good.input.json"),
        (r#"{"type": "object", "properties": {"paht": {"type": "string"}}}"#, "passes on `path`"),
    ] {
        let installation = with(schema);
        is_wrong(&check(&installation), why);
        is_wrong(&installation.open("work").call("good", &json!({ "path": "x" })), "does not load");
    }
}

/// A manifest in a folder is found by its file's name, and says that name.
#[test]
fn a_manifest_under_another_name() {
    let installation = three_tools();
    let text = installation.text("toolward/manifests/good.toml").replace("\"good\"", "\"better\"");
    is_wrong(&check(&installation.file("toolward/manifests/good.toml", text)), "its tool is `better`");
}

/// A rule for a tool that no manifest has is no error, and probably not meant: it is told with its place.
#[test]
fn a_rule_for_a_tool_that_is_not_there() {
    let rule = |name: &str| format!("[[types.work.tools]]\nname = {name:?}\ndeny = [\"call\"]\n");
    let installation = with_typed(three_tools());
    let known = ["good", "typed", "typed.u8s", "*", "go*"].map(rule).concat();
    check(&installation.clone().policy_too(&known)).exits(0).does_not_say("no manifest has");
    for name in ["goood", "typed.u9s", "mail"] {
        let said = check(&installation.clone().policy(&format!("{POLICY}\n{}", rule(name))));
        said.exits(0).says("policy.toml:2").says(&format!("no manifest has a tool `{name}`"));
    }
    let said = installation.policy(&format!("{POLICY}\n{}", rule("goood"))).run(&["manifest", "check", "--json"]);
    let value = said.exits(0).json();
    assert!(value[0]["findings"][0].as_str().unwrap().contains("`goood`"), "{value}");
}
