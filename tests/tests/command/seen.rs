//! Where a value came from: a policy says which source may supply it, and what comes from elsewhere is denied.
use serde_json::{Value, json};
use toolward_tests::installation::{existing, repository};
use toolward_tests::{Installation, OpenTask, Said};

use super::fixture::{policy_with_tools, with_echo};

const BILL: &str = "Please pay DE02120300000000202051 soon.\n";
const IBAN: &str = "DE02120300000000202051";

/// `read` and `source` (which answers with its input as JSON) may be called; `echo`, which stands for a payment, only with
/// a recipient from where this says.
fn paying(recipient: &str) -> Installation {
    let rules = format!(
        "[[types.work.tools]]\nname = \"read\"\nallow = [\"call\"]\n\n[[types.work.tools]]\nname = \"source\"\nallow = [\"call\"]\n\n\
         [[types.work.tools]]\nname = \"echo\"\nallow = [\"call\"]\nother_fields = \"open\"\ninput = {{ recipient = {recipient} }}\n"
    );
    let mapping = "\n[command]\nstdin = \"input\"\noutput = \"json\"\nargs = [\"--fixed-strings\", \"--\", \"not to be found\", \"\"]\n";
    let installation = with_echo(Installation::new().policy(&policy_with_tools(&rules)), "").shipped("read");
    installation
        .tool("source", existing("sd"), mapping)
        .file("repo/bill.txt", BILL)
        .file("repo/other.txt", "GB33BUKB20201555555555\n")
}

fn read(task: &OpenTask, name: &str) -> Said {
    task.call("read", &json!({ "path": format!("/repo/{name}") }))
}

fn pay(task: &OpenTask, recipient: &Value) -> Said {
    task.call("echo", &json!({ "recipient": recipient, "amount": 12 }))
}

/// A value that an earlier call of the named tool gave is allowed; one that none gave is not.
#[test]
fn from_a_named_tool() {
    let task = paying("{ seen_in = \"read\" }").open("work");
    pay(&task, &json!(IBAN)).answers("denied");
    read(&task, "bill.txt").answers("ok");
    pay(&task, &json!(IBAN)).answers("ok");
    pay(&task, &json!("GB33BUKB20201555555555")).answers("denied");
    // Neither a part of it, nor it in other letters, nor more than it.
    for near in ["DE0212030000000020205", "de02120300000000202051", "DE02120300000000202051 ", "Please pay"] {
        pay(&task, &json!(near)).answers("denied");
    }
    for other in [json!(null), json!(2), json!([IBAN]), json!({ "iban": IBAN })] {
        pay(&task, &other).answers("denied");
    }
    task.call("echo", &json!({ "amount": 12 })).answers("denied");
}

/// With a named input: only what that file said.
#[test]
fn from_a_named_input() {
    let task = paying("{ seen_in = \"read\", input = { path = \"/repo/bill.txt\" } }").open("work");
    read(&task, "other.txt").answers("ok");
    pay(&task, &json!("GB33BUKB20201555555555")).answers("denied");
    read(&task, "bill.txt").answers("ok");
    pay(&task, &json!(IBAN)).answers("ok");
    pay(&task, &json!("GB33BUKB20201555555555")).answers("denied");
}

/// With a field: the whole value there, and no token of a text.
#[test]
fn from_a_named_field() {
    let installation =
        paying("{ seen_in = \"read\", field = \"text\" }").file("repo/alone.txt", "FR7630006000011234567890189");
    let task = installation.open("work");
    let text = read(&task, "alone.txt").answers("ok");
    assert_eq!(text["output"]["text"], "FR7630006000011234567890189", "{text}");
    pay(&task, &json!("FR7630006000011234567890189")).answers("ok");
    read(&task, "bill.txt").answers("ok");
    pay(&task, &json!(IBAN)).answers("denied");
}

/// An echo is no source: what a call was given is no output of its.
#[test]
fn an_echo_is_no_source() {
    let task = paying("{ seen_in = \"source\" }").open("work");
    let answer = task.call("source", &json!({ "say": IBAN, "and": format!("pay {IBAN} now") })).answers("ok");
    assert_eq!(answer["output"]["say"], IBAN);
    pay(&task, &json!(IBAN)).answers("denied");
    pay(&task, &json!("say")).answers("denied");
}

/// Nor is the source a tool that was not named.
#[test]
fn another_tool_is_no_source() {
    let task = paying("{ seen_in = \"source\" }").open("work");
    read(&task, "bill.txt").answers("ok");
    pay(&task, &json!(IBAN)).answers("denied");
}

/// A source that failed supplies nothing.
#[test]
fn a_failed_source_supplies_nothing() {
    let task = paying("{ seen_in = \"read\" }").open("work");
    let answer = read(&task, "no-such-name-DE02120300000000202051").answers("failed");
    pay(&task, &json!(IBAN)).answers("denied");
    read(&task, ".env").answers("denied");
    pay(&task, &answer["call"]).answers("denied");
}

