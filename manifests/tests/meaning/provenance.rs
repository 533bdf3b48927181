//! Where a value came from: one payment, to whom a bill names, in the right order.
use serde_json::{Value, json};
use toolward_manifests::scope::Imagined;
use toolward_manifests::{Access, Call, Scope, Verdict};

use crate::world::World;

const ONE: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const TWO: &str = "2222222222222222222222222222222222222222222222222222222222222222";
const IBAN: &str = "DE02120300000000202051";

/// The example of the documentation, with more fields of `pay` where these are given.
fn payment(fields: &str) -> Scope {
    let rules = format!(
        r#"parameters.bill = {{ under = "/bills" }}
tools = [
  {{ name = "read-bill", sha256 = "{ONE}", allow = ["call"] }},
  {{ name = "search", allow = ["call"] }},
  {{ name = "approve-order", allow = ["call"] }},
  {{ name = "cancel", allow = ["call"] }},
  {{ name = "pay", allow = ["call"], times = 1, after = "approve-order", not_after = "cancel", input = {{ recipient = {{ seen_in = "read-bill", input = {{ file = "{{bill}}" }}, field = "iban" }}, amount = {{ max = 500 }}{fields} }} }},
]
"#
    );
    World::new().policy(&rules).set("bill", "/bills/7.pdf").scope()
}

fn tool(name: &str, input: Value) -> Call {
    Call { tool: name.to_owned(), sha256: None, input, history: None }
}

fn read_bill(sha256: &str, file: &str) -> Call {
    Call { sha256: Some(sha256.to_owned()), ..tool("read-bill", json!({"file": file})) }
}

fn pay(recipient: &Value) -> Access {
    Access::Tools(tool("pay", json!({"recipient": recipient, "amount": 120.5})))
}

/// A task in which the order is approved and these calls gave these outputs.
fn task(scope: &Scope, calls: &[(Call, Value)]) -> Imagined {
    let mut task = Imagined::new();
    task.made(scope, &tool("approve-order", json!({})), Some(&Value::Null));
    calls.iter().for_each(|(call, output)| task.made(scope, call, Some(output)));
    task
}

fn paid(scope: &Scope, calls: &[(Call, Value)], recipient: &Value) -> Verdict {
    task(scope, calls).decide(scope, &pay(recipient))
}

#[test]
fn a_payment_goes_to_whom_the_bill_names() {
    let scope = payment("");
    let bill = [(read_bill(ONE, "/bills/7.pdf"), json!({"iban": IBAN, "name": "ACME"}))];
    let verdict = paid(&scope, &bill, &json!(IBAN));
    assert_eq!(verdict.word(), "allow");
    assert_eq!(verdict.reason().note.as_deref(), Some("`recipient` was seen in an earlier call"));
    assert_eq!(paid(&scope, &bill, &json!("DE00000000000000000000")).word(), "deny");
    assert_eq!(paid(&scope, &[], &json!(IBAN)).word(), "deny");
}

#[test]
fn a_payment_is_made_once_in_the_right_order() {
    let scope = payment("");
    let bill = (read_bill(ONE, "/bills/7.pdf"), json!({"iban": IBAN}));
    let mut unapproved = Imagined::new();
    unapproved.made(&scope, &bill.0, Some(&bill.1));
    assert_eq!(unapproved.decide(&scope, &pay(&json!(IBAN))).word(), "deny");
    let mut task = task(&scope, &[bill]);
    assert_eq!(task.clone().decide(&scope, &pay(&json!(IBAN))).word(), "allow");
    let mut cancelled = task.clone();
    cancelled.made(&scope, &tool("cancel", json!({})), None);
    assert_eq!(cancelled.decide(&scope, &pay(&json!(IBAN))).word(), "deny");
    let Access::Tools(call) = pay(&json!(IBAN)) else { panic!() };
    let _verdict = task.decide(&scope, &pay(&json!(IBAN)));
    task.made(&scope, &call, None);
    let second = task.decide(&scope, &pay(&json!(IBAN)));
    assert_eq!(second.word(), "deny");
    assert!(second.reason().to_string().contains("it allows no more than 1 of such calls"), "{}", second.reason());
}

