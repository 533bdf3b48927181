//! `toolward audit list`: what a person asks of the record, and that nothing in it looks like something else.
use serde_json::{Value, json};
use toolward_tests::{Installation, OpenTask};

use super::fixture::{POLICY, policy_with_two_agents};

const README: &str = "/repo/README.md";

fn installation() -> Installation {
    Installation::new().policy(&policy_with_two_agents()).shipped("read").shipped("edit")
}

fn read(task: &OpenTask, path: &str) -> Value {
    task.call("read", &json!({ "path": path })).json()
}

/// The lines of a list without its header.
fn lines(installation: &Installation, options: &[&str]) -> Vec<String> {
    let said = installation.run(&[&["audit", "list"], options].concat());
    let mut lines = said.exits(0).0.stdout.lines().map(str::to_owned);
    if let Some(header) = lines.next() {
        assert!(header.starts_with("TIME ") && header.ends_with(" BY"), "{header}");
    }
    lines.collect()
}

/// A call is one line, with how many accesses it made and how many were refused; `--all` shows each.
#[test]
fn calls_are_folded() {
    let installation = installation();
    let task = installation.open("work");
    read(&task, README);
    read(&task, "/repo/.env");
    let folded = lines(&installation, &["--task", &task.id()]);
    let calls: Vec<&String> = folded.iter().filter(|line| line.contains(" read ")).collect();
    assert_eq!(calls.len(), 2, "{folded:#?}");
    assert!(calls[0].contains(" access") && !calls[0].contains("refused"), "{folded:#?}");
    assert!(calls[1].contains("1 refused"), "{folded:#?}");
    let all = lines(&installation, &["--task", &task.id(), "--all"]);
    assert!(all.len() > folded.len() && all.iter().any(|line| line.contains("files read /repo/.env")), "{all:#?}");
    assert_eq!(lines(&installation, &["--last", "1"]).len(), 1);
    assert!(lines(&installation, &["--last", "1"])[0].contains("1 refused"));
}

/// By agent, tool, kind, verdict, resource and time.
#[test]
fn by_what_is_asked_for() {
    let installation = installation();
    let one = installation.open("work");
    read(&one, README);
    let other = installation.open_for("other", "work", &[]);
    read(&other, "/repo/.env");
    other.call_with("edit", r#"{"path": "/repo/README.md", "old": "A repository", "new": "B"}"#).answers("ok");
    let of = |options: &[&str]| lines(&installation, options);
    assert!(
        of(&["--agent", "other"]).iter().all(|line| line.contains(" other ")) && of(&["--agent", "other"]).len() >= 3
    );
    assert!(of(&["--tool", "edit"]).iter().all(|line| line.contains(" edit ")) && of(&["--tool", "edit"]).len() == 1);
    let denied = of(&["--verdict", "deny"]);
    assert!(denied.len() == 1 && denied[0].contains("files read /repo/.env"), "{denied:#?}");
    let files = of(&["--kind", "files"]);
    assert!(!files.is_empty() && files.iter().all(|line| line.contains(" files ")), "{files:#?}");
    assert_eq!(of(&["--kind", "task"]).len(), 2);
    let matching = of(&["--resource", "*.env"]);
    assert!(!matching.is_empty() && matching.iter().all(|line| line.contains("/repo/.env")), "{matching:#?}");
    assert!(!of(&["--resource", "README"]).is_empty() && of(&["--resource", "no-such-thing"]).is_empty());
    assert!(of(&["--until", "1h"]).is_empty() && of(&["--since", "1h"]).len() >= 5);
    assert!(of(&["--since", "2020-01-01", "--until", "2020-01-02T10:00:00Z"]).is_empty());
    for wrong in ["yesterday", "1", "2026-13-01"] {
        installation.run(&["audit", "list", "--since", wrong]).fails(2, "is no time");
    }
    installation.run(&["audit", "list", "--kind", "file"]).fails(2, "file");
}

/// Times are local, to whoever reads.
#[test]
fn times_are_local() {
    let installation = installation();
    read(&installation.open("work"), README);
    let times = |zone: &str| {
        let mut command = installation.command(&["audit", "list", "--last", "1"]);
        let said = toolward_tests::Said::by(command.env("TZ", zone));
        said.0.stdout.lines().last().unwrap()[..19].to_owned()
    };
    let utc = installation.run(&["audit", "list", "--json", "--last", "1"]).json()[0]["time"].as_str().unwrap()[..19]
        .replace('T', " ");
    assert_eq!(times("UTC"), utc);
    assert_ne!(times("XYZ-5"), utc);
}

/// What `explain` was asked is marked, and is no denial.
#[test]
fn a_probe_is_no_denial() {
    let installation = installation();
    let task = installation.open("work");
    let asked = ["explain", "--tool", "read", "--access", "files read /repo/.env"];
    assert_eq!(task.run(&asked).exits(0).json()["verdict"], "deny");
    assert!(lines(&installation, &["--verdict", "deny"]).is_empty());
    assert_eq!(installation.run(&["audit", "list", "--json", "--verdict", "deny"]).json(), json!([]));
    let probe = installation.run(&["audit", "list", "--json", "--kind", "files"]).json();
    assert_eq!(
        (&probe[0]["probe"], &probe[0]["outcome"], &probe[0]["verdict"]),
        (&json!(true), &json!("probe"), &json!("deny"))
    );
    let shown = lines(&installation, &["--kind", "files"]);
    assert!(shown[0].contains("(deny)") && shown[0].contains("probe"), "{shown:#?}");
}

/// A grant that is called like the policy's file does not pass for the policy.
#[test]
fn a_grant_with_the_policys_name() {
    let installation = installation();
    let grant = "schema = 1\n\n[[files]]\npath = \"/repo/**\"\nallow = [\"read\", \"list\"]\n\n[[files]]\npath = \"/repo/README.md\"\ndeny = [\"read\"]\n";
    installation.write("grants/policy.toml", grant);
    let file = installation.path("grants/policy.toml");
    let task = installation.open("work").narrow(&["--grant", file.to_str().unwrap()]);
    let answer = read(&task, README);
    let denied = lines(&installation, &["--verdict", "deny"]);
    assert!(denied.len() == 1 && denied[0].ends_with("grant policy.toml:9"), "{denied:#?}");
    let id = answer["denied"][0]["id"].as_str().unwrap();
    installation.run(&["audit", "show", id]).exits(0).says("grant policy.toml:9");
    let record = installation.run(&["audit", "show", id, "--json"]).exits(0).json();
    assert_eq!((&record[0]["layer"], &record[0]["rule"]), (&json!("grant"), &json!("policy.toml:9")));
}

/// A verdict of a policy that has changed since is explained by what held then.
#[test]
fn a_policy_that_has_changed() {
    let policy = policy_with_two_agents();
    let installation = installation();
    let task = installation.open("work");
    let denied = read(&task, "/repo/.env");
    let id = denied["denied"][0]["id"].as_str().unwrap();
    let show = || installation.run(&["audit", "show", id]).exits(0).0.stdout.clone();
    assert!(!show().contains("that line now says"), "{}", show());
    let rule = "deny = [\"read\", \"write\"]";
    drop(installation.clone().policy(&policy.replace(rule, "deny = [\"write\"]")));
    assert!(
        show().contains("by the policy at opening (sha256:")
            && show().contains("that line now says `deny = [\"write\"]`"),
        "{}",
        show()
    );
    // A line of another place is no change of what decided.
    drop(installation.clone().policy(&format!("{policy}\n# a remark\n")));
    assert!(!show().contains("by the policy at opening"), "{}", show());
    assert!(POLICY.contains(rule));
}
