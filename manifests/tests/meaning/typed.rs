//! Typed tools: their functions, and the values that they read.
use toolward_manifests::{Function, Manifest};

use crate::world::{MANIFEST, World, source};

fn manifest(tables: &str) -> Manifest {
    Manifest::parse(&source("manifest.toml", format!("{MANIFEST}{tables}")))
        .unwrap_or_else(|errors| panic!("{errors:?}"))
}

#[test]
fn a_function_is_an_export_and_what_it_does() {
    let tables = "[functions.diff]\nexport = \"toolward:text/text#diff\"\ndescription = \"Compares.\"\n\n[functions.hash]\ndescription = \"Hashes.\"\n";
    let found = manifest(tables);
    let function =
        |export: &str, description: &str| Function { export: export.into(), description: description.into() };
    let expected = [("diff", function("toolward:text/text#diff", "Compares.")), ("hash", function("hash", "Hashes."))];
    assert_eq!(*found.functions(), expected.map(|(name, function)| (name.to_owned(), function)).into());
    assert!(manifest("").functions().is_empty());
}

#[test]
fn values_are_texts_by_key() {
    let found = manifest("[config]\ngreeting = \"hello\"\n\"a b\" = \"\"\n");
    let shown: Vec<_> = found.config().iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(shown, [("a b", ""), ("greeting", "hello")]);
    assert!(manifest("").config().is_empty());
}

/// A rule names a function as `TOOL.FUNCTION`; one that asks or denies and names the tool catches all its functions.
#[test]
fn a_function_is_called_under_its_own_name() {
    let world = World::new().policy(
        "tools = [{ name = \"text.*\", allow = [\"call\"] }, { name = \"text.hash\", ask = [\"call\"] }, { name = \"other\", deny = [\"call\"] }, { name = \"other.*\", allow = [\"call\"] }]\n",
    );
    for (tool, expected) in
        [("text.diff", "allow"), ("text.hash", "ask"), ("text", "deny"), ("texts.diff", "deny"), ("other.diff", "deny")]
    {
        assert_eq!(world.word(&format!("tools call {tool}")), expected, "{tool}");
    }
    let exact = World::new().policy("tools = [{ name = \"text\", allow = [\"call\"] }]\n");
    assert_eq!(exact.word("tools call text.diff"), "deny");
}
