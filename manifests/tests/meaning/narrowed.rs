//! Several policies and several grants: each is a layer, and the strictest word wins.
use toolward_manifests::{Layer, Scope, scope::Taint};

use crate::world::World;

const READ: &str = "files = [{ path = \"/r/**\", allow = [\"read\"] }]\n";
const READ_SUB: &str = "files = [{ path = \"/r/sub/**\", allow = [\"read\"] }]\n";
const CALLS: &str = "tools = [{ name = \"*\", allow = [\"call\"] }]\n";

/// Under a reload a running task is decided by the old policy *and* the new one.
#[test]
fn the_stricter_of_the_old_policy_and_the_new_one_holds() {
    let all = World::new().policy(READ).old_policy(READ);
    assert_eq!(all.word("files read /r/sub/x"), "allow");
    for world in [World::new().policy(READ).old_policy(READ_SUB), World::new().policy(READ_SUB).old_policy(READ)] {
        assert_eq!((world.word("files read /r/sub/x"), world.word("files read /r/x")), ("allow", "deny"));
    }
    let asks = "files = [{ path = \"/r/**\", ask = [\"read\"] }]\n";
    assert_eq!(World::new().policy(READ).old_policy(asks).word("files read /r/x"), "ask");
    assert_eq!(World::new().policy(asks).old_policy(READ_SUB).word("files read /r/x"), "deny");
}

#[test]
fn a_task_whose_type_or_parameter_is_gone_has_no_scope() {
    let mut gone = World::new().policy(READ).old_policy(READ);
    gone.0.policies[0].1 = "u".to_owned();
    assert_eq!(gone.fails(), "policy.toml:1:1: there is no type of task `u`\n");
    let declared = format!("parameters.p = {{ pattern = \".*\" }}\n{READ}");
    let world = World::new().policy(READ).old_policy(&declared).set("p", "x");
    assert_eq!(world.fails(), "policy.toml:1:1: there is no parameter `p` in this type of task\n");
    let tighter = format!("parameters.p = {{ pattern = \"[0-9]+\" }}\n{READ}");
    assert!(World::new().policy(&tighter).old_policy(&declared).set("p", "x").fails().contains("does not match"));
}

/// A `/` in a value has to be admitted by both.
#[test]
fn a_slash_is_admitted_by_both_policies_or_not_at_all() {
    let rules = "files = [{ path = \"/w/{p}/**\", allow = [\"read\"] }]\n";
    let [spelled, any] =
        ["[a-z]+/[a-z]+", ".+"].map(|own| format!("parameters.p = {{ pattern = \"{own}\" }}\n{rules}"));
    let both = World::new().policy(&spelled).old_policy(&spelled).set("p", "a/b");
    assert_eq!(both.word("files read /w/a/b/x"), "allow");
    for world in [World::new().policy(&spelled).old_policy(&any), World::new().policy(&any).old_policy(&spelled)] {
        assert!(world.set("p", "a/b").fails().contains("contains `/`"));
    }
}

#[test]
fn every_grant_has_to_allow() {
    let world = World::new().policy(READ).grant(READ).narrowed(READ_SUB);
    assert_eq!((world.word("files read /r/sub/x"), world.word("files read /r/x")), ("allow", "deny"));
    let wider = World::new().policy(READ_SUB).grant(READ_SUB).narrowed(READ).narrowed(READ);
    assert_eq!((wider.word("files read /r/sub/x"), wider.word("files read /r/x")), ("allow", "deny"));
    assert_eq!(world.narrowed("").word("files read /r/sub/x"), "deny");
}

#[test]
fn a_narrowing_without_tools_leaves_those_above() {
    let world = World::new().policy(CALLS).grant("tools = [{ name = \"read\", allow = [\"call\"] }]\n").narrowed(READ);
    assert_eq!((world.word("tools call read"), world.word("tools call write")), ("allow", "deny"));
    let narrower = world.narrowed("tools = [{ name = \"write\", allow = [\"call\"] }]\n");
    assert_eq!((narrower.word("tools call read"), narrower.word("tools call write")), ("deny", "deny"));
}

