//! Layers: the strictest wins, a layer that was not given does not bind.
use crate::world::World;

const READ: &str = "[[files]]\npath = \"/r/**\"\nallow = [\"read\", \"list\"]\nwhy = \"w\"\n";
const POLICY_READ: &str = "files = [{ path = \"/r/**\", allow = [\"read\", \"list\"] }]\n";
const GRANT_READ: &str = "[[files]]\npath = \"/r/**\"\nallow = [\"read\", \"list\"]\n";

#[test]
fn without_layers_nothing_is_allowed() {
    let world = World::new();
    for access in ["files read /r/x", "http GET https://example.com/", "env read LANG", "tools call read"] {
        assert_eq!(world.word(access), "deny", "{access}");
    }
}

#[test]
fn a_manifest_alone_binds() {
    let world = World::new().manifest(READ);
    assert_eq!(world.word("files read /r/x"), "allow");
    assert_eq!(world.word("files write /r/x"), "deny");
}

#[test]
fn every_layer_that_is_given_has_to_allow() {
    let all = World::new().manifest(READ).policy(POLICY_READ).grant(GRANT_READ);
    assert_eq!(all.word("files read /r/x"), "allow");
    assert_eq!(all.clone().manifest("").word("files read /r/x"), "deny");
    assert_eq!(all.clone().policy("").word("files read /r/x"), "deny");
    assert_eq!(all.grant("").word("files read /r/x"), "deny");
}

#[test]
fn the_strictest_layer_wins() {
    let asks = "files = [{ path = \"/r/**\", ask = [\"read\"] }]\n";
    let world = World::new().manifest(READ).policy(asks);
    assert_eq!(world.word("files read /r/x"), "ask");
    let denies = "[[files]]\npath = \"/r/x\"\ndeny = [\"read\"]\n\n[[files]]\npath = \"/r/**\"\nallow = [\"read\"]\n";
    assert_eq!(world.grant(denies).word("files read /r/x"), "deny");
}

/// Rules for all task types are part of the policy layer: their `ask` and `deny` bind every type, their `allow` adds.
#[test]
fn rules_for_all_types_bind_and_add() {
    let world = World::new().policy(
        "files = [{ path = \"/r/**\", allow = [\"read\"] }]\n\n[all]\nfiles = [{ path = \"/r/secret/**\", deny = [\"read\"] }, { path = \"/d/**\", allow = [\"read\"] }]\n",
    );
    assert_eq!(world.word("files read /r/x"), "allow");
    assert_eq!(world.word("files read /r/secret/x"), "deny");
    assert_eq!(world.word("files read /d/x"), "allow");
}

#[test]
fn a_set_binds_the_types_that_use_it_only() {
    let set = "\n[[sets.s.files]]\npath = \"/r/.env\"\ndeny = [\"read\"]\n";
    let using = World::new().policy(&format!("use = [\"s\"]\n{POLICY_READ}{set}"));
    let without = World::new().policy(&format!("{POLICY_READ}{set}"));
    assert_eq!(using.word("files read /r/.env"), "deny");
    assert_eq!(without.word("files read /r/.env"), "allow");
}

/// Nothing matching is `deny`, or `ask` where a policy says so for a kind; never `allow`.
#[test]
fn what_no_rule_of_the_policy_matches_is_asked_where_it_says_so() {
    let policy = "http = [{ url = \"https://a.example/**\", deny = [\"GET\"] }]\n\n[unmatched]\nhttp = \"ask\"\n";
    let world = World::new().policy(policy);
    assert_eq!(world.word("http GET https://b.example/"), "ask");
    assert_eq!(world.word("http GET https://a.example/x"), "deny");
    assert_eq!(world.word("files read /r/x"), "deny");
    // A manifest or a grant that no rule of matches still denies.
    assert_eq!(world.clone().manifest("").word("http GET https://b.example/"), "deny");
    assert_eq!(world.grant("").word("http GET https://b.example/"), "deny");
}

/// `tools` accesses are decided by policy and grant. A grant without `[[tools]]` leaves the policy's.
#[test]
fn a_call_is_decided_by_policy_and_grant() {
    let calls = "tools = [{ name = \"read\", allow = [\"call\"] }]\n";
    let world = World::new().policy(calls);
    assert_eq!(world.word("tools call read"), "allow");
    assert_eq!(world.word("tools call other"), "deny");
    assert_eq!(world.clone().manifest("").word("tools call read"), "allow");
    assert_eq!(world.clone().grant(GRANT_READ).word("tools call read"), "allow");
    let names_another = "[[tools]]\nname = \"other\"\nallow = [\"call\"]\n";
    assert_eq!(world.grant(names_another).word("tools call read"), "deny");
}

#[test]
fn what_a_manifest_may_call_does_not_let_anyone_call_it() {
    let manifest = "[[tools]]\nname = \"read\"\nallow = [\"call\"]\nwhy = \"w\"\n";
    assert_eq!(World::new().manifest(manifest).word("tools call read"), "deny");
}

#[test]
fn a_grant_alone_decides_what_it_names() {
    let world = World::new().grant("[[tools]]\nname = \"read\"\nallow = [\"call\"]\n");
    assert_eq!(world.word("tools call read"), "allow");
    assert_eq!(World::new().grant(GRANT_READ).word("tools call read"), "deny");
}

#[test]
fn a_parameter_has_to_be_bound_in_every_layer() {
    let rules = "[[files]]\npath = \"/{team}/**\"\nallow = [\"read\"]\nwhy = \"w\"\n";
    let world = World::new().manifest(rules);
    assert_eq!(world.fails(), "manifest.toml:9:10: the parameter `team` is not bound\n");
    assert_eq!(world.set("team", "red").word("files read /red/x"), "allow");
    let unknown = World::new().manifest(rules).set("team", "red").set("taem", "blue");
    assert!(unknown.fails().contains("no rule has a parameter `taem`"), "{}", unknown.fails());
    let undeclared = World::new().manifest(rules).policy("");
    assert!(undeclared.fails().contains("the parameter `team` is not bound"), "{}", undeclared.fails());
}

#[test]
fn a_parameter_is_literal_and_has_a_slash_only_where_its_pattern_spells_one() {
    let rules =
        "files = [{ path = \"/work/{team}/**\", allow = [\"read\"] }]\nparameters.team = { pattern = \".+\" }\n";
    let world = World::new().policy(rules);
    let star = world.clone().set("team", "*");
    assert_eq!(star.word("files read /work/red/x"), "deny");
    assert_eq!(star.word("files read /work/*/x"), "allow");
    assert!(world.clone().set("team", "a/b").fails().contains("contains `/`"));
    assert!(world.set("team", "..").fails().contains(".."));
    let spelled = World::new().policy(&rules.replace(".+", "[a-z]+/[a-z]+")).set("team", "a/b");
    assert_eq!(spelled.word("files read /work/a/b/x"), "allow");
    assert_eq!(spelled.word("files read /work/a/c/x"), "deny");
}
