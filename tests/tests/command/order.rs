//! Counts, and order between calls: `times`, `after`, `not_after`.
use serde_json::{Value, json};
use toolward_tests::{Installation, OpenTask, Said};

use super::fixture::{policy_with_tools, three_tools, with_echo};

/// `good` checks, `bad` fails to check, `echo` pays under this condition.
fn paying(condition: &str) -> Installation {
    let any = ["good", "bad"].map(|name| format!("[[types.work.tools]]\nname = \"{name}\"\nallow = [\"call\"]\n\n"));
    let rules = format!("{}[[types.work.tools]]\nname = \"echo\"\nallow = [\"call\"]\n{condition}\n", any.concat());
    with_echo(three_tools(), "").policy(&policy_with_tools(&rules))
}

fn pay(task: &OpenTask) -> Said {
    task.call("echo", &json!({}))
}

/// One payment in a task that is about one payment.
#[test]
fn times() {
    let installation = paying("times = 1");
    let task = installation.open("work");
    pay(&task).answers("ok");
    pay(&task).answers("denied");
    task.call("good", &json!({})).answers("ok");
    pay(&task).answers("denied");
    // Another task has its own.
    pay(&installation.open("work")).answers("ok");
}

/// Of many at once as many are made as the rule says.
#[test]
fn times_at_once() {
    let installation = paying("times = 2");
    let task = installation.open("work");
    let start = || {
        let mut call = task.command(&["call", "echo", "--input", "{}"]);
        call.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap()
    };
    let children: Vec<_> = (0..6).map(|_| start()).collect();
    let mut codes: Vec<i32> = children.into_iter().map(|mut child| child.wait().unwrap().code().unwrap()).collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 0, 3, 3, 3, 3]);
}

/// `after` needs a success.
#[test]
fn after() {
    let task = paying("after = \"good\"").open("work");
    pay(&task).answers("denied");
    task.call("good", &json!({})).answers("ok");
    pay(&task).answers("ok");
}

#[test]
fn after_needs_a_success() {
    let task = paying("after = \"bad\"").open("work");
    task.call("bad", &json!({})).answers("failed");
    pay(&task).answers("denied");
}

/// `not_after`: none has begun, however it ended.
#[test]
fn not_after() {
    for tool in ["good", "bad"] {
        let task = paying(&format!("not_after = {tool:?}")).open("work");
        pay(&task).answers("ok");
        assert!(task.call(tool, &json!({})).0.code.unwrap() < 2);
        pay(&task).answers("denied");
    }
}

/// An earlier call may be named with its input.
#[test]
fn after_a_call_with_an_input() {
    let named = "after = { tool = \"echo\", input = { step = 1 } }";
    let rules = format!(
        "[[types.work.tools]]\nname = \"echo\"\nallow = [\"call\"]\ninput = {{ step = 1 }}\n\n\
         [[types.work.tools]]\nname = \"echo\"\nallow = [\"call\"]\ninput = {{ step = 2 }}\n{named}\n"
    );
    let task = with_echo(three_tools(), "").policy(&policy_with_tools(&rules)).open("work");
    let step = |number: u64| task.call("echo", &json!({ "step": number }));
    step(2).answers("denied");
    step(1).answers("ok");
    step(2).answers("ok");
    step(3).answers("denied");
}

/// The whole tree has one past.
#[test]
fn a_tree_has_one_past() {
    let parent = paying("after = \"good\"").open("work");
    parent.narrow(&[]).call("good", &json!({})).answers("ok");
    pay(&parent.narrow(&[])).answers("ok");
    let parent = paying("not_after = \"good\"").open("work");
    parent.narrow(&[]).call("good", &json!({})).answers("ok");
    pay(&parent).answers("denied");
}

/// A refused call is no earlier call.
#[test]
fn a_refused_call_is_none() {
    let rules = "[[types.work.tools]]\nname = \"echo\"\nallow = [\"call\"]\nnot_after = \"good\"\n";
    let task = with_echo(three_tools(), "").policy(&policy_with_tools(rules)).open("work");
    task.call("good", &json!({})).answers("denied");
    pay(&task).answers("ok");
}

/// A transcript is decided as the calls would be.
#[test]
fn explained_on_a_transcript() {
    let installation = paying("times = 1\nafter = \"good\"\nnot_after = \"bad\"");
    let verdicts = |lines: &[Value]| {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        installation.write("batch.jsonl", text);
        let path = installation.path("batch.jsonl");
        let said =
            installation.run(&["explain", "--batch", path.to_str().unwrap(), "--agent", "coder", "--type", "work"]);
        said.exits(0).json_lines().iter().map(|line| line["verdict"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let [good, bad, echo] = ["good", "bad", "echo"].map(|tool| json!({ "tool": tool, "input": {} }));
    assert_eq!(verdicts(&[echo.clone(), good.clone(), echo.clone(), echo.clone()]), ["deny", "allow", "allow", "deny"]);
    assert_eq!(verdicts(&[good, bad, echo]), ["allow", "allow", "deny"]);
}