#[test]
fn there_are_no_more_layers_than_a_scope_holds() {
    let world = (0..11).fold(World::new().policy(READ), |world, _| world.narrowed(READ));
    assert_eq!(world.word("files read /r/x"), "allow");
    assert!(world.narrowed(READ).fails().contains("a task has at most 12 layers, not 13"));
}

/// What would have to change for an access to be allowed.
#[test]
fn each_layer_that_does_not_allow_is_named_with_its_word() {
    let world = World::new()
        .manifest("[[files]]\npath = \"/r/**\"\nallow = [\"read\"]\nwhy = \"w\"\n")
        .policy("files = [{ path = \"/r/**\", ask = [\"read\"] }]\n")
        .old_policy(READ)
        .grant("files = [{ path = \"/r/**\", deny = [\"read\"] }]\n")
        .narrowed(READ_SUB);
    let unopened = |scope: &Scope, access: &str| -> Vec<String> {
        let told = scope.unopened(&access.parse().unwrap(), Taint::Clean);
        told.iter().map(|(word, reason)| format!("{word} {:?} {reason}", reason.layer)).collect()
    };
    let scope = world.scope();
    let asks = "ask Policy policy.toml:7 `ask = [\"read\"]` on `/r/**`";
    let denies = "deny Grant grant.toml:2 `deny = [\"read\"]` on `/r/**`";
    assert_eq!(unopened(&scope, "files read /r/x"), [asks, denies, "deny Grant grant: no rule matches"]);
    assert_eq!(unopened(&scope, "files read /r/sub/x"), [asks, denies]);
    assert!(unopened(&World::new().policy(READ).scope(), "files read /r/x").is_empty());
    // A layer that does not decide a call is not named.
    assert_eq!(unopened(&scope, "tools call x"), ["deny Policy policy: no rule matches"; 2]);
    assert_eq!(world.ask("files read /r/x").reason().layer, Layer::Grant);
}

#[test]
fn a_tool_is_shown_where_some_call_of_it_can_be_allowed() {
    let shown =
        |rules: &str, tool: &str| World::new().policy(&format!("tools = [{rules}]\n")).scope().may_call(tool, None);
    let allow = "{ name = \"read\", allow = [\"call\"]";
    assert!(shown(&format!("{allow} }}"), "read"));
    assert!(!shown(&format!("{allow} }}"), "write"));
    assert!(!shown(&format!("{allow} }}"), "read.lines"), "an `allow` of a tool is none of its functions");
    assert!(shown("{ name = \"read.*\", allow = [\"call\"] }", "read.lines"));
    assert!(shown("{ name = \"read\", ask = [\"call\"] }", "read"));
    assert!(shown(&format!("{allow}, input = {{ a = 1 }}, times = 1, after = \"x\" }}"), "read"));
    for deny in ["{ name = \"READ\", deny = [\"call\"] }", "{ name = \"*\", deny = [\"call\"] }"] {
        assert!(!shown(&format!("{allow} }}, {}", deny.to_lowercase()), "read"));
    }
    for deny in ["input = { a = 1 }", "after = \"x\"", "not_after = \"x\"", "tainted = true"] {
        assert!(shown(&format!("{allow} }}, {{ name = \"read\", deny = [\"call\"], {deny} }}"), "read"), "{deny}");
    }
}

#[test]
fn a_tool_is_shown_where_every_layer_shows_it() {
    let world = World::new().policy(CALLS).grant("tools = [{ name = \"read\", allow = [\"call\"] }]\n");
    let shown = |world: &World, tool: &str| world.scope().may_call(tool, Some(&"1".repeat(64)));
    assert_eq!((shown(&world, "read"), shown(&world, "write")), (true, false));
    let other = format!("tools = [{{ name = \"read\", sha256 = \"{}\", allow = [\"call\"] }}]\n", "2".repeat(64));
    assert!(!shown(&world.clone().narrowed(&other), "read"));
    assert!(!shown(&world.clone().old_policy(""), "read"));
    assert!(!shown(&World::new(), "read"));
    assert!(shown(&World::new().policy("\n[unmatched]\ntools = \"ask\"\n"), "read"));
}
