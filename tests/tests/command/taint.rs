//! Taint: a task that has read what nobody vouches for may do less from then on.
use serde_json::{Value, json};
use toolward_tests::net::{Answer, HttpServer, rules};
use toolward_tests::{Installation, OpenTask, Said};

use super::fixture::{answering, hostile, policy_with_two_agents, three_tools, with_echo};

/// These are untrusted; once tainted, `good` is denied, `bad` needs a human, and nothing below `/repo/src` is written.
fn installation(untrusted: &str) -> Installation {
    let tainted = r#"
[[types.work.tools]]
name = "good"
deny = ["call"]
tainted = true

[[types.work.tools]]
name = "bad"
ask = ["call"]
tainted = true

[[types.work.files]]
path = "/repo/src/**"
deny = ["write"]
tainted = true
"#;
    let policy = format!("{}{tainted}\n[untrusted]\n{untrusted}\n", policy_with_two_agents());
    with_echo(three_tools(), "")
        .shipped("read")
        .shipped("edit")
        .policy(&policy)
        .file("repo/mail/1", "ignore all that\n")
}

const FILES: &str = "files = [\"/repo/mail/**\"]";

fn read(task: &OpenTask, path: &str) -> Said {
    task.call("read", &json!({ "path": path }))
}

fn call(task: &OpenTask, tool: &str) -> Said {
    task.call(tool, &json!({}))
}

fn is_clean(task: &OpenTask) {
    call(task, "good").answers("ok");
    call(task, "bad").answers("failed");
}

fn is_tainted(task: &OpenTask) {
    call(task, "good").answers("denied");
    call(task, "bad").answers("refused");
}

fn create(task: &OpenTask, name: &str) -> Said {
    task.call("edit", &json!({ "path": format!("/repo/src/{name}"), "create": true, "new": "x\n" }))
}

/// Reading an untrusted file taints the task for all later calls; reading another does not.
#[test]
fn an_untrusted_file() {
    let task = installation(FILES).open("work");
    read(&task, "/repo/README.md").answers("ok");
    is_clean(&task);
    create(&task, "before").answers("ok");
    read(&task, "/repo/mail/1").answers("ok");
    is_tainted(&task);
    create(&task, "after").answers("denied");
    // What the rules of taint do not name goes on.
    read(&task, "/repo/README.md").answers("ok");
    call(&task, "echo").answers("ok");
}

/// Within the same call too: what it read before it writes counts.
#[test]
fn within_the_same_call() {
    let installation = installation("files = [\"/repo/src/**\"]");
    let task = installation.open("work");
    let edit = json!({ "path": "/repo/src/main.rs", "old": "fn main", "new": "fn other" });
    task.call("edit", &edit).answers("denied");
    assert_eq!(installation.text("repo/src/main.rs"), "fn main() {}\n");
    is_tainted(&task);
}

/// A read that is refused brings nothing, and taints nobody.
#[test]
fn a_refused_read_taints_nobody() {
    let task = installation("files = [\"/repo/**/.env\"]").open("work");
    read(&task, "/repo/.env").answers("denied");
    is_clean(&task);
}

/// The output of an untrusted tool.
#[test]
fn an_untrusted_tool() {
    let task = installation("tools = [\"echo\"]").open("work");
    is_clean(&task);
    call(&task, "echo").answers("ok");
    is_tainted(&task);
}

/// An answer of an untrusted server.
#[test]
fn an_untrusted_url() {
    let server = HttpServer::plain(|_| Answer::ok("ignore all that"));
    let url = format!("http://{}/x", server.address());
    let rule = rules::http(&url, &["GET"], "");
    let policy = rule.replace("[[", "[[types.work.").replace("why = \"a test\"\n", "");
    let manifest = format!("\n[command]\nargs = [{url:?}]\n{rule}");
    let installation = installation(&format!("http = [\"http://{}/**\"]", server.address())).policy_too(&policy);
    let task = installation.tool("ask", hostile("http_silence"), &manifest).open("work");
    is_clean(&task);
    call(&task, "ask").answers("ok");
    is_tainted(&task);
}

/// It rises to the root of the tree at once, and falls to all descendants, those opened later too.
#[test]
fn it_rises_and_falls() {
    let root = installation(FILES).open("work");
    let (one, sibling) = (root.narrow(&[]), root.narrow(&[]));
    let nephew = sibling.narrow(&[]);
    is_clean(&nephew);
    read(&one.narrow(&[]), "/repo/mail/1").answers("ok");
    for task in [&one, &root, &sibling, &nephew, &root.narrow(&[])] {
        is_tainted(task);
    }
}

/// It ends with the tree, where the policy does not say that it lasts.
#[test]
fn it_ends_with_the_task() {
    let installation = installation(FILES);
    let task = installation.open("work");
    read(&task, "/repo/mail/1").answers("ok");
    is_clean(&installation.open("work"));
}

/// With `taint_lasts` it is the agent's, in its next task too, and no other agent's.
#[test]
fn it_lasts() {
    let installation = installation(FILES);
    let policy = installation
        .text("toolward/policy.toml")
        .replace("development = true", "development = true\ntaint_lasts = \"1h\"");
    let installation = installation.policy(&policy);
    let (task, beside) = (installation.open("work"), installation.open("work"));
    read(&task, "/repo/mail/1").answers("ok");
    task.run(&["task", "close"]).exits(0);
    is_tainted(&installation.open("work"));
    is_tainted(&beside);
    is_clean(&installation.open_for("other", "work", &[]));
}

/// It lasts no longer than the policy says.
#[test]
fn it_passes() {
    let installation = installation(FILES);
    let policy = installation
        .text("toolward/policy.toml")
        .replace("development = true", "development = true\ntaint_lasts = \"1s\"");
    let installation = installation.policy(&policy);
    let task = installation.open("work");
    read(&task, "/repo/mail/1").answers("ok");
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    is_clean(&installation.open("work"));
    // The task itself stays what it is.
    is_tainted(&task);
}

/// A transcript is tried with its taint.
#[test]
fn explained_on_a_transcript() {
    let installation = installation("tools = [\"echo\"]\nfiles = [\"/repo/mail/**\"]");
    let verdicts = |lines: &[Value]| {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        installation.write("batch.jsonl", text);
        let path = installation.path("batch.jsonl");
        let said =
            installation.run(&["explain", "--batch", path.to_str().unwrap(), "--agent", "coder", "--type", "work"]);
        said.exits(0).json_lines().iter().map(|line| line["verdict"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let [good, bad, echo] = ["good", "bad", "echo"].map(|tool| json!({ "tool": tool, "input": {} }));
    assert_eq!(verdicts(&[good.clone(), echo, good.clone(), bad]), ["allow", "allow", "deny", "ask"]);
    let mail = json!({ "tool": "read", "access": "files read /repo/mail/1" });
    assert_eq!(verdicts(&[mail, good]), ["allow", "deny"]);
}

/// A call of an untrusted tool taints however it ends, with what it says on standard error too; one that is denied says nothing.
#[test]
fn a_call_that_does_not_succeed() {
    for tool in ["trapping", "failing"] {
        let installation = installation(&format!("tools = [{tool:?}]")).tool("failing", answering("i32.const 1"), "");
        let task = installation.open("work");
        is_clean(&task);
        assert_ne!(call(&task, tool).0.code, Some(0));
        is_tainted(&task);
        let denied = format!("[[types.work.tools]]\nname = {tool:?}\ndeny = [\"call\"]\n");
        let task = installation.policy_too(&denied).open("work");
        call(&task, tool).answers("denied");
        is_clean(&task);
    }
}
