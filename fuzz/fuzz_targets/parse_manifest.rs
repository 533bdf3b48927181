//! Any text given as a manifest: nothing panics, every error is shown at its place, and what loads is printed as text that
//! loads to the same, makes the same scope, and prints the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolward_manifests::{Manifest, Scope, ScopeTexts, Source};

#[path = "parse/mod.rs"]
mod parse;

fuzz_target!(|text: &str| {
    let source = Source { name: "tool.toml".into(), text: text.into() };
    let manifest = match Manifest::parse(&source) {
        Err(errors) => return parse::check_errors(&source, &errors),
        Ok(manifest) => manifest,
    };
    let print = parse::print(manifest.to_toml());
    let again = Manifest::parse(&print).expect(&print.text);
    assert_eq!(manifest.file(), again.file(), "{}", print.text);
    assert_eq!(print.text, again.to_toml().expect("printed once"));
    assert_eq!(manifest.limits(), again.limits());
    let with = |manifest: &Source| ScopeTexts { manifest: Some(manifest.clone()), ..ScopeTexts::default() };
    parse::check_same(Scope::build(&with(&source)), Scope::build(&with(&print)));
    for input in ["{}", "{\"a\":\"b\",\"n\":[1,true,\"-x\"]}", "[]"] {
        let input = serde_json::from_str(input).expect("JSON");
        for directory in [None, Some("/repo")] {
            let args = [&manifest, &again].map(|manifest| manifest.command().args(&input, directory));
            assert_eq!(args[0], args[1]);
        }
    }
});
