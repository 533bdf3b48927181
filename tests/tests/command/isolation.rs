//! Where guests run: as the configuration says, as a policy demands, as the record tells.
use serde_json::{Value, json};
use toolward_tests::Installation;

use super::fixture::POLICY;

fn installation() -> Installation {
    Installation::new().policy(POLICY).shipped("read")
}

/// The same with guests in the broker's process.
fn in_process() -> Installation {
    let installation = installation();
    let config = installation.text("home/config.toml");
    installation.write("home/config.toml", format!("isolation = \"in-process\"\n{config}"));
    installation
}

/// The records of one call that reads a file.
fn records(installation: &Installation) -> Vec<Value> {
    installation.open("work").call("read", &json!({"path": "/repo/README.md"})).answers("ok");
    let records = installation.run(&["audit", "export", "--format", "jsonl"]).exits(0).json_lines();
    records.into_iter().filter(|record| record["seq"].is_number() && record["task"] != "installation").collect()
}

/// What `doctor` says of this machine.
fn here(installation: &Installation) -> String {
    installation.run(&["doctor", "--json"]).json()["isolation"].as_str().unwrap().to_owned()
}

/// By default each tool has a worker: a task's first record and that of each call say what of the second wall holds.
#[test]
fn the_record_says_what_holds() {
    let installation = installation();
    let (records, here) = (records(&installation), here(&installation));
    assert!(here.starts_with("worker: "), "{here}");
    let (first, call) = (&records[0], records.iter().find(|record| record["kind"] == "tools").unwrap());
    assert_eq!((first["seq"].as_u64(), &first["isolation"], &call["isolation"]), (Some(1), &json!(here), &json!(here)));
}

/// The broker opens each file and says so; what passed through it is counted by the worker that read it.
#[test]
fn the_record_says_who_counted() {
    for (installation, counted_by) in [(installation(), json!("worker")), (in_process(), Value::Null)] {
        let records = records(&installation);
        let read = records.iter().find(|record| record["op"] == "read").unwrap();
        assert_eq!((&read["witness"], &read["counted_by"]), (&json!("broker"), &counted_by), "{read}");
    }
}

/// The operator's configuration may leave the second wall out, and then everything says so.
#[test]
fn in_the_brokers_process() {
    let installation = in_process();
    assert_eq!(records(&installation)[0]["isolation"], "in-process");
    assert_eq!(here(&installation), "in-process");
    installation.run(&["doctor"]).exits(0).says("level \"in-process\"").says("config.toml");
}

/// What a policy demands and this installation does not give is not run: nothing is counted, and `doctor` says why.
#[test]
fn a_policy_demands_more() {
    let installation = in_process().policy(&format!("isolation = \"worker\"\n{POLICY}"));
    let task = installation.open("work");
    task.call("read", &json!({"path": "/repo/README.md"})).fails(6, "this cannot be done now");
    task.logs_why("read", 6, "the policy demands isolation \"worker\", and here it is \"in-process\"");
    assert_eq!(task.shown()["calls"], 0);
    installation.run(&["doctor"]).exits(6).says("-- ").says("demands isolation \"worker\"");
}

/// What is given can be demanded.
#[test]
fn a_policy_demands_what_is_there() {
    let installation = installation();
    let level = installation.run(&["doctor", "--json"]).json()["level"].as_str().unwrap().to_owned();
    let installation = installation.policy(&format!("isolation = \"{level}\"\n{POLICY}"));
    assert!(records(&installation)[0]["isolation"].as_str().unwrap().starts_with("worker: "));
}

/// The configuration knows two words.
#[test]
fn a_configuration_that_means_nothing() {
    let installation = installation();
    let config = installation.text("home/config.toml");
    installation.write("home/config.toml", format!("isolation = \"none\"\n{config}"));
    installation.run(&["doctor"]).fails(2, "expected `worker` or `in-process`");
}
