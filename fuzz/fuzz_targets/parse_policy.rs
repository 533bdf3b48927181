//! Any text given as a policy or a grant: nothing panics, every error is shown at its place, and what loads is printed as
//! text that loads to the same, makes the same scope, and prints the same.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use toolward_manifests::file::PolicyFile;
use toolward_manifests::{Access, Grant, Policy, Scope, ScopeTexts, Source};

#[path = "parse/mod.rs"]
mod parse;

fuzz_target!(|text: &str| {
    let source = Source { name: "policy.toml".into(), text: text.into() };
    match Policy::parse(&source) {
        Err(errors) => parse::check_errors(&source, &errors),
        Ok(policy) => check_policy(&source, &policy),
    }
    match Grant::parse(&source) {
        Err(errors) => parse::check_errors(&source, &errors),
        Ok(grant) => {
            let print = parse::print(grant.to_toml());
            let again = Grant::parse(&print).expect(&print.text);
            assert_eq!(grant.file(), again.file(), "{}", print.text);
            assert_eq!(print.text, again.to_toml().expect("printed once"));
            let with = |grant: &Source| ScopeTexts { grants: vec![grant.clone()], ..ScopeTexts::default() };
            parse::check_same(Scope::build(&with(&source)), Scope::build(&with(&print)));
        }
    }
});

fn check_policy(source: &Source, policy: &Policy) {
    let print = parse::print(main_file(policy).to_toml());
    let again = Policy::parse(&print).expect(&print.text);
    assert_eq!(policy.files(), again.files(), "{}", print.text);
    assert_eq!(print.text, main_file(&again).to_toml().expect("printed once"));
    for (name, task_type) in policy.types() {
        let values = ["a", "7", "a/b", "", "/a", "/repo/a"];
        let value =
            |parameter: &toolward_manifests::policy::Parameter| values.iter().find(|value| parameter.admits(value));
        let parameters: Option<BTreeMap<String, String>> =
            task_type.parameters().iter().map(|(name, own)| Some((name.clone(), value(own)?.to_string()))).collect();
        let Some(parameters) = parameters else { continue };
        let with = |policy: &Source| ScopeTexts {
            policies: vec![(vec![policy.clone()], name.to_owned())],
            parameters: parameters.clone(),
            ..ScopeTexts::default()
        };
        parse::check_same(Scope::build(&with(source)), Scope::build(&with(&print)));
    }
    // An example that was checked at load is one that can be asked again.
    for example in &main_file(policy).example {
        assert!(example.access.iter().all(|access| access.parse::<Access>().is_ok()));
    }
}

fn main_file(policy: &Policy) -> &PolicyFile {
    policy.files().first().expect("a policy that loads has a file")
}
