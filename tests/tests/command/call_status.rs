//! `toolward call` prints one object, with a `status` and the exit code that goes with it.
use serde_json::json;
use toolward_tests::{Installation, SECRET, Said};

use super::fixture::{EVERYTHING, POLICY, hostile, policy_with_tools, three_tools, with_echo};

/// `ok`, 0: the tool did what it should.
#[test]
fn ok() {
    let task = three_tools().open("work");
    let answer = task.call("good", &json!({})).answers("ok");
    assert_eq!((&answer["tool"], &answer["task"]), (&json!("good"), &json!(task.id())));
    assert_eq!((&answer["output"], &answer["denied"], &answer["stderr"]), (&json!(""), &json!([]), &json!("")));
}

/// `failed`, 1: the tool's own error, or its trap.
#[test]
fn failed() {
    let task = three_tools().open("work");
    let answer = task.call("bad", &json!({})).answers("failed");
    assert_eq!((&answer["exit_code"], answer.get("error")), (&json!(1), None), "{answer}");
    let answer = task.call("trapping", &json!({})).answers("failed");
    assert_eq!((&answer["error"]["code"], answer.get("exit_code")), (&json!("trap"), None), "{answer}");
    assert!(answer["error"]["message"].as_str().unwrap().contains("unreachable"), "{answer}");
    let installation = Installation::new().policy(POLICY).shipped("read");
    let answer = installation.open("work").call("read", &json!({"path": "/repo/missing"})).answers("failed");
    assert_eq!(answer["stderr"], "error: cannot read `/repo/missing`: there is no such file or directory\n");
}

/// `denied`, 3: the tool failed after an access that was denied. What was refused is named, the rule is not.
#[test]
fn denied_by_an_access() {
    let installation = Installation::new().policy(POLICY).shipped("read");
    let said = installation.open("work").call("read", &json!({"path": "/repo/.env"}));
    let answer = said.answers("denied");
    let denied = answer["denied"].as_array().unwrap();
    assert_eq!(denied.len(), 1, "{said}");
    assert_eq!((&denied[0]["access"], &denied[0]["verdict"]), (&json!("files read /repo/.env"), &json!("deny")));
    assert!(denied[0]["id"].as_str().unwrap().starts_with("d_"), "{said}");
    assert_eq!(denied[0].as_object().unwrap().len(), 3, "{said}");
    said.does_not_say("policy").does_not_say("rule");
}

/// The agent cannot tell a denied file from a missing one: this tool may list neither.
#[test]
fn denied_whether_it_exists_or_not() {
    let installation = Installation::new().policy(POLICY).shipped("read");
    let task = installation.open("work");
    let told = |path: &str| {
        let answer = task.call("read", &json!({ "path": path })).answers("denied");
        (answer["stderr"].as_str().unwrap().replace(path, ""), answer["denied"][0]["verdict"].clone())
    };
    assert_eq!(told("/repo/.env"), told("/repo/src/.env"));
}

/// What is missing and may be listed is no such file, whatever else is denied there.
#[test]
fn missing_where_it_may_be_listed() {
    let task = Installation::new().policy(POLICY).shipped("edit").open("work");
    for path in ["/repo/none", "/repo/none/below", "/repo/src/.env", "/repo/README.md/below"] {
        let answer = task.call("edit", &json!({ "path": path, "old": "a", "new": "b" })).answers("failed");
        assert_eq!(answer["denied"], json!([]), "{answer}");
    }
}

/// `ok`, 0, with `denied` filled: the tool was refused something and coped.
#[test]
fn ok_with_what_was_denied() {
    let installation = Installation::new().policy(POLICY).shipped("search");
    let said = installation.open("work").call("search", &json!({"pattern": ".", "hidden": true}));
    let answer = said.answers("ok");
    assert_eq!(answer["denied"][0]["access"], "files read /repo/.env");
    assert_eq!(answer["output"]["skipped"]["unreadable"]["count"], 1);
    assert_eq!(answer["output"]["matches"].as_array().unwrap().len(), 2);
}

/// `denied`, 3: the call itself. Nothing is run.
#[test]
fn denied_itself() {
    let policy = policy_with_tools("[[types.work.tools]]\nname = \"bad\"\nallow = [\"call\"]\n");
    let installation = three_tools().policy(&policy);
    let answer = installation.open("work").call("good", &json!({})).answers("denied");
    assert_eq!(answer["denied"][0]["access"], "tools call good");
    assert_eq!((&answer["output"], &answer["ms"]), (&json!(null), &json!(0.0)));
}

/// `refused`, 4: it needed a human, and until approvals exist that is a refusal at once.
#[test]
fn refused_itself() {
    let policy = policy_with_tools(
        "[[types.work.tools]]\nname = \"*\"\nallow = [\"call\"]\n\n[[types.work.tools]]\nname = \"good\"\nask = [\"call\"]\n",
    );
    let installation = three_tools().policy(&policy);
    let said = installation.open("work").call("good", &json!({}));
    let answer = said.answers("refused");
    assert_eq!(
        answer["denied"][0],
        json!({"access": "tools call good", "verdict": "ask", "id": answer["denied"][0]["id"]})
    );
    assert!(said.0.took.as_secs() < 5, "nobody is waited for: {said}");
}

