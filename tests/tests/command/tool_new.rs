//! `toolward tool new NAME`: one more tool that builds and passes its test.
use std::process::Command;

use serde_json::json;
use toolward_tests::installation::repository;
use toolward_tests::{Installation, Said};

use super::fixture::POLICY;

/// It builds for WASM, passes its test, and works under `run` and `call`. (Slow: it compiles a crate. It uses the tools'
/// own folder for that, where its dependencies are compiled already.)
#[test]
fn it_builds_passes_its_test_and_works() {
    let installation = Installation::new().policy(POLICY);
    installation.run(&["tool", "new", "word-count"]).exits(0).says("word-count");
    let folder = installation.path("tmp/word-count");
    // Its component is not built yet, so that no call could load it.
    let unbuilt = installation.run(&["manifest", "check", folder.to_str().unwrap()]);
    assert!(unbuilt.exits(2).0.stderr.contains("word-count.wasm"), "{unbuilt}");
    let cargo = |arguments: &[&str]| {
        let target = repository().join("tools/target/scaffold");
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).current_dir(&folder).env("CARGO_TARGET_DIR", &target);
        let output = command.env_remove("RUSTFLAGS").output().unwrap();
        assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        target
    };
    cargo(&["test", "--quiet"]);
    let target = cargo(&["build", "--quiet", "--release", "--target", "wasm32-wasip2"]);
    // Its manifest says where a build of its own leaves the component.
    let built = folder.join("target/wasm32-wasip2/release");
    std::fs::create_dir_all(&built).unwrap();
    std::fs::copy(target.join("wasm32-wasip2/release/word-count.wasm"), built.join("word-count.wasm")).unwrap();

    let manifest = folder.join("word-count.toml");
    installation.run(&["manifest", "check", manifest.to_str().unwrap()]).exits(0);
    let component = built.join("word-count.wasm");
    let mount = installation.mount("/repo", "repo");
    let run = ["run", component.to_str().unwrap(), "--manifest", manifest.to_str().unwrap(), "--mount", &mount];
    let said = installation.run(&[&run[..], &["--input", r#"{"path": "/repo/README.md"}"#]].concat());
    assert_eq!(said.exits(0).json(), json!({"lines": 1, "words": 3, "bytes": 15}));

    for (name, text) in [("toml", manifest), ("input.json", folder.join("word-count.input.json"))] {
        let text =
            std::fs::read_to_string(text).unwrap().replace("\"target/", &format!("\"{}/target/", folder.display()));
        installation.write(&format!("toolward/manifests/word-count.{name}"), text);
    }
    let answer = installation.open("work").call("word-count", &json!({"path": "/repo/README.md"})).answers("ok");
    assert_eq!(answer["output"], json!({"lines": 1, "words": 3, "bytes": 15}));
}

/// A name of which cargo makes no crate is refused before anything is made.
#[test]
fn a_name_that_no_crate_can_have() {
    let installation = Installation::bare();
    for name in [
        "deps",
        "build",
        "examples",
        "incremental",
        "fn",
        "async",
        "test",
        "core",
        "std",
        "proc-macro",
        "serde",
        "tool",
    ] {
        let said = installation.run(&["tool", "new", name]);
        said.fails(2, "cannot be the name of a crate");
        assert!(said.0.stderr.contains(&format!("{name}-tool")), "{said}");
        assert!(!installation.path("tmp").join(name).exists(), "{name}");
    }
}

#[test]
fn where_it_is_made() {
    let installation = Installation::bare();
    let value = installation.run(&["tool", "new", "x1", "--folder", "..", "--json"]).exits(0).json();
    assert_eq!(value["tool"], "x1");
    for file in [
        "Cargo.toml",
        "README.md",
        ".gitignore",
        "src/lib.rs",
        "src/main.rs",
        "tests/tool.rs",
        "x1.toml",
        "x1.input.json",
    ] {
        let text = installation.text(&format!("x1/{file}"));
        assert!(!text.contains("{{"), "{file} has a gap left: {text}");
    }
}

/// What is there is left alone.
#[test]
fn a_folder_that_exists() {
    let installation = Installation::bare().file("tmp/mine/notes.txt", "mine");
    installation.run(&["tool", "new", "mine"]).fails(2, "mine");
    assert_eq!(std::fs::read_dir(installation.path("tmp/mine")).unwrap().count(), 1);
}

#[test]
fn a_name_that_is_none() {
    let installation = Installation::bare();
    let long = "x".repeat(65);
    for name in ["", "X", "1x", "-x", "a/b", "../x", "a b", "ä", long.as_str()] {
        let said: Said = installation.run(&["tool", "new", "--", name]);
        said.fails(2, "");
    }
    assert_eq!(std::fs::read_dir(installation.path("tmp")).unwrap().count(), 0);
}
