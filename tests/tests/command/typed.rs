//! Typed tools: each function that a manifest names is called as `TOOL.FUNCTION`, with JSON for its parameters.
use serde_json::{Value, json};
use toolward_tests::{Installation, OpenTask};

use super::fixture::{EVERYTHING, POLICY, policy_with_tools, three_tools, typed, with_typed};

fn echo(task: &OpenTask, function: &str, value: &Value) -> Value {
    task.call(&format!("typed.{function}"), &json!({ "value": value })).answers("ok")["output"].clone()
}

/// Every WIT type, there and back.
#[test]
fn every_type() {
    let task = typed().open("work");
    for (function, values) in [
        ("booleans", json!([true, false])),
        ("u8s", json!([0, 255])),
        ("u16s", json!([65_535])),
        ("u32s", json!([4_294_967_295_u32])),
        ("u64s", json!([0, 9_007_199_254_740_991_u64, "9007199254740992", "18446744073709551615"])),
        ("s8s", json!([-128, 127])),
        ("s16s", json!([-32_768])),
        ("s32s", json!([-2_147_483_648])),
        ("s64s", json!(["-9223372036854775808", -1])),
        ("f32s", json!([0.1, "nan", "-inf"])),
        ("f64s", json!([0.1, 1e300, "inf"])),
        ("chars", json!(["a", "🦀"])),
        ("strings", json!(["", "é\n\"\u{0}"])),
        ("bytes", json!(["", "AAECAw==", "//79"])),
        ("lists", json!([[], [[], [1, 2]]])),
        ("records", json!([{"x": 1, "y": -2, "label": null}, {"x": 1, "y": 2, "label": "here"}])),
        ("tuples", json!([[true, "x", "18446744073709551615"]])),
        ("variants", json!([["nothing", {"circle": 1.5}, {"polygon": [[1, 2], [3, 4]]}, {"named": "x"}]])),
        ("enums", json!(["red", "light-green"])),
        ("options", json!([null, 7])),
        ("nested-options", json!([null, {"some": null}, {"some": {"some": null}}, {"some": {"some": true}}])),
        ("results", json!([[{"ok": 1}, {"err": "x"}]])),
        ("bare-results", json!([[{"ok": null}, {"err": null}]])),
        ("flagged", json!([[], ["read", "run-it"]])),
    ] {
        for value in values.as_array().unwrap() {
            assert_eq!(echo(&task, function, value), *value, "{function}");
        }
    }
}

