//! `toolward agent add`, `list`, `show`: every agent has an owner, and a key of its own.
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};
use toolward_tests::{Installation, Said};

use super::fixture::{POLICY, credential, private_half, two_agents};

fn installation() -> Installation {
    Installation::new().policy(POLICY)
}

fn show(installation: &Installation, agent: &str) -> Value {
    installation.run(&["agent", "show", agent, "--json"]).exits(0).json()
}

/// It says the key, and where the credential is: a file that only its owner may read.
#[test]
fn add() {
    let installation = installation();
    let said = installation.run(&["agent", "add", "coder"]);
    said.exits(0).says("coder").says("ed25519:").says(&credential(&installation, "coder"));
    assert_eq!(said.0.stderr, "");
    let mode = |name: &str| std::fs::metadata(installation.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("home/agents"), mode("home/agents/coder.credential")), (0o700, 0o600));
    let text = installation.text("home/agents/coder.credential");
    assert!(text.contains("agent = \"coder\"\n") && private_half(&installation, "coder").len() == 64, "{text}");
}

#[test]
fn add_as_json() {
    let installation = installation();
    let value = installation.run(&["agent", "add", "coder", "--json"]).exits(0).json();
    assert_eq!(value["agent"], "coder");
    assert_eq!(value["credential"], credential(&installation, "coder"));
    assert_eq!(value["key"], show(&installation, "coder")["keys"][0]["key"]);
    assert_eq!(value.as_object().unwrap().len(), 4, "agent, owner, key, credential: {value}");
}

/// Whoever answers for it: as asked for, else as the policy says.
#[test]
fn an_agent_has_an_owner() {
    let installation = two_agents();
    assert_eq!(show(&installation, "coder")["owner"], "ana@example.com");
    let said = installation.run(&["agent", "add", "third", "--owner", "cy@example.com"]);
    said.exits(0);
    assert!(said.0.stderr.starts_with("hint: the policy names no agent `third`"), "{said}");
    assert_eq!(show(&installation, "third")["owner"], "cy@example.com");
    for none in ["", "  ", "two\nlines"] {
        installation.run(&["agent", "add", "fourth", "--owner", none]).fails(2, "");
    }
}

/// A task's records name the agent's owner: whom the policy names, else whom the agent was added with.
#[test]
fn a_task_has_the_agents_owner() {
    let policy = POLICY.replace("{ owner = \"ana@example.com\" }", "{}");
    let installation = Installation::new().policy(&policy);
    assert_eq!(installation.open("work").run(&["task", "show", "--json"]).json()["owner"], Value::Null);
    installation.run(&["agent", "add", "coder", "--owner", "bo@example.com"]).exits(0);
    assert_eq!(installation.open("work").run(&["task", "show", "--json"]).json()["owner"], "bo@example.com");
    let installation = installation.policy(POLICY);
    assert_eq!(installation.open("work").run(&["task", "show", "--json"]).json()["owner"], "ana@example.com");
}

#[test]
fn where_two_owners_are_named_it_says_which_one_counts() {
    let said = installation().run(&["agent", "add", "coder", "--owner", "bo@example.com"]);
    assert!(said.exits(0).0.stderr.contains("hint: the policy says that `ana@example.com` answers"), "{said}");
}

/// A framework that made its own key gives the public half; there is no credential then.
#[test]
fn add_with_a_key_of_its_own() {
    let installation = installation();
    let key = installation.run(&["audit", "key"]).exits(0).result().to_owned();
    let value = installation.run(&["agent", "add", "coder", "--key", &key, "--json"]).exits(0).json();
    assert_eq!((&value["key"], &value["credential"]), (&json!(key), &Value::Null));
    assert!(!installation.path("home/agents").exists());
    installation.run(&["agent", "add", "other", "--key", &key]).fails(2, "has or had this key");
    let of_small_order = format!("ed25519:01{}", "00".repeat(31));
    for wrong in ["ed25519:00", "ssh-ed25519 AAAA", "", of_small_order.as_str()] {
        installation.run(&["agent", "add", "other", "--key", wrong]).fails(2, "");
    }
    installation.run(&["agent", "add", "other", "--key", &key, "--credential", "x"]).fails(2, "");
    installation.run(&["agent", "show", "other"]).fails(2, "there is no agent `other`");
}

/// Where the operator wants it; nothing is written over.
#[test]
fn where_the_credential_goes() {
    let installation = installation().file("tmp/mine", "mine");
    installation.run(&["agent", "add", "coder", "--credential", "mine"]).fails(2, "is there already");
    assert_eq!(installation.text("tmp/mine"), "mine");
    std::os::unix::fs::symlink("nowhere", installation.path("tmp/link")).unwrap();
    installation.run(&["agent", "add", "coder", "--credential", "link"]).fails(2, "is there already");
    installation.run(&["agent", "add", "coder", "--credential", "missing/file"]).fails(2, "missing/file");
    installation.run(&["agent", "show", "coder"]).fails(2, "there is no agent");
    let said = installation.run(&["agent", "add", "coder", "--credential", "theirs"]);
    said.exits(0).says(installation.path("tmp/theirs").to_str().unwrap());
    let left: Vec<_> = std::fs::read_dir(installation.path("tmp")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "nothing temporary is left: {left:?}");
}

