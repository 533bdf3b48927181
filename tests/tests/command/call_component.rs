//! The component that a call runs is the one that the manifest names.
use serde_json::json;
use toolward_tests::Installation;

use super::fixture::{POLICY, answering};

const GOOD: &str = "i32.const 0";
const OTHER: &str = "i32.const 1";

fn strict() -> String {
    POLICY.replace("development = true\n", "")
}

/// A manifest's line that pins what lies there now.
fn pinned(installation: &Installation) -> String {
    let shown = installation.run(&["tool", "show", "x", "--json"]).exits(0).json();
    format!("component_sha256 = \"{}\"\n", shown["sha256"].as_str().unwrap())
}

/// `component_sha256` is required unless the policy says `development = true`.
#[test]
fn without_a_digest_only_under_development() {
    let installation = Installation::new().policy(POLICY).tool("x", answering(GOOD), "");
    installation.open("work").call("x", &json!({})).answers("ok");
    let installation = installation.policy(&strict());
    let task = installation.open("work");
    task.call("x", &json!({})).fails(2, "does not load");
    task.logs_why("x", 2, "`component_sha256` is missing");
    let digest = pinned(&installation);
    let installation = installation.tool("x", answering(GOOD), &digest);
    installation.open("work").call("x", &json!({})).answers("ok");
}

/// Under development the records say so.
#[test]
fn development_is_in_the_record() {
    for (policy, development) in [(POLICY.to_owned(), true), (strict(), false)] {
        let installation = Installation::new().policy(&policy).tool("x", answering(GOOD), "");
        let digest = pinned(&installation);
        let installation = installation.tool("x", answering(GOOD), &digest);
        let answer = installation.open("work").call("x", &json!({})).answers("ok");
        let records = installation.run(&["audit", "show", answer["call"].as_str().unwrap(), "--json"]).json();
        assert_eq!(records[0].get("development").is_some(), development, "{records}");
    }
}

#[test]
fn another_digest() {
    for policy in [POLICY.to_owned(), strict()] {
        let wrong = format!("component_sha256 = \"{}\"\n", "0".repeat(64));
        let installation = Installation::new().policy(&policy).tool("x", answering(GOOD), &wrong);
        let task = installation.open("work");
        task.call("x", &json!({})).fails(2, "does not load");
        task.logs_why("x", 2, "is not the one that its manifest names");
        installation.run(&["manifest", "check"]).exits(2);
        installation.run(&["tool", "show", "x"]).exits(0).says("NOT what the manifest says");
    }
}

/// A component that is changed or replaced after a first call is not run.
#[test]
fn a_component_that_was_tampered_with() {
    let installation = Installation::new().policy(&strict()).tool("x", answering(GOOD), "");
    let digest = pinned(&installation);
    let installation = installation.tool("x", answering(GOOD), &digest);
    let task = installation.open("work");
    task.call("x", &json!({})).answers("ok");
    let mut bytes = answering(GOOD);
    *bytes.last_mut().unwrap() ^= 1;
    for replaced in [bytes, answering(OTHER), Vec::new()] {
        installation.write("toolward/manifests/x.wasm", replaced);
        task.call("x", &json!({})).fails(2, "does not load");
        task.logs_why("x", 2, "is not the one that its manifest names");
    }
    installation.write("toolward/manifests/x.wasm", answering(GOOD));
    task.call("x", &json!({})).answers("ok");
}

/// Under development what lies there is what runs: never an old one from the cache.
#[test]
fn a_component_that_was_built_anew() {
    let installation = Installation::new().policy(POLICY).tool("x", answering(GOOD), "");
    let task = installation.open("work");
    task.call("x", &json!({})).answers("ok");
    installation.write("toolward/manifests/x.wasm", answering(OTHER));
    task.call("x", &json!({})).answers("failed");
}

/// File and tool have one name, so that none passes for another.
#[test]
fn a_manifest_with_another_name_inside() {
    let installation = Installation::new().policy(POLICY).tool("x", answering(GOOD), "");
    installation.write("toolward/manifests/y.toml", installation.text("toolward/manifests/x.toml"));
    let task = installation.open("work");
    task.call("y", &json!({})).fails(2, "does not load");
    task.logs_why("y", 2, "says that its tool is `x`");
}

#[test]
fn a_component_that_is_none() {
    let module = toolward_tests::component::assemble("(module)");
    let no_run = toolward_tests::component::assemble("(component)");
    for bytes in [&b""[..], b"\0asm", b"not wasm", &module, &no_run] {
        let installation = Installation::new().policy(POLICY).tool("x", bytes, "");
        let task = installation.open("work");
        task.call("x", &json!({})).fails(2, "does not load");
        task.logs_why("x", 2, "x.wasm");
    }
    let installation = Installation::new().policy(POLICY).tool("x", answering(GOOD), "");
    std::fs::remove_file(installation.path("toolward/manifests/x.wasm")).unwrap();
    installation.open("work").logs_why("x", 2, "x.wasm");
}
