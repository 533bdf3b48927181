//! What may widen, in the smallest cases: whoever changes a policy has to know these.
use toolward_manifests::Scope;

use crate::algebra::rule::Word;
use crate::algebra::texts::{source, typed};

/// What a policy with these rules says.
fn policy(rules: &str, access: &str) -> Word {
    let text = format!("schema = 1\nagents.a = {{}}\n[types.t]\nagents = [\"a\"]\n{rules}\n");
    let policies = vec![typed(source("policy.toml", text))];
    let scope = Scope::build(&toolward_manifests::ScopeTexts { policies, ..Default::default() }).unwrap();
    Word::of(&scope.decide(&access.parse().unwrap()))
}

/// Checks what a change makes of one access.
fn becomes(access: &str, [before, after]: [&str; 2], expected: [Word; 2]) {
    assert_eq!([policy(before, access), policy(after, access)], expected, "{before} becomes {after}");
    assert!(expected[1] < expected[0]);
}

/// What was denied for want of a rule is asked about.
#[test]
fn adding_an_ask_may_widen() {
    let asks = "files = [{ path = \"/**\", ask = [\"read\"] }]";
    becomes("files read /a", ["", asks], [Word::Deny, Word::Ask]);
}

#[test]
fn widening_an_ask_may_widen() {
    let asks = ["/a", "/**"].map(|path| format!("files = [{{ path = \"{path}\", ask = [\"read\"] }}]"));
    becomes("files read /b", [&asks[0], &asks[1]], [Word::Deny, Word::Ask]);
}

/// An `allow` comes to light.
#[test]
fn narrowing_an_ask_may_widen() {
    let asks = ["/**", "/a"].map(|path| {
        format!("files = [{{ path = \"/**\", allow = [\"read\"] }}, {{ path = \"{path}\", ask = [\"read\"] }}]")
    });
    becomes("files read /b", [&asks[0], &asks[1]], [Word::Ask, Word::Allow]);
}

/// An `allow` or an `ask` comes to light.
#[test]
fn narrowing_a_deny_may_widen() {
    for (below, word) in [("allow", Word::Allow), ("ask", Word::Ask)] {
        let denies = ["\"write\", \"read\"", "\"write\""].map(|ops| {
            format!("files = [{{ path = \"/**\", {below} = [\"read\"] }}, {{ path = \"/a\", deny = [{ops}] }}]")
        });
        becomes("files read /a", [&denies[0], &denies[1]], [Word::Deny, word]);
    }
}

/// A grant without `[[tools]]` leaves the policy's: its last rule for a tool, removed, is no narrowing.
#[test]
fn removing_a_grants_last_rule_for_tools_may_widen() {
    let word = |grant: &str| {
        let policy =
            "schema = 1\nagents.a = {}\n[types.t]\nagents = [\"a\"]\ntools = [{ name = \"*\", allow = [\"call\"] }]";
        let texts = toolward_manifests::ScopeTexts {
            policies: vec![typed(source("policy.toml", policy.to_owned()))],
            grants: vec![source("grant.toml", format!("schema = 1\n{grant}"))],
            ..Default::default()
        };
        Word::of(&Scope::build(&texts).unwrap().decide(&"tools call edit".parse().unwrap()))
    };
    assert_eq!(word("tools = [{ name = \"search\", allow = [\"call\"] }]"), Word::Deny);
    assert_eq!(word(""), Word::Allow);
}