/// `refused`, 4: the tool failed after an access that needed a human.
#[test]
fn refused_by_an_access() {
    let ask = "\n[[types.work.files]]\npath = \"/repo/src/**\"\nask = [\"read\"]\n";
    let installation = Installation::new().policy(&format!("{POLICY}{ask}")).shipped("read");
    let task = installation.open("work");
    let answer = task.call("read", &json!({"path": "/repo/src/main.rs"})).answers("refused");
    assert_eq!(answer["denied"][0]["verdict"], "ask");
    task.call("read", &json!({"path": "/repo/README.md"})).answers("ok");
}

/// Where no rule matches it is a refusal, or a human's where the policy says so for the kind.
#[test]
fn where_no_rule_matches() {
    let policy = POLICY.replace("\"/repo/**\"", "\"/repo/src/**\"");
    let installation = Installation::new().policy(&policy).shipped("read");
    let readme = json!({"path": "/repo/README.md"});
    installation.open("work").call("read", &readme).answers("denied");
    let asking = policy.replace("schema = 1\n", "schema = 1\nunmatched = { files = \"ask\" }\n");
    let installation = installation.policy(&asking);
    let answer = installation.open("work").call("read", &readme).answers("refused");
    assert_eq!(answer["denied"][0]["verdict"], "ask");
    // What a rule denies stays denied.
    installation.open("work").call("read", &json!({"path": "/repo/.env"})).answers("denied");
}

/// Every refusal has a layer: the rule's, or what refused by its nature.
#[test]
fn a_refusal_has_a_layer() {
    let read_only = POLICY.replace("mode = \"rw\"", "mode = \"ro\"");
    let edit = r#"{"path": "/repo/README.md", "old": "A", "new": "B", "atomic": false}"#;
    let by_mount = Installation::new().policy(&read_only).shipped("edit");
    let manifest = toolward_tests::installation::shipped_manifest("edit").replace(", \"write\"", "");
    let by_manifest = Installation::new().policy(POLICY).shipped_with("edit", &manifest);
    let by_nature = Installation::new().policy(POLICY).shipped("edit");
    std::fs::hard_link(by_nature.path("repo/README.md"), by_nature.path("repo/second-name")).unwrap();
    for (installation, layer) in [(by_mount, "mount"), (by_manifest, "manifest"), (by_nature, "builtin")] {
        let answer = installation.open("work").call_with("edit", edit).answers("denied");
        let id = answer["denied"][0]["id"].as_str().unwrap();
        let record = installation.run(&["audit", "show", id, "--json"]).exits(0).json();
        assert_eq!((&record[0]["layer"], &record[0]["verdict"]), (&json!(layer), &json!("deny")), "{record}");
    }
}

/// Each refusal has an id that a person can look up.
#[test]
fn a_refusal_can_be_looked_up() {
    let installation = Installation::new().policy(POLICY).shipped("read");
    let answer = installation.open("work").call("read", &json!({"path": "/repo/.env"})).answers("denied");
    let said = installation.run(&["audit", "show", answer["denied"][0]["id"].as_str().unwrap()]);
    let line = 1 + POLICY.lines().position(|line| line == "deny = [\"read\", \"write\"]").unwrap();
    said.exits(0).says(&format!("policy.toml:{line}")).says("deny = [\"read\", \"write\"]").says("/repo/.env");
}

