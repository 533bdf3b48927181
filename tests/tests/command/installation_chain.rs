//! The installation's own chain: what was done with tasks, agents, the policy and the log, and by whom.
use serde_json::{Value, json};
use toolward_tests::Installation;

use super::fixture::{POLICY, three_tools, two_agents};

fn chain(installation: &Installation) -> Vec<Value> {
    let all =
        installation.run(&["audit", "list", "--json", "--last", "1000", "--task", "installation"]).exits(0).json();
    all.as_array().unwrap().clone()
}

fn told(installation: &Installation) -> Vec<String> {
    let text = |record: &Value, field: &str| record[field].as_str().unwrap_or("-").to_owned();
    let one = |record: &Value| ["kind", "op", "outcome"].map(|field| text(record, field)).join(" ");
    chain(installation).iter().map(one).collect()
}

#[test]
fn a_life_of_tasks_and_agents() {
    let installation = two_agents();
    let task = installation.open("work");
    let child = task.narrow(&[]);
    task.run(&["task", "close"]).exits(0);
    child.call("good", &json!({})).fails(3, "closed");
    installation.run(&["agent", "rotate", "coder"]).exits(0);
    installation.run(&["agent", "revoke", "coder"]).exits(0);
    installation.run(&["task", "open", "--agent", "coder", "--type", "work"]).fails(3, "revoked");
    let expected = [
        "agent add done",
        "agent add done",
        "policy load done",
        "task open done",
        "task narrow done",
        "task close done",
        "task close done",
        "agent rotate done",
        "agent revoke done",
        "task open refused",
    ];
    assert_eq!(told(&installation), expected);
    let all = chain(&installation);
    assert_eq!(
        (&all[3]["agent"], &all[3]["type"], &all[3]["opened_by"]),
        (&json!("coder"), &json!("work"), &json!("operator"))
    );
    assert!(all[9]["note"].as_str().unwrap().contains("revoked") && all[9]["agent"] == "coder", "{}", all[9]);
    installation.run(&["audit", "verify"]).exits(0);
}

/// A policy that takes another's place, with the digests of both: once, by whichever command notices.
#[test]
fn a_policy_that_was_reloaded() {
    let installation = three_tools();
    let task = installation.open("work");
    task.call("good", &json!({})).answers("ok");
    drop(installation.clone().policy(&format!("{POLICY}# another\n")));
    for _ in 0..3 {
        task.call("good", &json!({})).answers("ok");
    }
    let reloads: Vec<Value> = chain(&installation).into_iter().filter(|record| record["kind"] == "policy").collect();
    assert_eq!(reloads.len(), 2, "{reloads:#?}");
    assert_eq!((&reloads[0]["op"], &reloads[1]["op"]), (&json!("load"), &json!("reload")));
    assert_eq!(reloads[1]["before_sha256"], reloads[0]["sha256"]);
    assert_ne!(reloads[1]["sha256"], reloads[0]["sha256"]);
}

/// A policy that does not load: once for each error, and once that a sound one holds again.
#[test]
fn a_policy_that_does_not_load() {
    let installation = three_tools();
    let task = installation.open("work");
    let sound = installation.text("toolward/policy.toml");
    for text in ["broken = ", "broken = ", "[agents", "[agents"] {
        drop(installation.clone().policy(text));
        task.call("good", &json!({})).fails(2, "the policy does not load");
    }
    drop(installation.clone().policy(&sound));
    for _ in 0..2 {
        task.call("good", &json!({})).answers("ok");
    }
    let records: Vec<Value> = chain(&installation).into_iter().filter(|record| record["kind"] == "policy").collect();
    let told: Vec<_> = records.iter().map(|record| (record["op"].as_str(), record["outcome"].as_str())).collect();
    let refused = (Some("reload"), Some("refused"));
    assert_eq!(told, [(Some("load"), Some("done")), refused, refused, (Some("reload"), Some("done"))], "{records:#?}");
    assert!(records[1]["note"].as_str().unwrap().contains("policy.toml:1"), "{}", records[1]);
    assert_eq!(records[3]["sha256"], records[0]["sha256"]);
    installation.run(&["audit", "verify"]).exits(0);
}

/// Signatures that leave: each export and each checkpoint.
#[test]
fn what_was_signed() {
    let installation = three_tools();
    installation.open("work").call("good", &json!({})).answers("ok");
    installation.run(&["audit", "export"]).exits(0);
    let file = installation.path("checkpoints");
    installation.run(&["audit", "checkpoint", "--to", file.to_str().unwrap()]).exits(0);
    let said = told(&installation);
    assert_eq!(said[said.len() - 2..], ["log export done", "log checkpoint done"]);
}

/// A flood of refused openings makes few records.
#[test]
fn a_flood_of_refused_openings() {
    let installation = three_tools();
    for _ in 0..15 {
        installation.run(&["task", "open", "--agent", "nobody", "--type", "work"]).exits(3);
    }
    let refused = told(&installation).into_iter().filter(|line| line == "task open refused").count();
    assert_eq!(refused, 10);
}