#[test]
fn a_source_counts_by_its_digest_and_its_input() {
    let scope = payment("");
    for (call, word) in [
        (read_bill(ONE, "/bills/7.pdf"), "allow"),
        (read_bill(TWO, "/bills/7.pdf"), "deny"),
        (read_bill(ONE, "/bills/8.pdf"), "deny"),
        (read_bill(ONE, "/BILLS/7.pdf"), "deny"),
        (Call { sha256: None, ..read_bill(ONE, "/bills/7.pdf") }, "deny"),
        (Call { input: json!({"file": "/bills/7.pdf", "page": 2}), ..read_bill(ONE, "") }, "deny"),
        (Call { tool: "search".to_owned(), ..read_bill(ONE, "/bills/7.pdf") }, "deny"),
        (Call { tool: "read-bill.all".to_owned(), ..read_bill(ONE, "/bills/7.pdf") }, "deny"),
    ] {
        assert_eq!(paid(&scope, &[(call.clone(), json!({"iban": IBAN}))], &json!(IBAN)).word(), word, "{call:?}");
    }
}

#[test]
fn a_value_is_seen_at_the_field_that_is_named_as_a_whole() {
    let scope = payment("");
    for output in [
        json!({"iban": format!("{IBAN}, please")}),
        json!({"IBAN": IBAN}),
        json!({"notes": IBAN}),
        json!({"bill": {"iban": IBAN}}),
        json!([{"iban": IBAN}]),
        json!({"iban": [IBAN]}),
        json!({"iban": {IBAN: 1}}),
        json!(IBAN),
    ] {
        let word = paid(&scope, &[(read_bill(ONE, "/bills/7.pdf"), output.clone())], &json!(IBAN)).word();
        assert_eq!(word, "deny", "{output}");
    }
    for asked in [json!(IBAN.to_lowercase()), json!([IBAN]), json!({"iban": IBAN}), json!(null), json!(1)] {
        let bill = (read_bill(ONE, "/bills/7.pdf"), json!({"iban": IBAN}));
        assert_eq!(paid(&scope, &[bill], &asked).word(), "deny", "{asked}");
    }
}

/// A rule for `pay` alone, with one condition on the field `to`.
fn seen(condition: &str) -> Scope {
    let rules = "{ name = \"look\", allow = [\"call\"] }, { name = \"pay\", allow = [\"call\"]";
    World::new().policy(&format!("tools = [{rules}, input = {{ {condition} }} }}]\n")).scope()
}

fn looked(scope: &Scope, [input, output]: [&Value; 2], asked: &Value) -> &'static str {
    let mut task = Imagined::new();
    task.made(scope, &tool("look", input.clone()), Some(output));
    task.decide(scope, &Access::Tools(tool("pay", asked.clone()))).word()
}

#[test]
fn an_echo_is_no_source() {
    let scope = seen("to = { seen_in = \"look\" }");
    let ana = json!({"to": "ana@example.com"});
    let output = json!("no entry for ana@example.com");
    assert_eq!(looked(&scope, [&json!({"q": "contacts"}), &output], &ana), "allow");
    for input in [
        json!({"q": "ana@example.com"}),
        json!({"q": "ANA@example.com"}),
        json!({"q": "<ana@example.com>"}),
        json!({"deep": [{"ana@example.com": true}]}),
        json!({"q": "to=ana@example.com&x=1"}),
    ] {
        assert_eq!(looked(&scope, [&input, &output], &ana), "deny", "{input}");
    }
    // An echo takes nothing away from what another call supplies.
    let mut task = Imagined::new();
    task.made(&scope, &tool("look", json!({})), Some(&output));
    task.made(&scope, &tool("look", json!({"q": "ana@example.com"})), Some(&output));
    assert_eq!(task.decide(&scope, &Access::Tools(tool("pay", ana))).word(), "allow");
}

