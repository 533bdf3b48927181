//! Order between calls: `after` wants a success before, `not_after` that nothing of the kind has begun.
use serde_json::{Value, json};
use toolward_manifests::scope::{History, Imagined, Marked, Taint};
use toolward_manifests::{Access, Call, Scope};

use crate::world::World;

const ONE: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const TWO: &str = "2222222222222222222222222222222222222222222222222222222222222222";

fn call(tool: &str, sha256: Option<&str>, input: Value) -> Call {
    Call { tool: tool.to_owned(), sha256: sha256.map(str::to_owned), input, history: None }
}

fn scope(rules: &str) -> Scope {
    let others = "{ name = \"approve\", allow = [\"call\"] }, { name = \"cancel\", allow = [\"call\"] }";
    World::new().policy(&format!("tools = [{others}, {rules}]\n")).scope()
}

/// What the scope says of a call of `pay` after these calls, each with whether it succeeded.
fn pay(scope: &Scope, before: &[(Call, bool)]) -> &'static str {
    let mut task = Imagined::new();
    for (call, succeeded) in before {
        task.made(scope, call, succeeded.then_some(&Value::Null));
    }
    task.decide(scope, &Access::Tools(call("pay", None, json!({})))).word()
}

fn plain(tool: &str) -> Call {
    call(tool, None, json!({}))
}

#[test]
fn after_wants_a_success() {
    let scope = scope("{ name = \"pay\", allow = [\"call\"], after = \"approve\" }");
    assert_eq!(pay(&scope, &[]), "deny");
    assert_eq!(pay(&scope, &[(plain("approve"), false)]), "deny");
    assert_eq!(pay(&scope, &[(plain("approve"), true)]), "allow");
    assert_eq!(pay(&scope, &[(plain("cancel"), true)]), "deny");
}

#[test]
fn after_several_wants_each() {
    let scope = scope("{ name = \"pay\", allow = [\"call\"], after = [\"approve\", \"cancel\"] }");
    assert_eq!(pay(&scope, &[(plain("approve"), true)]), "deny");
    assert_eq!(pay(&scope, &[(plain("cancel"), true), (plain("approve"), true)]), "allow");
}

/// A call that failed may have done its work all the same.
#[test]
fn not_after_wants_that_none_has_begun() {
    let scope = scope("{ name = \"pay\", allow = [\"call\"], not_after = \"cancel\" }");
    assert_eq!(pay(&scope, &[]), "allow");
    assert_eq!(pay(&scope, &[(plain("cancel"), false)]), "deny");
    assert_eq!(pay(&scope, &[(plain("cancel"), true)]), "deny");
    assert_eq!(pay(&scope, &[(plain("approve"), true)]), "allow");
}

/// The table of `scope::History`, row by row: by an `allow`, and by a `deny` beside an `allow` of everything.
#[test]
fn what_is_not_known_for_certain_neither_opens_nor_stays_out_of_the_way() {
    let nothing = None;
    let began = Some(Marked { began: true, succeeded: false });
    let succeeded = Some(Marked { began: true, succeeded: true });
    for (key, cases) in [
        ("after", [(nothing, "deny", "allow"), (began, "deny", "deny"), (succeeded, "allow", "deny")]),
        ("not_after", [(nothing, "allow", "deny"), (began, "deny", "deny"), (succeeded, "deny", "allow")]),
    ] {
        let allows = scope(&format!("{{ name = \"pay\", allow = [\"call\"], {key} = \"approve\" }}"));
        let denies = scope(&format!(
            "{{ name = \"pay\", allow = [\"call\"] }}, {{ name = \"pay\", deny = [\"call\"], {key} = \"approve\" }}"
        ));
        let asks = scope(&format!(
            "{{ name = \"pay\", allow = [\"call\"] }}, {{ name = \"pay\", ask = [\"call\"], {key} = \"approve\" }}"
        ));
        for (marked, by_allow, by_deny) in cases {
            let word = |scope: &Scope| {
                let mark = scope.marks(&plain("approve")).began[0];
                let marks = marked.into_iter().map(|marked| (mark, marked)).collect();
                let history = Some(History { marks, ..History::new() });
                scope.decide_when(&Access::Tools(Call { history, ..plain("pay") }), Taint::Clean).word()
            };
            assert_eq!((word(&allows), word(&denies)), (by_allow, by_deny), "{key} {marked:?}");
            assert_eq!(word(&asks) == "ask", by_deny == "deny", "{key} {marked:?}");
        }
        let unknown = |scope: &Scope| scope.decide(&Access::Tools(plain("pay"))).word();
        assert_eq!((unknown(&allows), unknown(&denies), unknown(&asks)), ("deny", "deny", "ask"), "{key}");
    }
}