/// A source counts only by its digest: what another component under the same name said is no word of this one.
#[test]
fn another_digest_is_another_source() {
    let installation = paying("{ seen_in = \"bills\" }");
    let rules = installation.text("toolward/policy.toml").replace("name = \"source\"", "name = \"bills\"");
    let installation = installation.policy(&rules);
    let mut component = std::fs::read(repository().join("tools/target/wasm32-wasip2/release/read.wasm")).unwrap();
    let install = |component: &[u8]| {
        let manifest = "\n[command]\nstdin = \"input\"\noutput = \"json\"\n\n[[files]]\npath = \"/repo/**\"\nallow = [\"read\"]\nwhy = \"it is under test\"\n";
        drop(installation.clone().tool("bills", component, manifest));
        let shown = installation.run(&["tool", "show", "bills", "--json"]).exits(0).json();
        let digest = format!("component_sha256 = {}\n", shown["sha256"]);
        drop(installation.clone().tool("bills", component, &(digest + manifest)));
    };
    let task = installation.open("work");
    let bill = json!({ "path": "/repo/bill.txt" });
    install(&component);
    task.call("bills", &bill).answers("ok");
    pay(&task, &json!(IBAN)).answers("ok");
    // A custom section: another component, that does the same.
    component.extend([0, 2, 1, b'x']);
    install(&component);
    pay(&task, &json!(IBAN)).answers("denied");
    task.call("bills", &bill).answers("ok");
    pay(&task, &json!(IBAN)).answers("ok");
}

/// What was seen is the task's: no other sees it, and it is gone with the task.
#[test]
fn what_was_seen_is_the_tasks() {
    let installation = paying("{ seen_in = \"read\" }");
    let task = installation.open("work");
    read(&task, "bill.txt").answers("ok");
    pay(&installation.open("work"), &json!(IBAN)).answers("denied");
    // A sub-agent's task belongs to the same tree.
    pay(&task.narrow(&[]), &json!(IBAN)).answers("ok");
    task.run(&["task", "close"]).exits(0);
    pay(&installation.open("work"), &json!(IBAN)).answers("denied");
}

/// What was seen is kept as keyed hashes: the value itself stands nowhere.
#[test]
fn the_value_is_not_kept() {
    let installation = paying("{ seen_in = \"read\" }");
    let task = installation.open("work");
    read(&task, "bill.txt").answers("ok");
    for file in ["home/state.db", "home/state.db-wal"] {
        let bytes = std::fs::read(installation.path(file)).unwrap_or_default();
        assert!(!bytes.windows(IBAN.len()).any(|window| window == IBAN.as_bytes()), "{file}");
    }
}

/// The record says which call supplied it.
#[test]
fn the_record_names_the_call() {
    let installation = paying("{ seen_in = \"read\" }");
    let task = installation.open("work");
    let source = read(&task, "bill.txt").answers("ok");
    let paid = pay(&task, &json!(IBAN)).answers("ok");
    installation
        .run(&["audit", "show", paid["call"].as_str().unwrap()])
        .exits(0)
        .says(source["call"].as_str().unwrap());
}

/// An echo that comes back decoded, cut out of a path, or put together is no source either: the tools are `sd` with what it
/// replaces, and stand for servers that decode what they are asked for.
#[test]
fn an_echo_in_another_spelling_is_no_source() {
    let iban = "GB33BUKB20201555555555";
    for (from, to, say) in [
        ("%47", "G", "%47B33BUKB20201555555555"),
        ("/", " ", "/accounts/GB33BUKB20201555555555/x"),
        ("-", "", "GB33-BUKB-2020-1555-5555-55"),
        ("&#71;", "G", "&#71;B33BUKB20201555555555"),
    ] {
        let mapping = format!(
            "\n[command]\nstdin = \"input\"\noutput = \"json\"\nargs = [\"--fixed-strings\", \"--\", {from:?}, {to:?}]\n"
        );
        let task = paying("{ seen_in = \"source\" }").tool("source", existing("sd"), &mapping).open("work");
        let answer = task.call("source", &json!({ "say": say })).answers("ok");
        let given_back = answer["output"]["say"].as_str().unwrap().split(' ').any(|word| word == iban);
        assert!(given_back, "{answer}");
        pay(&task, &json!(iban)).answers("denied");
    }
}

/// What a tool says on standard error is no output.
#[test]
fn standard_error_is_no_source() {
    let mapping = "\n[command]\nstdin = \"none\"\nargs = [\"say-on-stderr\"]\n";
    let guest = std::fs::read(toolward_tests::guest("untrusted_places")).unwrap();
    let task = paying("{ seen_in = \"source\" }").tool("source", &guest, mapping).open("work");
    let answer = task.call("source", &json!({})).answers("ok");
    assert!(answer["stderr"].as_str().unwrap().contains("GB33BUKB20201555555555"), "{answer}");
    pay(&task, &json!("GB33BUKB20201555555555")).answers("denied");
}

/// What the agent itself has put where a source reads is supplied: a source that can be written is none, so writing there has to
/// be denied.
#[test]
fn a_source_that_the_agent_writes() {
    let forge = json!({ "path": "/repo/bill.txt", "old": "soon", "new": "GB33BUKB20201555555555" });
    let installation = paying("{ seen_in = \"read\" }");
    let rule = "[[types.work.tools]]\nname = \"edit\"\nallow = [\"call\"]\n";
    let installation = installation.policy_too(rule).shipped("edit");
    let task = installation.open("work");
    task.call("edit", &forge).answers("ok");
    read(&task, "bill.txt").answers("ok");
    pay(&task, &json!("GB33BUKB20201555555555")).answers("ok");
    let denied = "[[types.work.files]]\npath = \"/repo/bill.txt\"\ndeny = [\"write\"]\n";
    let task = installation.file("repo/bill.txt", BILL).policy_too(denied).open("work");
    task.call("edit", &forge).answers("denied");
    read(&task, "bill.txt").answers("ok");
    pay(&task, &json!("GB33BUKB20201555555555")).answers("denied");
    pay(&task, &json!(IBAN)).answers("ok");
}
