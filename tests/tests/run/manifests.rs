//! Manifests that do not load: one line, the place, a caret, and what to do; and nothing is run.
use std::fs;

use toolward_tests::{Outcome, World, guest};

/// Runs under a manifest with this text instead of the world's.
fn under(text: &str) -> Outcome {
    let world = World::new();
    fs::copy(guest("every_import"), world.path("tool/guest.wasm")).unwrap();
    fs::write(world.path("tool/manifest.toml"), text).unwrap();
    world.run_as_it_is()
}

const HEAD: &str =
    "schema = 1\n\n[tool]\nname = \"probe\"\ndescription = \"A guest under test.\"\ncomponent = \"guest.wasm\"\n";

/// It names the file and this line, and shows the line with a caret.
fn points_at(outcome: &Outcome, line: usize) {
    outcome.could_not_run(&format!("manifest.toml:{line}:"));
    assert!(outcome.ended.stderr.lines().any(|shown| shown.contains('^')), "no caret: {outcome}");
    outcome.changed_nothing();
}

#[test]
fn the_head_alone_loads() {
    under(HEAD).exits(0);
}

#[test]
fn an_unknown_key() {
    points_at(&under(&format!("{HEAD}\n[[files]]\npath = \"/repo/**\"\nalow = [\"read\"]\nwhy = \"x\"\n")), 10);
}

#[test]
fn an_unknown_operation() {
    points_at(&under(&format!("{HEAD}\n[[files]]\npath = \"/repo/**\"\nallow = [\"raed\"]\nwhy = \"x\"\n")), 10);
}

#[test]
fn a_rule_without_a_why() {
    under(&format!("{HEAD}\n[[files]]\npath = \"/repo/**\"\nallow = [\"read\"]\n"))
        .could_not_run("why")
        .changed_nothing();
}

#[test]
fn a_pattern_that_matches_nothing() {
    points_at(&under(&format!("{HEAD}\n[[files]]\npath = \"/repo/../etc\"\nallow = [\"read\"]\nwhy = \"x\"\n")), 9);
}

#[test]
fn a_limit_in_a_unit_that_is_none() {
    points_at(&under(&format!("{HEAD}\n[limits]\nmemory = \"64 parsecs\"\n")), 9);
}

#[test]
fn text_that_is_no_toml() {
    points_at(&under(&format!("{HEAD}\n[[files\n")), 8);
}

#[test]
fn an_unbound_parameter() {
    let rule = "\n[[files]]\npath = \"/repo/{name}/**\"\nallow = [\"read\"]\nwhy = \"x\"\n";
    under(&format!("{HEAD}{rule}")).could_not_run("name").changed_nothing();
}

#[test]
fn a_manifest_of_another_schema() {
    points_at(&under(&HEAD.replace("schema = 1", "schema = 2")), 1);
}

#[test]
fn an_empty_manifest() {
    under("").could_not_run("manifest.toml").changed_nothing();
}

#[test]
fn a_manifest_that_is_no_text() {
    let world = World::new().file("tool/manifest.toml", b"schema = 1\n\xff\xfe").file("tool/guest.wasm", "x");
    world.run_as_it_is().could_not_run("manifest.toml").changed_nothing();
}

#[test]
fn a_missing_manifest() {
    let world = World::new();
    fs::copy(guest("every_import"), world.path("tool/guest.wasm")).unwrap();
    world.run_as_it_is().could_not_run("manifest.toml").changed_nothing();
}

/// A digest in the manifest holds for the bytes that are run.
#[test]
fn a_component_of_another_digest() {
    let digest = "0".repeat(64);
    let head = HEAD.replace("[tool]", &format!("[tool]\ncomponent_sha256 = \"{digest}\""));
    under(&head).exits(125).changed_nothing();
}
