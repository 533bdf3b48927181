//! A machine that has nothing left: descriptors, memory, processes.
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;
use toolward_tests::processes::nothing_is_left_by;
use toolward_tests::{Installation, OpenTask, Said, Service, program, typed_guest};

use super::fixture::{WRITERS_TIME, effects_are_recorded, installation, is_clear, with_tools};

/// Users who run nothing else: one for each test, since the tests run at once.
const USERS: [u32; 2] = [4_721, 4_722];

/// The same command under a resource limit (prlimit(1)).
fn limited(limits: &[String], command: &Command) -> Command {
    let mut other = Command::new("/usr/bin/prlimit");
    other.args(limits).arg("--").arg(command.get_program()).args(command.get_args());
    other.env_clear().current_dir(command.get_current_dir().unwrap());
    other.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    other
}

/// A call under this limit; nothing hangs, and nothing is left.
fn call(task: &OpenTask, limits: &[String]) -> Said {
    let command = task.command(&["call", "writer", "--input", &json!({"name": "l"}).to_string()]);
    let (ended, pid) = program::run_known(&mut limited(limits, &command), WRITERS_TIME);
    nothing_is_left_by(pid);
    let said = Said(ended);
    println!(
        "{limits:?}: {:?} after {:?}: {}",
        said.0.code,
        said.0.took,
        said.0.stderr.lines().next().unwrap_or_default()
    );
    said
}

/// A call for each amount of a resource. None hangs or leaves anything, all effects are recorded, and with the most it is made.
fn calls(least_first: &[u64], limit: impl Fn(u64) -> Vec<String>) -> Vec<Said> {
    let installation = installation();
    let task = installation.open("work");
    task.call("good", &json!({})).answers("ok");
    let made = |amount: &u64| {
        drop(std::fs::remove_dir_all(installation.path("repo/pub")));
        installation.write("repo/pub/open.txt", "open");
        let said = call(&task, &limit(*amount));
        effects_are_recorded(&installation);
        said
    };
    let all: Vec<Said> = least_first.iter().map(made).collect();
    assert_eq!(all.last().unwrap().0.code, Some(0), "{}", all.last().unwrap());
    task.call("good", &json!({})).answers("ok");
    all
}