#[test]
fn an_earlier_call_is_one_of_that_digest() {
    let named = format!("{{ tool = \"approve\", sha256 = \"{ONE}\" }}");
    let after = scope(&format!("{{ name = \"pay\", allow = [\"call\"], after = {named} }}"));
    let not_after = scope(&format!("{{ name = \"pay\", allow = [\"call\"], not_after = {named} }}"));
    for (digest, by_after, by_not_after) in
        [(Some(ONE), "allow", "deny"), (Some(TWO), "deny", "allow"), (None, "deny", "deny")]
    {
        let before = [(call("approve", digest, json!({})), true)];
        assert_eq!((pay(&after, &before), pay(&not_after, &before)), (by_after, by_not_after), "{digest:?}");
    }
}

/// Where no digest is named, those count that the rules of the layer name for the tool.
#[test]
fn another_component_of_the_same_name_proves_nothing() {
    let rules = |order: &str| {
        World::new()
            .policy(&format!(
                "tools = [{{ name = \"approve\", sha256 = \"{ONE}\", allow = [\"call\"] }}, {{ name = \"pay\", allow = [\"call\"], {order} = \"approve\" }}]\n"
            ))
            .scope()
    };
    let before = |digest| [(call("approve", digest, json!({})), true)];
    let after = rules("after");
    assert_eq!(pay(&after, &before(Some(ONE))), "allow");
    assert_eq!((pay(&after, &before(Some(TWO))), pay(&after, &before(None))), ("deny", "deny"));
    // That another was called may mean just what the rule is about.
    let not_after = rules("not_after");
    assert_eq!((pay(&not_after, &before(Some(TWO))), pay(&not_after, &before(None))), ("deny", "deny"));
}

#[test]
fn an_earlier_call_is_one_with_that_input_and_nothing_else() {
    let named = "{ tool = \"approve\", input = { order = 7 } }";
    let after = scope(&format!("{{ name = \"pay\", allow = [\"call\"], after = {named} }}"));
    let not_after = scope(&format!("{{ name = \"pay\", allow = [\"call\"], not_after = {named} }}"));
    for (input, by_after, by_not_after) in [
        (json!({"order": 7}), "allow", "deny"),
        (json!({"order": 7.0}), "allow", "deny"),
        (json!({"order": 8}), "deny", "allow"),
        // It may have approved something else, or this.
        (json!({"order": 7, "dry_run": true}), "deny", "deny"),
        (json!({"order": "7"}), "deny", "deny"),
        (json!({}), "deny", "deny"),
    ] {
        let before = [(call("approve", None, input.clone()), true)];
        assert_eq!((pay(&after, &before), pay(&not_after, &before)), (by_after, by_not_after), "{input}");
    }
}

#[test]
fn a_function_of_a_tool_is_not_the_tool_and_may_be() {
    let after = scope("{ name = \"pay\", allow = [\"call\"], after = \"approve\" }");
    let not_after = scope("{ name = \"pay\", allow = [\"call\"], not_after = \"approve\" }");
    let before = [(plain("approve.order"), true)];
    assert_eq!((pay(&after, &before), pay(&not_after, &before)), ("deny", "deny"));
    let function = scope("{ name = \"pay\", allow = [\"call\"], after = \"approve.order\" }");
    assert_eq!(pay(&function, &before), "allow");
    assert_eq!(pay(&function, &[(plain("approve"), true)]), "deny");
    assert_eq!(pay(&after, &[(plain("approve-all"), true)]), "deny");
}

#[test]
fn a_refusal_says_which_call_is_missing_or_was_one_too_many() {
    let scope = scope("{ name = \"pay\", allow = [\"call\"], after = \"approve\", not_after = \"cancel\" }");
    let told = |before: &[&str]| {
        let mut task = Imagined::new();
        before.iter().for_each(|tool| task.made(&scope, &plain(tool), Some(&Value::Null)));
        task.decide(&scope, &Access::Tools(plain("pay"))).reason().to_string()
    };
    let rule = "policy.toml:7 `allow = [\"call\"]` on `pay`";
    assert_eq!(told(&[]), format!("{rule} (no such call of `approve` succeeded before)"));
    assert_eq!(told(&["approve", "cancel"]), format!("{rule} (`cancel` was called before)"));
    assert_eq!(told(&["approve"]), rule);
    let both = "(no such call of `approve` succeeded before; `cancel` was called before)";
    assert_eq!(told(&["cancel"]), format!("{rule} {both}"));
}
