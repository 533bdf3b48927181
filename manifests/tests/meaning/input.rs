//! Conditions on a call's input: proved for an `allow`, disproved for an `ask` or `deny` not to match.
use toolward_manifests::scope::{History, RuleId};
use toolward_manifests::{Access, Scope, Verdict};

use crate::world::{World, call};

fn tools(rule: &str) -> World {
    World::new().policy(&format!("tools = [{{ name = \"read\", {rule} }}]\n"))
}

fn allowed(input: &str) -> World {
    tools(&format!("allow = [\"call\"], input = {{ {input} }}"))
}

/// Denied where the condition holds; allowed elsewhere, whatever the fields.
fn denied(input: &str) -> World {
    World::new().policy(&format!(
        "tools = [{{ name = \"read\", allow = [\"call\"] }}, {{ name = \"read\", deny = [\"call\"], input = {{ {input} }} }}]\n"
    ))
}

/// Each input with what an `allow` and a `deny` under the condition make of it.
fn check(condition: &str, cases: &[(&str, &str, &str)]) {
    for (input, by_allow, by_deny) in cases {
        assert_eq!(allowed(condition).call(input), *by_allow, "allow under {condition}: {input}");
        assert_eq!(denied(condition).call(input), *by_deny, "deny under {condition}: {input}");
    }
}

