//! `toolward run`: a tool's author runs it under its manifest alone, and gets what `call --raw` gives.
use serde_json::{Value, json};
use toolward_tests::installation::{repository, shipped_manifest};

use super::fixture::{SHIPPED, with};

fn an_input(tool: &str) -> Value {
    match tool {
        "edit" => json!({"path": "/repo/src/lib.rs", "old": "TODO: one", "new": "DONE", "dry_run": true}),
        "list" => json!({"root": "/repo/data"}),
        "query" => json!({"path": "/repo/data/config.toml", "filter": ".server"}),
        "read" => json!({"path": "/repo/src/lib.rs"}),
        "rg" => json!({"pattern": "library", "path": "/repo/src"}),
        "sd" => json!({"text": "a", "find": "a", "replace": "b"}),
        "search" => json!({"pattern": "library", "root": "/repo/src"}),
        "text" => json!({"what": {"text": "añ"}, "encoding": "hex"}),
        other => panic!("there is no tool `{other}`"),
    }
}

#[test]
fn every_tool_that_ships() {
    // What `fetch` fetches by hand stands in its own tests: it wants a server.
    for tool in SHIPPED.into_iter().filter(|tool| *tool != "fetch") {
        let (installation, task) = with(tool);
        let input = an_input(tool).to_string();
        let manifest = repository().join("manifests").join(tool).with_extension("toml");
        let component = repository().join("manifests").join(component(tool));
        let (name, function): (_, &[&str]) =
            if tool == "text" { ("text.encode", &["--function", "encode"]) } else { (tool, &[]) };
        let mount = installation.mount("/repo", "repo");
        let arguments =
            ["run", component.to_str().unwrap(), "--manifest", manifest.to_str().unwrap(), "--mount", &mount];
        let ran = installation.run(&[&arguments[..], function, &["--input", &input]].concat());
        let called = task.run(&["call", name, "--raw", "--input", &input]);
        let without_times =
            |text: &str| text.lines().filter(|line| !line.contains("elapsed")).collect::<Vec<_>>().join("\n");
        assert_eq!(ran.exits(0).0.stderr, "", "{tool}: {ran}");
        assert_eq!(without_times(ran.result()), without_times(called.exits(0).result()), "{tool}");
        assert!(!ran.result().is_empty(), "{tool}");
    }
}

/// Where a tool's manifest says that its component lies, from the manifest's folder.
fn component(tool: &str) -> String {
    let manifest = shipped_manifest(tool);
    let line = manifest.lines().find_map(|line| line.strip_prefix("component = ")).unwrap();
    line.trim_matches('"').to_owned()
}

/// What is refused is told on standard error, with the rule's line.
#[test]
fn a_refusal_is_told() {
    let (installation, _) = with("edit");
    let manifest = shipped_manifest("edit").replace("\"create\", \"write\", \"delete\"", "\"write\"");
    let installation = installation.shipped_with("edit", &manifest);
    let component = repository().join("tools/target/wasm32-wasip2/release/edit.wasm");
    let path = installation.path("toolward/manifests/edit.toml");
    let mount = installation.mount("/repo", "repo");
    let input = r#"{"path": "/repo/new", "create": true, "new": "x"}"#;
    let arguments =
        ["run", component.to_str().unwrap(), "--manifest", path.to_str().unwrap(), "--mount", &mount, "--input", input];
    let said = installation.run(&arguments);
    said.exits(1);
    assert!(said.0.stderr.contains("toolward: denied: files create /repo/new — "), "{said}");
    assert!(!installation.path("repo/new").exists());
}
