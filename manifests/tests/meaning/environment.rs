//! The environment of a call.
use crate::world::World;

const READS: &str = "[[env]]\nname = \"L*\"\nallow = [\"read\"]\nwhy = \"w\"\n";

fn shown(world: &World) -> String {
    world.scope().environment().iter().map(|(name, value)| format!("{name}={value} ")).collect()
}

#[test]
fn a_variable_has_a_value_where_every_layer_allows_it_and_one_gives_it() {
    let policy = "env = [{ name = \"LANG\", value = \"C\", allow = [\"read\"] }, { name = \"PATH\", value = \"/\", allow = [\"read\"] }, { name = \"L\", allow = [\"read\"] }]\n";
    let world = World::new().manifest(READS).policy(policy);
    assert_eq!(shown(&world), "LANG=C ");
    assert_eq!(shown(&World::new().policy(policy)), "LANG=C PATH=/ ");
    assert_eq!(shown(&world.clone().grant("")), "");
    assert_eq!(shown(&World::new().manifest(READS)), "");
}

#[test]
fn a_policys_value_comes_before_a_grants() {
    let grant = "[[env]]\nname = \"LANG\"\nvalue = \"de\"\nallow = [\"read\"]\n\n[[env]]\nname = \"L\"\nvalue = \"x\"\nallow = [\"read\"]\n";
    let policy =
        "env = [{ name = \"LANG\", value = \"C\", allow = [\"read\"] }, { name = \"L\", allow = [\"read\"] }]\n";
    assert_eq!(shown(&World::new().policy(policy).grant(grant)), "L=x LANG=C ");
}

#[test]
fn a_value_that_is_denied_or_asked_about_is_not_given() {
    let policy = |list: &str| {
        format!(
            "env = [{{ name = \"LANG\", value = \"C\", allow = [\"read\"] }}, {{ name = \"lang\", {list} = [\"read\"] }}]\n"
        )
    };
    assert_eq!(shown(&World::new().policy(&policy("deny"))), "");
    assert_eq!(shown(&World::new().policy(&policy("ask"))), "");
}

#[test]
fn who_runs_a_tool_by_hand_gives_values_to_variables_that_have_a_rule() {
    let scope = World::new().manifest(READS).scope();
    let given = |name: &str, value: &str| scope.environment_with(&[(name.to_owned(), value.to_owned())].into());
    assert_eq!(given("LANG", "C").unwrap(), [("LANG".to_owned(), "C".to_owned())].into());
    assert!(given("PATH", "/").unwrap_err().contains("no rule lets the tool read the variable `PATH`"));
    assert!(given("LANG", "a\0").is_err());
}
