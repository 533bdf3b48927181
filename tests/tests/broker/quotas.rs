//! What a task holds ends with it, however it ends; what one agent or one client may hold leaves room for the others.
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;
use toolward_tests::{Installation, Said};

use super::fixture::{Broker, POLICY, doing};
use super::frames::{connect, hear};

/// A broker whose home has these quotas.
pub(crate) fn with_quotas(quotas: &str) -> Broker {
    let installation = Installation::new().policy(&POLICY.replace("[\"coder\"]", "[\"coder\", \"other\"]"));
    let installation = installation.tool("good", doing(""), "").tool(
        "spinning",
        doing("(loop $l (br $l))"),
        "\n[limits]\ntime = \"40s\"\n",
    );
    let config = format!("{}\n[quotas]\n{quotas}\n", installation.text("home/config.toml"));
    let installation = installation.file("home/config.toml", config);
    for agent in ["coder", "other"] {
        installation.run(&["agent", "add", agent]).exits(0);
    }
    let home = installation.path("home");
    std::fs::set_permissions(home, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let broker = installation.command(&["broker"]);
    Broker::of(installation, broker)
}

/// The directories that a broker has open below its installation's `repo`.
fn held(broker: &Broker) -> usize {
    let repo = broker.installation.path("repo");
    let descriptors = std::fs::read_dir(format!("/proc/{}/fd", broker.process.id())).unwrap();
    descriptors
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.path().read_link().is_ok_and(|to| to == repo)))
        .count()
}

pub(crate) fn until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        sleep(Duration::from_millis(50));
    }
}

/// A task that was closed, revoked, is over, or whose agent was revoked holds no directory, though no other is opened.
#[test]
fn directories_are_let_go_of_however_a_task_ends() {
    let broker = with_quotas("");
    let tasks: Vec<String> = (0..4).map(|_| broker.task()).collect();
    assert_eq!(held(&broker), 4);
    broker.in_task(&tasks[0], &["task", "close"]).exits(0);
    until("a closed task holds its directory", || held(&broker) == 3);
    let shown = broker.in_task(&tasks[1], &["task", "show", "--json"]).json();
    broker.installation.run(&["task", "revoke", shown["task"].as_str().unwrap()]).exits(0);
    until("a revoked task holds its directory", || held(&broker) == 2);
    let credential = broker.installation.path("home/agents/coder.credential");
    let mount = broker.installation.mount("/repo", "repo");
    let open = ["task", "open", "--agent", "coder", "--type", "work", "--ttl", "1s", "--mount", &mount, "--credential"];
    broker.asks(&[&open[..], &[credential.to_str().unwrap()]].concat()).exits(0);
    until("a task whose time is over holds its directory", || held(&broker) == 2);
    broker.installation.run(&["agent", "revoke", "coder"]).exits(0);
    until("a task of a revoked agent holds its directory", || held(&broker) == 0);
}

/// One agent's directories are limited, and shut nobody else out; the operator acts all the same.
#[test]
fn one_agents_directories_leave_room_for_others() {
    let broker = with_quotas("directories = 2");
    let (first, _second) = (broker.task(), broker.task());
    broker.open("coder").fails(5, "directories");
    broker.open("other").exits(0);
    broker.in_task(&first, &["call", "good"]).answers("ok");
    broker.in_task(&first, &["task", "close"]).exits(0);
    broker.open("coder").exits(0);
    broker.installation.run(&["agent", "revoke", "coder"]).exits(0);
    until("they are let go of", || held(&broker) == 1);
}

/// Where the policy says nothing, an agent that opens its own tasks has a limit; the operator has none.
#[test]
fn open_tasks_have_a_default() {
    let broker = with_quotas("open_tasks = 2");
    let (first, _second) = (broker.task(), broker.task());
    broker.open("coder").fails(5, "tasks");
    let by_operator = ["task", "open", "--agent", "coder", "--type", "work"];
    broker.installation.run(&by_operator).exits(0);
    broker.in_task(&first, &["task", "close"]).exits(0);
    // The operator's counts as one that is open.
    broker.open("coder").fails(5, "tasks");
}

/// Connections that prove nothing give way to those that do: one more than there are places is served, and soon.
#[test]
fn idle_connections_shut_nobody_out() {
    let broker = Broker::begin();
    let task = broker.task();
    let idle: Vec<UnixStream> = (0..80).map(|_| UnixStream::connect(broker.socket()).unwrap()).collect();
    let began = Instant::now();
    broker.in_task(&task, &["call", "good"]).answers("ok");
    assert!(began.elapsed() < Duration::from_secs(20), "after {:?}", began.elapsed());
    drop(idle);
}

/// Who proves nothing is not listened to for long.
#[test]
fn who_proves_nothing_is_let_go() {
    let broker = Broker::begin();
    let mut idle = UnixStream::connect(broker.socket()).unwrap();
    idle.set_read_timeout(Some(Duration::from_secs(25))).unwrap();
    let mut answer = Vec::new();
    idle.read_to_end(&mut answer).unwrap();
}

/// A long frame is taken only of who has proved itself; the command does so first.
#[test]
fn long_frames_are_taken_of_the_proved_alone() {
    let broker = Broker::begin();
    let task = broker.task();
    let long = "x".repeat(100_000);
    // The broker answers before the frame's body: that need not be sent.
    let mut stream = connect(&broker);
    stream.write_all(&100_000_u32.to_be_bytes()).unwrap();
    let said = hear(&mut stream).unwrap();
    assert!(said["failed"]["message"].as_str().unwrap().contains("65536"), "{said}");
    broker.installation.write("tmp/input.json", json!(long).to_string());
    broker.in_task(&task, &["call", "good", "--input", "@input.json"]).answers("ok");
    broker.in_task("tw_0", &["call", "good", "--input", "@input.json"]).fails(3, "handle");
    let grant = format!("schema = 1\n# {long}\ntools = [{{ name = \"*\", allow = [\"call\"] }}]\n");
    broker.installation.write("tmp/grant.toml", grant);
    let credential = broker.installation.path("home/agents/coder.credential");
    let mount = broker.installation.mount("/repo", "repo");
    let open = ["task", "open", "--agent", "coder", "--type", "work", "--mount", &mount, "--grant", "grant.toml"];
    let opened: Said = broker.asks(&[&open[..], &["--credential", credential.to_str().unwrap()]].concat());
    opened.exits(0);
}