/// Numbers beyond what a double holds are taken as they are written.
#[test]
fn numbers_are_exact() {
    let task = typed().open("work");
    let said = task.call_with("typed.u64s", r#"{"value": 18446744073709551615}"#);
    assert_eq!(said.answers("ok")["output"], "18446744073709551615");
    assert_eq!(echo(&task, "s64s", &json!("-9007199254740993")), "-9007199254740993");
}

/// More parameters than a WASM function takes, and a result of all kinds.
#[test]
fn many_parameters() {
    let input = json!({
        "a": 1, "b": 2, "c": 3, "d": "18446744073709551615", "e": -5, "f": -6, "g": -7, "h": -8, "i": 0.5, "j": 1e300,
        "k": "é", "l": "text", "m": "AAEC", "n": {"x": 1, "y": 2, "label": "p"}, "o": "blue", "p": ["write"],
        "q": {"circle": 2.5},
    });
    let answer = typed().open("work").call("typed.many", &input).answers("ok");
    let text = format!("1 2 3 -5 -6 -7 -8 0.5 {} é text", 1e300);
    let expected = json!(["18446744073709551615", text, "AAEC", {"x": 1, "y": 2, "label": "p"}, "blue", ["write"], {"circle": 2.5}]);
    assert_eq!(answer["output"], expected);
}

/// Bytes come whole, by the fast way and by the general one.
#[test]
fn bytes() {
    let task = typed().open("work");
    let joined = task.call("typed.join", &json!({"name": "ab", "content": "AAE="})).answers("ok");
    assert_eq!(joined["output"], "YWIAAQ==");
    let packed = task.call("typed.packed", &json!({"name": "a", "parts": [["x", "AAE="], ["", ""]]})).answers("ok");
    assert_eq!(packed["output"], json!(["a", [["x", "AAE="], ["", ""]]]));
}

/// A function's own result says whether it failed; what it gave then is the output.
#[test]
fn its_own_failure() {
    let task = typed().open("work");
    let divide = |divisor: i32| task.call("typed.divide", &json!({"dividend": 6, "divisor": divisor}));
    assert_eq!(divide(3).answers("ok")["output"], 2);
    assert_eq!(divide(0).answers("failed")["output"], "other");
    let joined = task.call("typed.join", &json!({"name": "", "content": ""}));
    assert_eq!(joined.answers("failed")["output"], "a name has at least one letter");
    assert_eq!(task.call("typed.nothing", &json!({})).answers("ok")["output"], Value::Null);
}

/// What it was refused it fails after, as every tool: the call is `denied`.
#[test]
fn what_it_is_refused() {
    let task = typed().open("work");
    assert_eq!(
        task.call("typed.read", &json!({"path": "/repo/README.md"})).answers("ok")["output"],
        "# A repository\n"
    );
    let refused = task.call("typed.read", &json!({"path": "/repo/.env"})).answers("denied");
    assert_eq!(refused["denied"][0]["access"], "files read /repo/.env");
    assert!(refused["output"]["not-there"].as_str().unwrap().starts_with("/repo/.env: "), "{refused}");
    assert_eq!(task.call("typed.read", &json!({"path": "/repo/nothing"})).answers("failed")["denied"], json!([]));
}

/// Standard output is not what a function answers with: it goes with standard error.
#[test]
fn what_it_writes() {
    let answer = typed().open("work").call("typed.talk", &json!({})).answers("ok");
    assert_eq!(answer["output"], "the answer");
    // In the order in which it leaves the guest, whose standard output waits for the end of its line.
    assert_eq!(answer["stderr"], "to stderr, to stdout, and [\"typed.talk\"]\n");
}

/// `--raw`: what it gave, verbatim.
#[test]
fn raw() {
    let said = typed().open("work").run(&["call", "typed.records", "--raw", "--input", r#"{"value":{"y":1,"x":2}}"#]);
    assert_eq!(said.exits(0).result(), r#"{"x":2,"y":1,"label":null}"#);
}

/// Input that does not fit is wrong usage that names the field; nothing is run or counted.
#[test]
fn input_that_does_not_fit() {
    let installation = with_typed(three_tools().policy(&POLICY.replace("ttl =", "budget = { calls = 1 }\nttl =")));
    let task = installation.open("work");
    for (function, input, says) in [
        (
            "u8s",
            json!({"value": 256}),
            "the input's field `/value` does not fit: `256` is no whole number from 0 to 255",
        ),
        ("u8s", json!({"value": 1.5}), "`/value`"),
        ("u8s", json!({}), "the input's field `/value` does not fit: it is missing"),
        ("u8s", json!({"value": 1, "valeu": 1}), "the input's field `/valeu` does not fit: there is no such field"),
        ("u8s", json!([1]), "the input does not fit: it is an array, not an object"),
        ("records", json!({"value": {"x": 1, "y": "2"}}), "`/value/y`"),
        ("variants", json!({"value": ["nothing", {"polygon": [[1, 2], [1, "x"]]}]}), "`/value/1/polygon/1/1`"),
        ("bytes", json!({"value": "AA"}), "it is no base64"),
        ("nothing", json!({"x": 1}), "it takes none"),
    ] {
        let said = task.call(&format!("typed.{function}"), &input);
        said.fails(2, says);
        assert!(said.0.stderr.contains(&format!("`toolward tool show typed.{function}`")), "{said}");
    }
    task.call("typed.u8s", &json!({"value": 1})).answers("ok");
    task.call("typed.u8s", &json!({"value": 1})).answers("limit");
}

#[test]
fn a_name_that_means_no_function() {
    let task = with_typed(three_tools()).open("work");
    let said = task.call("typed", &json!({}));
    said.fails(2, "there is no tool `typed`");
    let said = task.call("typed.u9s", &json!({}));
    said.fails(2, "there is no tool `typed.u9s`");
    task.call("good.x", &json!({})).fails(2, "there is no tool `good.x`");
    task.call("nothing.x", &json!({})).fails(2, "there is no tool `nothing`");
    task.call("typed.u8s.x", &json!({})).fails(2, "there is no tool `typed.u8s.x`");
    task.call("typed.", &json!({})).fails(2, "there is no tool `typed.`");
}

/// The manifest names a function that the component does not export, or one that JSON cannot hold.
#[test]
fn a_function_that_cannot_be_called() {
    let functions = "[functions.absent]\ndescription = \"x\"\n[functions.open]\nexport = \"toolward:typed/handles#open\"\ndescription = \"x\"\n\
         [functions.nested]\nexport = \"toolward:typed/handles#nested\"\ndescription = \"x\"\n";
    let component = std::fs::read(toolward_tests::typed_guest()).unwrap();
    let task = Installation::new().policy(POLICY).tool("typed", component, functions).open("work");
    // The agent is told that it cannot be called; the operator, why.
    for (name, because) in [
        ("typed.absent", "exports no function `absent`"),
        ("typed.open", "the function `toolward:typed/handles#open` cannot be a tool: its result is a resource"),
        ("typed.nested", "its parameter `options` at `/*/1/some` is a resource"),
    ] {
        task.call(name, &json!({})).fails(2, "does not load");
        task.logs_why(name, 2, because);
    }
}

/// Policies and grants know a function by its whole name.
#[test]
fn a_policy_on_functions() {
    let rules = "[[types.work.tools]]\nname = \"typed.u*\"\nallow = [\"call\"]\ninput = { value = { max = 10 } }\n\
         [[types.work.tools]]\nname = \"typed.u16s\"\ndeny = [\"call\"]\n";
    let installation = typed().policy(&policy_with_tools(rules));
    let task = installation.open("work");
    assert_eq!(echo(&task, "u8s", &json!(10)), 10);
    task.call("typed.u8s", &json!({"value": 11})).answers("denied");
    let denied = task.call("typed.u16s", &json!({"value": 1})).answers("denied");
    assert_eq!(
        (&denied["tool"], &denied["denied"][0]["access"]),
        (&json!("typed.u16s"), &json!("tools call typed.u16s"))
    );
    task.call("typed.strings", &json!({"value": ""})).answers("denied");
}

/// Records name the function.
#[test]
fn its_records() {
    let installation = typed();
    let answer = installation.open("work").call("typed.read", &json!({"path": "/repo/README.md"})).answers("ok");
    let records = installation.run(&["audit", "show", answer["call"].as_str().unwrap(), "--json"]).json();
    assert!(records.as_array().unwrap().iter().all(|record| record["tool"] == "typed.read"), "{records}");
    assert!(records.as_array().unwrap().iter().any(|record| record["resource"] == "typed.read"), "{records}");
}

/// `explain` needs no component: it decides by name and input.
#[test]
fn explain() {
    let rules = "[[types.work.tools]]\nname = \"typed.u8s\"\nallow = [\"call\"]\ninput = { value = { max = 10 } }\n";
    let installation = typed().policy(&policy_with_tools(rules));
    std::fs::remove_file(installation.path("toolward/manifests/typed.wasm")).unwrap();
    let asked = ["--agent", "coder", "--type", "work"];
    let explain = |arguments: &[&str]| installation.run(&[&["explain"], arguments, &asked].concat());
    assert_eq!(explain(&["typed.u8s", "--input", r#"{"value":1}"#]).json()["verdict"], "allow");
    assert_eq!(explain(&["typed.u8s", "--input", r#"{"value":11}"#]).json()["verdict"], "deny");
    assert_eq!(explain(&["typed.u16s", "--input", r#"{"value":1}"#]).json()["verdict"], "deny");
    assert_eq!(explain(&["--tool", "typed.read", "--access", "files read /repo/x"]).json()["verdict"], "allow");
    assert_eq!(explain(&["--tool", "typed", "--access", "tools call typed.u8s"]).json()["verdict"], "deny");
    explain(&["typed", "--input", "{}"]).fails(2, "typed tool");
    let lines = "{\"tool\": \"typed.u8s\", \"input\": {\"value\": 3}}\n{\"tool\": \"typed.u16s\"}\n";
    let installation = installation.clone().file("questions.jsonl", lines);
    let file = installation.path("questions.jsonl");
    let answers =
        installation.run(&[&["explain", "--batch", file.to_str().unwrap()][..], &asked].concat()).json_lines();
    assert_eq!((&answers[0]["verdict"], &answers[1]["verdict"]), (&json!("allow"), &json!("deny")));
}

/// A path longer than a frame between worker and broker is no such file, and no attack: the task goes on.
#[test]
fn a_path_of_five_megabytes() {
    let installation = three_tools();
    let typed = EVERYTHING.to_owned()
        + "\n[limits]\ninput = \"16MiB\"\noutput = \"16MiB\"\n\n[functions.read]\nexport = \"toolward:typed/work#read\"\ndescription = \"Reads.\"\n";
    let installation = installation.tool("typed", std::fs::read(toolward_tests::typed_guest()).unwrap(), &typed);
    let input = installation.path("input.json");
    std::fs::write(&input, json!({ "path": format!("/repo/{}", "a/".repeat(2_500_000)) }).to_string()).unwrap();
    let task = installation.open("work");
    let said = task.call_with("typed.read", &format!("@{}", input.display()));
    let answer = said.answers("failed");
    assert!(answer["output"]["not-there"].is_string(), "{:.300}", answer.to_string());
    task.call("good", &json!({})).answers("ok");
}