/// A credential that lies in the home without its agent is not written over either.
#[test]
fn a_credential_that_is_there_is_not_replaced() {
    let installation = installation().file("home/agents/coder.credential", "mine");
    installation.run(&["agent", "add", "coder"]).fails(2, "is there already");
    assert_eq!(installation.text("home/agents/coder.credential"), "mine");
}

#[test]
fn an_agent_is_added_once() {
    let installation = two_agents();
    let before = installation.text("home/agents/coder.credential");
    installation.run(&["agent", "add", "coder"]).fails(2, "`coder` has a key already");
    installation.run(&["agent", "add", "coder", "--credential", "another"]).fails(2, "`coder` has a key already");
    assert_eq!(installation.text("home/agents/coder.credential"), before);
    assert!(!installation.path("tmp/another").exists());
}

#[test]
fn names_are_as_in_a_policy() {
    let installation = installation();
    let long = "a".repeat(65);
    for name in ["", ".", "..", "../coder", "a/b", "a b", "-x", "é", "a\n", long.as_str()] {
        installation.run(&["agent", "add", "--", name]).fails(2, "");
    }
    assert!(!installation.path("home/agents").exists());
}

#[test]
fn list_and_show() {
    let installation = two_agents();
    drop((installation.open("work"), installation.open("work")));
    installation.run(&["agent", "list"]).exits(0).says("coder").says("other").says("open tasks 2");
    let all = installation.run(&["agent", "list", "--json"]).exits(0).json();
    let names: Vec<&Value> = all.as_array().unwrap().iter().map(|agent| &agent["agent"]).collect();
    assert_eq!(names, ["coder", "other"]);
    assert_eq!((&all[0]["open_tasks"], &all[1]["open_tasks"]), (&json!(2), &json!(0)));
    let shown = show(&installation, "coder");
    assert_eq!(shown, all[0]);
    assert_eq!((&shown["revoked"], &shown["tainted_until"]), (&Value::Null, &Value::Null));
    assert_eq!((&shown["keys"][0]["until"], &shown["keys"][0]["holds"]), (&Value::Null, &json!(true)));
    let key = shown["keys"][0]["key"].as_str().unwrap();
    installation.run(&["agent", "show", "coder"]).exits(0).says("ana@example.com").says(key).says("open tasks 2");
    installation.run(&["agent", "show", "codr"]).fails(2, "there is no agent `codr`");
    let none = Installation::new().run(&["agent", "list", "--json"]).exits(0).json();
    assert_eq!(none, json!([]));
}

/// What an operator wrote gives no orders to a terminal.
#[test]
fn an_owner_gives_no_orders_to_a_terminal() {
    let installation = installation();
    installation.run(&["agent", "add", "third", "--owner", "a\u{202e}b"]).exits(0).does_not_say("\u{202e}");
    for arguments in [&["agent", "list"][..], &["agent", "show", "third"], &["agent", "list", "--json"]] {
        installation.run(arguments).exits(0).does_not_say("\u{202e}");
    }
}

/// The private half of a key stands in its credential, and nowhere else.
#[test]
fn the_private_key_is_nowhere_else() {
    let installation = two_agents();
    let (file, secret) = (credential(&installation, "coder"), private_half(&installation, "coder"));
    let traced = |arguments: &[&str]| Said::by(installation.command(arguments).env("TOOLWARD_LOG", "trace"));
    let with = ["--credential", &file];
    let open = ["task", "open", "--agent", "coder", "--type", "work"];
    for arguments in [
        &["agent", "list", "--json"][..],
        &["agent", "show", "coder", "--json"],
        &["agent", "rotate", "coder", "--credential", "another", "--overlap", "1h"],
        &[&open[..], &with].concat(),
        &["task", "open", "--agent", "other", "--type", "work", "--credential", &file],
        &["task", "list", "--json"],
        &["audit", "list", "--json"],
        &["audit", "export", "--format", "jsonl"],
        &["agent", "add", "coder"],
        &["doctor"],
        &["agent", "revoke", "coder"],
        &[&open[..], &with].concat(),
    ] {
        let said = traced(arguments);
        assert!(!said.0.stdout.contains(&secret) && !said.0.stderr.contains(&secret), "{arguments:?}: {said}");
    }
    let raw: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&secret[2 * at..2 * at + 2], 16).unwrap()).collect();
    for name in ["home/state.db", "home/state.db-wal", "home/config.toml"] {
        let bytes = std::fs::read(installation.path(name)).unwrap_or_default();
        let holds = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
        assert!(!holds(secret.as_bytes()) && !holds(&raw), "{name}");
    }
}