#[test]
fn short_values_are_seen_at_a_named_field_only() {
    let output = json!({"code": "abc", "n": 42, "long": "abcd"});
    let anywhere = seen("to = { seen_in = \"look\" }");
    for (asked, word) in [(json!("abc"), "deny"), (json!(42), "deny"), (json!("abcd"), "allow")] {
        assert_eq!(looked(&anywhere, [&json!({}), &output], &json!({"to": asked})), word, "{asked}");
    }
    let code = seen("to = { seen_in = \"look\", field = \"code\" }");
    assert_eq!(looked(&code, [&json!({}), &output], &json!({"to": "abc"})), "allow");
    assert_eq!(looked(&code, [&json!({}), &output], &json!({"to": "abcd"})), "deny");
}

#[test]
fn numbers_are_seen_by_value() {
    let scope = seen("to = { seen_in = \"look\", max = 5000 }");
    for (output, asked, word) in [
        (json!({"sum": 1234.5}), json!(1234.50), "allow"),
        (json!("Total: 1234.50."), json!(1234.5), "allow"),
        (json!(1.2345e3), json!(1234.5), "allow"),
        (json!({"sum": 1234.5}), json!(1234.51), "deny"),
        (json!({"sum": 1234.5}), json!(-1234.5), "deny"),
        (json!({"sum": 12345}), json!(1234), "deny"),
        // Seen, and too much.
        (json!({"sum": 6000}), json!(6000), "deny"),
    ] {
        assert_eq!(looked(&scope, [&json!({}), &output], &json!({"to": asked})), word, "{output} {asked}");
    }
}

#[test]
fn nested_fields_and_every_element_have_to_be_seen() {
    let scope = seen("\"lines[].to\" = { seen_in = \"look\", field = \"lines[].iban\" }");
    let output = json!({"lines": [{"iban": "DE01"}, {"iban": "DE02"}], "note": "DE03"});
    for (lines, word) in [
        (json!([{"to": "DE02"}]), "allow"),
        (json!([{"to": "DE02"}, {"to": "DE01"}]), "allow"),
        (json!([{"to": "DE02"}, {"to": "DE03"}]), "deny"),
        (json!([{"to": "DE02"}, {}]), "deny"),
        (json!([{"to": ["DE02"]}]), "deny"),
        (json!([{"to": "DE02", "and": "DE03"}]), "deny"),
    ] {
        assert_eq!(looked(&scope, [&json!({}), &output], &json!({"lines": lines})), word, "{lines}");
    }
}

#[test]
fn an_optional_field_is_seen_or_not_there() {
    let scope = seen("to = { seen_in = \"look\", optional = true }");
    let output = json!("write to ana@example.com");
    for (asked, word) in
        [(json!({}), "allow"), (json!({"to": "ana@example.com"}), "allow"), (json!({"to": "eve@example.com"}), "deny")]
    {
        assert_eq!(looked(&scope, [&json!({}), &output], &asked), word, "{asked}");
    }
}

#[test]
fn what_failed_or_is_not_known_supplies_nothing() {
    let scope = seen("to = { seen_in = \"look\" }");
    let asked = Access::Tools(tool("pay", json!({"to": "ana@example.com"})));
    let mut task = Imagined::new();
    task.made(&scope, &tool("look", json!({})), None);
    let verdict = task.decide(&scope, &asked);
    assert_eq!(verdict.word(), "deny");
    let told = verdict.reason().to_string();
    assert!(told.ends_with("(`to` was not seen in an output of `look`)"), "{told}");
    assert!(!told.contains("ana@"), "a value may be none of the reader's business: {told}");
    assert_eq!(scope.decide(&asked).word(), "deny");
}
