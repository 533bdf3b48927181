//! `toolward audit archive`: moves what is over out of the home, so that a home can live for years.
use serde_json::json;

use super::fixture::three_tools;

#[test]
fn closed_tasks_are_moved_and_open_ones_stay() {
    let installation = three_tools();
    let (closed, open) = (installation.open("work"), installation.open("work"));
    for task in [&closed, &open] {
        task.call("good", &json!({})).answers("ok");
    }
    let (id, still) = (closed.id(), open.id());
    closed.run(&["task", "close"]).exits(0);
    let file = installation.path("2026.jsonl");
    let path = file.to_str().unwrap();
    installation.run(&["audit", "archive", "--before", "1h", "--to", path]).fails(2, "no task");
    assert!(!file.exists());
    std::thread::sleep(std::time::Duration::from_millis(2));
    let done = installation.run(&["audit", "archive", "--before", "0s", "--to", path, "--json"]).exits(0).json();
    assert_eq!((&done["tasks"], &done["shrunk"]), (&json!(1), &json!(true)));
    // The home and the file verify, the file with the public key alone and without a home.
    installation.run(&["audit", "verify"]).exits(0).says("records of 1 tasks lie in archives");
    installation.run(&["audit", "verify", path]).exits(0).says("the log holds");
    let key = installation.run(&["audit", "key"]).result().to_owned();
    let nowhere = installation.path("nowhere");
    let elsewhere = ["audit", "verify", path, "--key", &key, "--home", nowhere.to_str().unwrap()];
    installation.run(&elsewhere).exits(0).says("the log holds");
    let text = installation.text("2026.jsonl").replacen("\"allow\"", "\"deny\"", 1);
    installation.write("changed.jsonl", text);
    installation
        .run(&["audit", "verify", installation.path("changed.jsonl").to_str().unwrap()])
        .fails(1, "does not hold");
    // Who looks for the task is told where it is, and with what ended it.
    let said = installation.run(&["audit", "show", &id]);
    said.exits(0).says("task close");
    assert!(said.0.stderr.contains("2026.jsonl"), "{said}");
    installation.run(&["audit", "list", "--task", &still]).exits(0).says("good");
    open.call("good", &json!({})).answers("ok");
    installation.run(&["audit", "archive", "--before", "0s", "--to", path]).fails(2, "");
    installation.run(&["audit", "archive", "--before", "2999-01-01", "--to", path]).fails(2, "yet to come");
    // A checkpoint from before still holds.
    installation.run(&["audit", "list", "--kind", "log"]).exits(0).says("archive");
    installation.run(&["audit", "verify"]).exits(0);
}

#[test]
fn a_checkpoint_from_before_holds_after() {
    let installation = three_tools();
    let task = installation.open("work");
    task.call("good", &json!({})).answers("ok");
    task.run(&["task", "close"]).exits(0);
    let checkpoints = installation.path("checkpoints");
    let to = checkpoints.to_str().unwrap();
    installation.run(&["audit", "checkpoint", "--to", to]).exits(0);
    std::thread::sleep(std::time::Duration::from_millis(2));
    let file = installation.path("archive.jsonl");
    installation.run(&["audit", "archive", "--before", "0s", "--to", file.to_str().unwrap()]).exits(0);
    installation.run(&["audit", "verify", "--checkpoint", to]).exits(0).says("checkpoints reach");
    installation.run(&["audit", "verify", file.to_str().unwrap(), "--checkpoint", to]).fails(2, "archive");
}