/// Those that were not made say so: Toolward could not do its work, 6.
fn say_so(calls: &[Said]) {
    let wrong = calls.iter().filter(|said| said.0.code != Some(0) && !is_clear(said));
    let wrong: Vec<String> = wrong.map(ToString::to_string).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn with_descriptors() -> Vec<Said> {
    calls(&[8, 10, 12, 14, 16, 18, 20, 24, 64], |most| vec![format!("--nofile={most}")])
}

/// Addresses: what is mapped, whether used or not. In MiB.
fn with_addresses() -> Vec<Said> {
    calls(&[64, 1024, 4096, 16 << 20], |most| vec![format!("--as={}", most << 20)])
}

/// Memory that is its own. In MiB.
fn with_memory() -> Vec<Said> {
    calls(&[4, 8, 64, 1024], |most| vec![format!("--data={}", most << 20)])
}

#[test]
fn few_descriptors() {
    drop(with_descriptors());
}

#[test]
fn few_descriptors_are_told() {
    say_so(&with_descriptors());
}

#[test]
fn few_addresses() {
    drop(with_addresses());
}

#[test]
fn little_memory() {
    drop(with_memory());
}

#[test]
fn little_memory_is_told() {
    say_so(&with_addresses());
    say_so(&with_memory());
}

/// Processes and threads of a user, who has no others. Whoever can start none is no broken tool, and no attacker.
#[test]
fn processes() {
    if !rustix::process::geteuid().is_root() {
        toolward_tests::skipped("only root can be a user who runs nothing else");
        return;
    }
    let installation = with_tools(Installation::with_a_cache_of_its_own());
    for tool in ["good", "writer"] {
        installation.open("work").call(tool, &json!({"name": "warm"})).answers("ok");
    }
    let tasks: Vec<OpenTask> = (0..8).map(|_| installation.open("work")).collect();
    owned(&installation.path(""), USERS[0]);
    let mut wrong = Vec::new();
    for (most, task) in (1..).zip(&tasks) {
        let inner = task.command(&["call", "writer", "--input", &json!({"name": format!("n{most}")}).to_string()]);
        let mut command = alone(USERS[0], most, &inner);
        let (ended, pid) = program::run_known(&mut command, WRITERS_TIME);
        nothing_is_left_by(pid);
        let said = Said(ended);
        println!(
            "{most}: {:?} after {:?}: {}",
            said.0.code,
            said.0.took,
            said.0.stderr.lines().next().unwrap_or_default()
        );
        if said.0.code != Some(0) && !is_clear(&said) || task.shown()["state"] != "open" {
            wrong.push(format!("{most}: {said}, {}", task.shown()["state"]));
        }
    }
    effects_are_recorded(&installation);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same command by a user who may have so many processes and threads.
fn alone(user: u32, most: u32, command: &Command) -> Command {
    let (user, inner) = (user.to_string(), limited(&[format!("--nproc={most}")], command));
    let mut other = Command::new("setpriv");
    other.args(["--reuid", &user, "--regid", &user, "--clear-groups", "--"]);
    other.arg(inner.get_program()).args(inner.get_args()).env_clear();
    other.current_dir(inner.get_current_dir().unwrap());
    other.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    other
}

fn owned(path: &Path, user: u32) {
    std::os::unix::fs::lchown(path, Some(user), Some(user)).unwrap();
    if path.is_dir() && !path.is_symlink() {
        std::fs::read_dir(path).unwrap().for_each(|entry| owned(&entry.unwrap().path(), user));
    }
}

/// A worker that gets no memory any more, in the middle of its work: its end is no attack, and its task goes on.
#[test]
fn memory_of_a_worker() {
    let names = ["strings", "bytes"];
    let function =
        |name| format!("\n[functions.{name}]\nexport = \"toolward:typed/echo#{name}\"\ndescription = \"x\"\n");
    let manifest: String = names.map(function).concat();
    let component = std::fs::read(typed_guest()).unwrap();
    let service = Service::of(installation().tool("typed", component, &manifest));
    let mut task = service.open();
    let mut wrong = Vec::new();
    for (size, more) in [(100_000, 0), (1_000_000, 0), (1_000_000, 1 << 20), (1_000_000, 4 << 20)] {
        service.call(&task, "typed.strings", &json!({"value": "x"})).answers("ok");
        let worker = service.worker();
        let status = std::fs::read_to_string(worker.file("status")).unwrap();
        let data = status.lines().find_map(|line| line.strip_prefix("VmData:")).unwrap();
        let data: u64 = data.trim().trim_end_matches(" kB").parse().unwrap();
        let mut lower = Command::new("/usr/bin/prlimit");
        lower.args(["--pid", &worker.pid.to_string(), &format!("--data={}", (data << 10) + more)]);
        assert!(lower.status().unwrap().success());
        service.installation.write("tmp/input", json!({"value": "y".repeat(size)}).to_string());
        let said = Said::by(&mut service.holder(&task, &["call", "typed.strings", "--input", "@input"]));
        let short: String = said.0.stdout.chars().take(150).collect();
        println!("{size} and {more}: {:?} {short} {}", said.0.code, said.0.stderr);
        worker.signal(Signal::KILL);
        assert!(worker.ends_within(Duration::from_secs(1)));
        if said.0.code != Some(0) && !is_clear(&said) || said.0.stderr.contains("revoked") {
            wrong.push(format!("{size} and {more}: {said}"));
            task = service.open();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A service that has few descriptors serves as many as it can, and goes on.
#[test]
fn few_descriptors_of_a_service() {
    let ends = calls_of_a_service();
    assert!(ends.iter().any(|(code, _)| *code == Some(5)), "none was made: {ends:?}");
}

#[test]
fn few_descriptors_of_a_service_are_told() {
    let wrong: Vec<_> = calls_of_a_service().into_iter().filter(|(code, _)| !matches!(code, Some(5 | 6))).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// The same with few threads and processes. Its user's calls that it cannot make fail, and the next is made.
#[test]
fn few_processes_of_a_service() {
    if !rustix::process::geteuid().is_root() {
        toolward_tests::skipped("only root can be a user who runs nothing else");
        return;
    }
    let installation = with_tools(Installation::with_a_cache_of_its_own());
    installation.open("work").call("spinning", &json!({})).answers("limit");
    installation.run(&["agent", "add", "coder"]).exits(0);
    owned(&installation.path(""), USERS[1]);
    // The service itself, a thread for its house, one that starts workers, and one for each client; a worker has two.
    let ends = calls_at_once(&Service::by(installation, |command| alone(USERS[1], 8, &command)));
    assert!(ends.iter().all(|(code, _)| matches!(code, Some(5 | 6))), "{ends:?}");
}

fn calls_of_a_service() -> Vec<(Option<i32>, String)> {
    calls_at_once(&Service::by(installation(), |command| limited(&["--nofile=40".to_owned()], &command)))
}

/// Some calls at once, more than it can make, of a guest that a limit ends: their exit codes, and what they said.
fn calls_at_once(service: &Service) -> Vec<(Option<i32>, String)> {
    let tasks: Vec<String> = (0..6).map(|_| service.open()).collect();
    let start = |task: &String| -> Child {
        let mut call = service.holder(task, &["call", "spinning", "--input", "{}"]);
        call.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let calls: Vec<Child> = tasks.iter().map(start).collect();
    let end = |call: Child| {
        let output = call.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let ends: Vec<_> = calls.into_iter().map(end).collect();
    println!("{ends:?}");
    let recovers = toolward_tests::processes::within(Duration::from_secs(3), || {
        Said::by(&mut service.holder(&tasks[0], &["call", "spinning", "--input", "{}"])).0.code == Some(5)
    });
    assert!(recovers, "it makes no call any more");
    service.installation.run(&["audit", "verify"]).exits(0);
    ends
}