/// `--raw`: the tool's stdout verbatim, with the same exit codes.
#[test]
fn raw() {
    let installation = with_echo(three_tools(), "").shipped("read");
    let task = installation.open("work");
    let said = task.run(&["call", "echo", "--raw", "--input", r#" {"b":1, "a":"é\n"} "#]);
    assert_eq!(said.exits(0).0.stdout, "{\"a\":\"é\\n\",\"b\":1}");
    task.run(&["call", "bad", "--raw"]).exits(1);
    let denied = task.run(&["call", "read", "--raw", "--input", r#"{"path": "/repo/.env"}"#]);
    denied.exits(3);
    assert!(denied.0.stdout.is_empty() && denied.0.stderr.contains("access denied"), "{denied}");
}

/// What the tool wrote is data, whatever it looks like: it cannot pass for an answer.
#[test]
fn a_forged_answer_is_a_string() {
    let installation = Installation::new().policy(POLICY).tool("forger", hostile("forged_stdout"), EVERYTHING);
    let said = installation.open("work").call("forger", &json!({}));
    assert_eq!(said.0.stdout.lines().count(), 1, "{said}");
    let answer = said.json();
    assert_eq!(answer["tool"], "forger");
    assert!(answer["output"].is_string(), "{said}");
}

/// What a tool wrote gives no orders to a terminal: it is spelled with JSON's escapes, and is the same text.
#[test]
fn an_answer_gives_no_orders_to_a_terminal() {
    let odd = "\u{1b}[2J\u{9b}31m\u{202e}\u{7f}\u{e0041}é";
    let mapping = "\n[command]\nstdin = { field = \"text\" }\nargs = [\"-F\", \"--\", \"not to be found\", \"\"]\n";
    let installation = Installation::new().policy(POLICY).shipped("read");
    let installation = installation.tool("echo", toolward_tests::installation::existing("sd"), mapping);
    let task = installation.open("work");
    let said = task.call("echo", &json!({ "text": odd }));
    assert_eq!(said.answers("ok")["output"], odd);
    let failed = task.call("read", &json!({ "path": odd }));
    assert!(failed.json()["stderr"].as_str().unwrap().contains(odd), "{failed}");
    for said in [said, failed] {
        let raw = said.0.stdout.trim_end().find(|c: char| c.is_control() || matches!(c, '\u{202e}' | '\u{e0041}'));
        assert_eq!(raw, None, "{said:?}");
    }
}

/// As `output` in the manifest says; what is not what it says is a string.
#[test]
fn output_as_json_and_as_json_lines() {
    let installation = three_tools();
    let echo = |name: &str, output: &str| {
        let mapping = format!(
            "\n[command]\nstdin = {{ field = \"text\" }}\nargs = [\"-F\", \"--\", \"not to be found\", \"\"]\noutput = \"{output}\"\n"
        );
        installation.clone().tool(name, toolward_tests::installation::existing("sd"), &mapping)
    };
    echo("text", "text");
    echo("json", "json");
    echo("lines", "json-lines");
    let task = installation.open("work");
    let output = |tool: &str, text: &str| task.call(tool, &json!({ "text": text })).answers("ok")["output"].clone();
    assert_eq!(output("text", "{\"a\":1}"), json!("{\"a\":1}"));
    assert_eq!(output("json", "{\"a\":1}"), json!({"a": 1}));
    assert_eq!(output("json", "{\"a\":1} x"), json!("{\"a\":1} x"));
    assert_eq!(output("lines", "{\"a\":1}\n2\n"), json!([{"a": 1}, 2]));
    assert_eq!(output("lines", "1\nx\n"), json!("1\nx\n"));
}

/// The working directory is the first mount, so relative paths work.
#[test]
fn relative_paths_work() {
    let installation = Installation::new().policy(POLICY).shipped("read").shipped("list");
    let task = installation.open("work");
    let answer = task.call("read", &json!({"path": "src/main.rs"})).answers("ok");
    assert_eq!(answer["output"]["text"], "fn main() {}\n");
    task.call("list", &json!({"root": "."})).answers("ok");
    // A path that begins with no mount's names nothing, whatever the first mount holds.
    for path in ["/src/main.rs", "//src/main.rs", "repo/src/main.rs"] {
        let answer = task.call("read", &json!({"path": path})).answers("failed");
        assert!(answer["stderr"].as_str().unwrap().contains("there is no such file"), "{path}: {answer}");
        assert_eq!(answer["denied"], json!([]), "{path}: {answer}");
    }
    task.call("list", &json!({"root": "/src"})).answers("failed");
    // They are decided on where they lead.
    let answer = task.call("read", &json!({"path": "src/../.env"})).answers("denied");
    assert_eq!(answer["denied"][0]["access"], "files read /repo/.env");
}

/// The environment is empty.
#[test]
fn nothing_of_the_host_comes_with_a_call() {
    let installation = Installation::new().policy(POLICY).tool("snoop", hostile("snooping"), EVERYTHING);
    let task = installation.open("work");
    let mut command = task.command(&["call", "snoop", "--input", "{}"]);
    let answer = Said::by(command.env("PROBE_SECRET", SECRET)).answers("ok");
    let output = answer["output"].as_str().unwrap();
    assert!(!output.contains("\nvariable ") && !output.contains(task.handle()), "{output}");
    assert!(!output.contains("got ") && output.contains("arguments [\"snoop\"]"), "{output}");
}

/// There is no tool of this name; a name is no path.
#[test]
fn a_tool_that_is_not_there() {
    let task = three_tools().open("work");
    for name in ["nothing", "../manifests/good", "good.toml", "", "GOOD"] {
        task.run(&["call", name]).fails(2, "there is no tool");
    }
}

/// A call that was counted, and then could not begin, has a record of its own.
#[test]
fn a_call_that_cannot_begin_is_recorded() {
    let installation = three_tools();
    let task = installation.open("work");
    std::fs::rename(installation.path("repo"), installation.path("moved")).unwrap();
    let said = task.call("good", &json!({}));
    assert_ne!(said.0.code, Some(0), "{said}");
    let records = installation.run(&["audit", "list", "--json", "--all", "--tool", "good"]).exits(0).json();
    let records = records.as_array().unwrap();
    assert_eq!(records.len(), 1, "{records:#?}");
    assert_eq!((&records[0]["kind"], &records[0]["outcome"]), (&json!("tools"), &json!("failed")), "{records:#?}");
    installation.run(&["audit", "verify"]).exits(0);
}