#[test]
fn a_text_matches_as_a_whole() {
    check(
        "mode = \"fast*\"",
        &[
            (r#"{"mode":"fast"}"#, "allow", "deny"),
            (r#"{"mode":"faster"}"#, "allow", "deny"),
            (r#"{"mode":"FAST"}"#, "deny", "deny"), // neither proved nor disproved
            (r#"{"mode":"slow"}"#, "deny", "allow"),
            (r#"{"mode":1}"#, "deny", "deny"),
            (r#"{"mode":null}"#, "deny", "deny"),
            (r#"{}"#, "deny", "deny"),
            (r#"[]"#, "deny", "deny"),
        ],
    );
}

#[test]
fn a_path_matches_in_normal_form_only() {
    check(
        "root = \"/repo/**\"",
        &[
            (r#"{"root":"/repo"}"#, "allow", "deny"),
            (r#"{"root":"/repo/a b/c"}"#, "allow", "deny"),
            (r#"{"root":"/repo/../etc"}"#, "deny", "deny"),
            (r#"{"root":"/repo//x"}"#, "deny", "deny"),
            (r#"{"root":"/repo/"}"#, "deny", "deny"),
            (r#"{"root":"repo"}"#, "deny", "deny"),
            (r#"{"root":"/etc"}"#, "deny", "allow"),
        ],
    );
}

#[test]
fn numbers_are_exact() {
    check(
        "n = 9007199254740993",
        &[(r#"{"n":9007199254740993}"#, "allow", "deny"), (r#"{"n":9007199254740992}"#, "deny", "allow")],
    );
    check(
        "n = { min = 1, max = 2.5 }",
        &[
            (r#"{"n":1}"#, "allow", "deny"),
            (r#"{"n":2.5}"#, "allow", "deny"),
            (r#"{"n":2.51}"#, "deny", "allow"),
            (r#"{"n":0.999}"#, "deny", "allow"),
            (r#"{"n":-1}"#, "deny", "allow"),
            (r#"{"n":"1"}"#, "deny", "deny"),
        ],
    );
    check("n = { max = 18 }", &[(r#"{"n":18446744073709551615}"#, "deny", "allow"), (r#"{"n":18}"#, "allow", "deny")]);
}

#[test]
fn a_choice_is_one_of_its_values() {
    check(
        "mode = [\"fast\", \"slow\"]",
        &[
            (r#"{"mode":"slow"}"#, "allow", "deny"),
            (r#"{"mode":"other"}"#, "deny", "allow"),
            (r#"{"mode":["slow"]}"#, "deny", "deny"),
        ],
    );
    check("on = true", &[(r#"{"on":true}"#, "allow", "deny"), (r#"{"on":false}"#, "deny", "allow")]);
}

#[test]
fn a_length_counts_characters_or_items() {
    check(
        "text = { length = 2 }",
        &[
            (r#"{"text":"éé"}"#, "allow", "deny"),
            (r#"{"text":"abc"}"#, "deny", "allow"),
            (r#"{"text":[1,2]}"#, "allow", "deny"),
            (r#"{"text":[1,2,3]}"#, "deny", "allow"),
            (r#"{"text":12}"#, "deny", "deny"),
        ],
    );
}

#[test]
fn an_absent_field_is_not_there() {
    check(
        "secret = { absent = true }",
        &[
            (r#"{}"#, "allow", "deny"),
            (r#"{"secret":1}"#, "deny", "allow"),
            // Some tools take these for nothing, and some do not.
            (r#"{"secret":null}"#, "deny", "deny"),
            (r#"{"secret":[]}"#, "deny", "deny"),
        ],
    );
}

#[test]
fn a_field_path_reaches_into_tables_and_every_element() {
    check(
        "\"options.depth\" = 1",
        &[
            (r#"{"options":{"depth":1}}"#, "allow", "deny"),
            (r#"{"options":{"depth":2}}"#, "deny", "allow"),
            (r#"{"options":1}"#, "deny", "deny"),
        ],
    );
    check(
        "\"items[].to\" = \"ana\"",
        &[
            (r#"{"items":[{"to":"ana"},{"to":"ana"}]}"#, "allow", "deny"),
            (r#"{"items":[]}"#, "deny", "deny"),
            (r#"{"items":[{"to":"ana"},{"to":"eve"}]}"#, "deny", "deny"),
            (r#"{"items":[{"to":"bob"},{"to":"eve"}]}"#, "deny", "allow"),
            (r#"{"items":[{"to":"ana"},{}]}"#, "deny", "deny"),
            (r#"{}"#, "deny", "deny"),
        ],
    );
}

/// An `allow` matches where every element does, an `ask` and a `deny` where any does.
#[test]
fn one_element_is_enough_for_a_denial() {
    check(
        "\"recipients[]\" = \"*@evil.example\"",
        &[
            (r#"{"recipients":["x@evil.example"]}"#, "allow", "deny"),
            (r#"{"recipients":["x@evil.example","b@a.example"]}"#, "deny", "deny"),
            (r#"{"recipients":["b@a.example","x@evil.example"]}"#, "deny", "deny"),
            (r#"{"recipients":["b@a.example"]}"#, "deny", "allow"),
            (r#"{"recipients":"b@a.example"}"#, "deny", "deny"),
            (r#"{"recipients":["b@a.example",1]}"#, "deny", "deny"),
        ],
    );
    let asked = World::new().policy(
        "tools = [{ name = \"read\", allow = [\"call\"] }, { name = \"read\", ask = [\"call\"], input = { \"n[]\" = { min = 500 } } }]\n",
    );
    assert_eq!((asked.call(r#"{"n":[1,600]}"#), asked.call(r#"{"n":[1,2]}"#)), ("ask", "allow"));
}

/// What is absent, an empty array, and `null` where the tool's schema allows it: nothing is there.
#[test]
fn nothing_is_allowed_where_it_is_optional_and_denied_where_it_is_not() {
    for nothing in ["{}", r#"{"to":[]}"#] {
        check("\"to[]\" = \"ana\"", &[(nothing, "deny", "deny")]);
        check("\"to[]\" = { pattern = \"ana\", optional = true }", &[(nothing, "allow", "allow")]);
    }
    check(
        "to = { pattern = \"ana\", optional = true }",
        &[
            (r#"{"to":"ana"}"#, "allow", "deny"),
            (r#"{"to":"eve"}"#, "deny", "allow"),
            (r#"{"to":null}"#, "deny", "deny"),
            (r#"{"to":[]}"#, "deny", "deny"),
        ],
    );
}

#[test]
fn null_is_nothing_where_the_schema_allows_it() {
    let word = |rule: &str, schema: &str, input: &str| {
        let rules = format!("tools = [{{ name = \"read\", allow = [\"call\"] {rule}]\n");
        let scope = World::new().policy(&rules).scope();
        let scope = scope.with_input_schema("read", &serde_json::from_str(schema).unwrap());
        scope.decide(&call("read", input, Some(History::new()))).word()
    };
    let allow = ", input = { cc = { pattern = \"ana\", optional = true } } }";
    let deny = "}, { name = \"read\", deny = [\"call\"], input = { cc = { pattern = \"ana\", optional = true } } }";
    let absent = "}, { name = \"read\", deny = [\"call\"], input = { cc = { absent = true } } }";
    let maybe = r#"{"properties":{"cc":{"type":["string","null"]}}}"#;
    let never = r#"{"properties":{"cc":{"type":"string"}}}"#;
    for (rule, schema, expected) in [
        (allow, maybe, "allow"),
        (allow, never, "deny"),
        (deny, maybe, "allow"),
        (deny, never, "deny"),
        (absent, maybe, "deny"),
        (absent, never, "deny"),
    ] {
        assert_eq!(word(rule, schema, r#"{"cc":null}"#), expected, "{rule} {schema}");
    }
    assert_eq!(word(allow, maybe, r#"{"cc":"eve"}"#), "deny");
}

/// An earlier call of which one element fits may be one that was asked about.
#[test]
fn an_earlier_call_is_one_for_certain_where_every_element_fits() {
    let rules = "tools = [{ name = \"read\", allow = [\"call\"], not_after = { tool = \"send\", input = { \"to[]\" = \"eve\" } } }]\n";
    let scope = World::new().policy(rules).scope();
    let marks = |input: &str| {
        let Access::Tools(call) = call("send", input, None) else { unreachable!() };
        let marks = scope.marks(&call);
        (marks.began.len(), marks.succeeded.len())
    };
    assert_eq!(marks(r#"{"to":["eve","eve"]}"#), (1, 1));
    assert_eq!(marks(r#"{"to":["ana","eve"]}"#), (1, 0));
    assert_eq!(marks(r#"{"to":["ana","bob"]}"#), (0, 0));
    assert_eq!(marks(r#"{"to":[]}"#), (1, 0));
}

/// Fields that no condition names make an `allow` with conditions not match, unless it says that they are open.
#[test]
fn other_fields_are_closed_at_every_depth() {
    let world = allowed("\"options.depth\" = 1");
    assert_eq!(world.call(r#"{"options":{"depth":1}}"#), "allow");
    assert_eq!(world.call(r#"{"options":{"depth":1,"force":true}}"#), "deny");
    assert_eq!(world.call(r#"{"options":{"depth":1},"force":true}"#), "deny");
    let open = tools("allow = [\"call\"], input = { \"options.depth\" = 1 }, other_fields = \"open\"");
    assert_eq!(open.call(r#"{"options":{"depth":1,"force":true},"x":1}"#), "allow");
    for empty in ["{}", "[]", "[[]]", "[{}]", r#"{"a":{}}"#, r#"{"a":[]}"#] {
        let input = |at: &str| format!(r#"{{"options":{{"depth":1{at}}}"#);
        assert_eq!(world.call(&(input("") + &format!(r#","force":{empty}}}"#))), "deny", "{empty}");
        assert_eq!(world.call(&(input(&format!(r#","force":{empty}"#)) + "}")), "deny", "{empty}");
    }
    let elements = allowed("\"items[].to\" = \"ana\"");
    assert_eq!(elements.call(r#"{"items":[{"to":"ana","cc":"eve"}]}"#), "deny");
    assert_eq!(tools("allow = [\"call\"]").call(r#"{"anything":1}"#), "allow");
}

#[test]
fn a_parameter_in_a_condition_is_literal() {
    let rules = "parameters.payee = { pattern = \".*\" }\ntools = [{ name = \"read\", allow = [\"call\"], input = { to = \"{payee}\" } }]\n";
    let world = World::new().policy(rules).set("payee", "*");
    assert_eq!(world.call(r#"{"to":"*"}"#), "allow");
    assert_eq!(world.call(r#"{"to":"eve"}"#), "deny");
}

#[test]
fn a_digest_has_to_be_the_one_that_is_called() {
    let (one, other) = ("1".repeat(64), "2".repeat(64));
    let with = |sha256: Option<&String>, list: &str| {
        let rules = format!(
            "tools = [{{ name = \"read\", sha256 = \"{one}\", {list} = [\"call\"] }}]\n\n[unmatched]\ntools = \"ask\"\n"
        );
        let Access::Tools(mut call) = call("read", "{}", None) else { unreachable!() };
        call.sha256 = sha256.cloned();
        World::new().policy(&rules).scope().decide(&Access::Tools(call)).word()
    };
    assert_eq!((with(Some(&one), "allow"), with(Some(&other), "allow"), with(None, "allow")), ("allow", "ask", "ask"));
    assert_eq!((with(Some(&one), "deny"), with(Some(&other), "deny"), with(None, "deny")), ("deny", "ask", "deny"));
}

fn used(rule: RuleId, times: u64) -> Option<History> {
    Some(History { uses: [(rule, times)].into(), ..History::new() })
}

fn counted(scope: &Scope, history: Option<History>) -> Verdict {
    scope.decide(&call("read", "{}", history))
}

#[test]
fn a_rule_allows_so_many_calls_and_an_unknown_history_none() {
    let scope = tools("allow = [\"call\"], times = 2").scope();
    let Verdict::Allow(first) = counted(&scope, Some(History::new())) else { panic!("the first call is denied") };
    let [rule] = first.counted() else { panic!("{:?}", first.counted()) };
    assert_eq!(counted(&scope, used(*rule, 1)).word(), "allow");
    assert_eq!(counted(&scope, used(*rule, 2)).word(), "deny");
    assert_eq!(counted(&scope, None).word(), "deny");
}

/// The count goes on where `times`, the reason or other rules change, and begins again where the rule does.
#[test]
fn a_counted_rule_keeps_its_number() {
    let number = |rules: &str| match counted(&World::new().policy(rules).scope(), Some(History::new())) {
        Verdict::Allow(allow) => allow.counted().to_vec(),
        other => panic!("{other:?}"),
    };
    let plain = number("tools = [{ name = \"read\", allow = [\"call\"], times = 2 }]\n");
    let changed = number(
        "tools = [{ name = \"x\", allow = [\"call\"] }, { name = \"read\", allow = [\"call\"], times = 9, why = \"w\" }]\n",
    );
    let another = number("tools = [{ name = \"rea*\", allow = [\"call\"], times = 2 }]\n");
    assert_eq!(plain[0].rule, changed[0].rule);
    assert_ne!(plain[0].rule, another[0].rule);
    // Whose count it is the policy says; where one takes another's place, see `history`.
    assert_ne!(plain[0].layer, changed[0].layer);
}

#[test]
fn a_call_counts_against_every_counted_rule_that_allows_it() {
    let scope = World::new()
        .policy("tools = [{ name = \"read\", allow = [\"call\"], times = 2 }, { name = \"*\", allow = [\"call\"], times = 3 }]\n")
        .grant("[[tools]]\nname = \"read\"\nallow = [\"call\"]\ntimes = 1\n")
        .scope();
    let Verdict::Allow(allow) = counted(&scope, Some(History::new())) else { panic!("denied") };
    assert_eq!(allow.counted().len(), 3);
}
