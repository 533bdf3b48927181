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

/// Whether anything may be written at all is never denied where a write is allowed or asked about: a worker is started by it.
#[test]
fn what_may_be_written_is_never_missed() {
    let asks = "\n[unmatched]\nfiles = \"ask\"\n";
    let of = |list: &str, op: &str| format!("files = [{{ path = \"/a\", {list} = [\"{op}\"] }}]\n");
    let mut seen = [0; 2];
    for list in ["allow", "ask", "deny"] {
        for op in ["read", "list", "create", "write", "delete"] {
            for (rules, grant) in [
                (of(list, op), None),
                (of(list, op) + asks, None),
                (of(list, op) + asks, Some(of("allow", "write"))),
                (asks.to_owned(), Some(of(list, op))),
                (String::new(), Some(of(list, op))),
            ] {
                let world = World::new().policy(&rules);
                let world = if let Some(grant) = grant { world.grant(&grant) } else { world };
                let asked =
                    ["create", "write", "delete"].map(|op| ["/a", "/b"].map(|path| format!("files {op} {path}")));
                let opens = asked.iter().flatten().any(|access| world.word(access) != "deny");
                assert!(world.scope().may_write() || !opens, "{world:?}");
                seen[usize::from(opens)] += 1;
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 10), "{seen:?}");
}
