//! A verdict explains itself.
use toolward_manifests::{Access, Layer};

use crate::world::World;

fn told(world: &World, access: &str) -> String {
    let access: Access = access.parse().unwrap();
    world.scope().decide(&access).sentence(&access)
}

#[test]
fn a_verdict_points_at_the_line_of_its_list() {
    let world = World::new().policy("[[types.t.files]]\npath = \"/repo/**/.env\"\ndeny = [\"read\", \"write\"]\n");
    let expected = "denied: write /repo/.env — policy.toml:9 `deny = [\"read\", \"write\"]` on `/repo/**/.env`";
    assert_eq!(told(&world, "files write /repo/.env"), expected);
    assert_eq!(told(&world, "files delete /repo/.env"), expected.replace("write /repo", "delete /repo"));
}

#[test]
fn without_a_rule_the_strictest_layer_is_named() {
    let manifest = "[[files]]\npath = \"/r/**\"\nallow = [\"read\"]\nwhy = \"w\"\n";
    let world = World::new().manifest(manifest).policy("");
    assert_eq!(told(&world, "files read /r/x"), "denied: read /r/x — policy: no rule matches");
    let asks = World::new().policy("\n[unmatched]\nfiles = \"ask\"\n");
    let expected = "needs a human: read /r/x — policy.toml:9 `unmatched.files = \"ask\"` (no rule matches)";
    assert_eq!(told(&asks, "files read /r/x"), expected);
}

#[test]
fn a_rule_that_denies_is_named_before_the_lack_of_one() {
    let world = World::new().manifest("").policy("files = [{ path = \"/r/**\", deny = [\"read\"] }]\n");
    assert_eq!(world.ask("files read /r/x").reason().layer, Layer::Policy);
}

#[test]
fn an_allow_names_the_policys_rule_or_the_manifests() {
    let manifest = "[[files]]\npath = \"/r/**\"\nallow = [\"read\"]\nwhy = \"w\"\n";
    let world = World::new().manifest(manifest);
    assert_eq!(
        told(&world, "files read /r/x"),
        "allowed: read /r/x — manifest.toml:10 `allow = [\"read\"]` on `/r/**`"
    );
    let world = world.policy("files = [{ path = \"/r/*\", allow = [\"read\"] }]\n");
    assert_eq!(told(&world, "files read /r/x"), "allowed: read /r/x — policy.toml:7 `allow = [\"read\"]` on `/r/*`");
}

#[test]
fn of_two_rules_that_are_as_strict_the_first_in_the_file_is_named() {
    let world = World::new()
        .policy("files = [\n{ path = \"/r/*\", deny = [\"read\"] },\n{ path = \"/r/**\", deny = [\"read\"] },\n]\n");
    assert!(told(&world, "files read /r/x").contains("policy.toml:8 "), "{}", told(&world, "files read /r/x"));
}
