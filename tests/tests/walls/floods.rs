//! A worker that was taken over asks small questions without end: it ends with its call's time, its task and its budget all the
//! same, and what it is answered takes little memory of its broker.
use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use toolward_tests::{OpenTask, Said};

use super::task;
use super::world::World;

/// The limit of the attackers' time is 5 s; what lies between is for a machine that does other work.
const AT_MOST: Duration = Duration::from_secs(25);
/// What a broker may hold, in KiB: the program, the component and the answers that a worker has not taken.
const MEMORY: u64 = 200 << 10;
/// The descriptors that a broker may have open.
const DESCRIPTORS: usize = 200;

/// What a process has held at most, in KiB, and how many descriptors it has.
fn held(child: &Child) -> (u64, usize) {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    let open = fs::read_dir(format!("/proc/{}/fd", child.id())).map_or(0, Iterator::count);
    (peak.unwrap_or(0), open)
}

/// Starts a command, and looks at it until it has ended: the most that it held, and how long it took.
fn watched(command: &mut Command) -> (Said, u64, usize) {
    let began = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut memory, mut descriptors) = (0, 0);
    while child.try_wait().unwrap().is_none() {
        let (now, open) = held(&child);
        (memory, descriptors) = (memory.max(now), descriptors.max(open));
        if began.elapsed() > 2 * AT_MOST {
            child.kill().unwrap();
        }
        sleep(Duration::from_millis(20));
    }
    let took = began.elapsed();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    (Said(toolward_tests::program::Ended { code: output.status.code(), stdout, stderr, took }), memory, descriptors)
}

/// Neither listings nor descriptors that are not taken keep a worker alive or fill its broker's memory.
#[test]
fn no_flood_outlives_its_time_or_fills_memory() {
    let world = World::new();
    for n in 0..5_000 {
        fs::write(world.path(&format!("repo/{n}-{}", "long".repeat(20))), "").unwrap();
    }
    // The component is compiled before anything is measured.
    world.attack("getppid", "main");
    for name in ["flood-of-listings", "flood-of-files"] {
        let mount = format!("/repo={}", world.path("repo").display());
        let mut probe = world.probe();
        probe.args(["run", "probe.wasm", "--manifest", "probe.toml", "--mount", &mount, "--", name, "main"]);
        let (said, memory, descriptors) = watched(&mut probe);
        assert!(said.0.stderr.contains("the limit `time` was reached"), "{name}: {said:?}");
        assert!(said.0.took < AT_MOST, "{name} took {:?}", said.0.took);
        assert!((1..MEMORY).contains(&memory), "{name}: its broker held {memory} KiB");
        assert!((1..DESCRIPTORS).contains(&descriptors), "{name}: its broker held {descriptors} descriptors");
    }
}

/// A call of the tool by the program whose workers attack.
fn attack(task: &OpenTask, name: &str) -> Command {
    task::attack(task, name, "main")
}

/// A flood ends with its task, as a call that is quiet does.
#[test]
fn no_flood_outlives_its_task() {
    let task = task::open("");
    Said::by(&mut attack(&task, "last-words")).answers("ok");
    let mut flood = attack(&task, "flood-of-listings");
    let child = flood.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    sleep(Duration::from_secs(1));
    task.installation().run(&["task", "revoke", &task.id()]).exits(0);
    let revoked = Instant::now();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(3));
    assert!(revoked.elapsed() < Duration::from_secs(8), "it went on for {:?}", revoked.elapsed());
}

/// How many records of accesses the task's calls have left.
fn accesses(task: &OpenTask) -> usize {
    let export = task.installation().run(&["audit", "export", "--format", "jsonl"]).exits(0).json_lines();
    export.iter().filter(|record| record["kind"] == "files").count()
}

fn limit() -> Value {
    json!({ "name": "budget.host_calls", "allowed": "70" })
}

/// Each question is one of the task's host calls, whether it leaves a record or not. The limit ends the call, whatever the worker
/// says of how it ended.
#[test]
fn small_questions_are_counted() {
    let task = task::open("budget = { host_calls = 70 }");
    let answer = Said::by(&mut attack(&task, "small-questions")).answers("limit");
    assert_eq!(answer["limit"], limit(), "{answer}");
    assert!(answer["output"].as_str().unwrap().starts_with("69 "), "{answer}");
}

/// What a worker only mentions is counted as well, and ends the call where it is refused.
#[test]
fn mentions_are_counted() {
    let task = task::open("budget = { host_calls = 70 }");
    let answer = Said::by(&mut attack(&task, "mentions")).answers("limit");
    assert_eq!(answer["limit"], limit(), "{answer}");
    assert!(accesses(&task) <= 71, "{} accesses", accesses(&task));
}
