//! A machine that has nothing left: descriptors, memory, processes.
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;
use toolward_tests::processes::nothing_is_left_by;
use toolward_tests::{Installation, OpenTask, Said, Service, program, typed_guest};

use super::fixture::{WRITERS_TIME, effects_are_recorded, installation, is_clear, with_tools};

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
    println!("{limits:?}: {:?} after {:?}: {}", said.0.code, said.0.took, said.0.stderr.lines().next().unwrap_or_default());
    said
}

/// Whatever of a resource there is, a call is made or says that it was not; with the most of it, it is made.
fn ends_clearly(least_first: &[u64], limit: impl Fn(u64) -> Vec<String>) {
    let installation = installation();
    let task = installation.open("work");
    task.call("good", &json!({})).answers("ok");
    let mut wrong = Vec::new();
    for (at, amount) in least_first.iter().enumerate() {
        drop(std::fs::remove_dir_all(installation.path("repo/pub")));
        installation.write("repo/pub/open.txt", "open");
        let said = call(&task, &limit(*amount));
        let most = at + 1 == least_first.len();
        if said.0.code != Some(0) && (most || !is_clear(&said)) {
            wrong.push(format!("{amount}: {said}"));
        }
        effects_are_recorded(&installation);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    task.call("good", &json!({})).answers("ok");
}

#[test]
fn descriptors() {
    ends_clearly(&[8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 32, 40, 64], |most| vec![format!("--nofile={most}")]);
}

/// Addresses: what is mapped, whether used or not.
#[test]
fn addresses() {
    let mebibytes = [64, 256, 1024, 4096, 1 << 20, 16 << 20];
    ends_clearly(&mebibytes, |most| vec![format!("--as={}", most << 20)]);
}

/// Memory that is its own.
#[test]
fn memory() {
    let mebibytes = [4, 8, 16, 32, 64, 128, 1024];
    ends_clearly(&mebibytes, |most| vec![format!("--data={}", most << 20)]);
}

/// Processes and threads of a user, who has no others. Whoever can start none is no broken tool, and no attacker.
#[test]
fn processes() {
    const USER: u32 = 4_721;
    if !rustix::process::geteuid().is_root() {
        eprintln!("SKIPPED: only root can be a user who runs nothing else");
        return;
    }
    let installation = with_tools(Installation::with_a_cache_of_its_own());
    for tool in ["good", "writer"] {
        installation.open("work").call(tool, &json!({"name": "warm"})).answers("ok");
    }
    let tasks: Vec<OpenTask> = (0..8).map(|_| installation.open("work")).collect();
    owned(&installation.path(""), USER);
    let user = USER.to_string();
    let mut wrong = Vec::new();
    for (most, task) in (1..).zip(&tasks) {
        let inner = task.command(&["call", "writer", "--input", &json!({"name": format!("n{most}")}).to_string()]);
        let inner = limited(&[format!("--nproc={most}")], &inner);
        let mut command = Command::new("setpriv");
        command.args(["--reuid", &user, "--regid", &user, "--clear-groups", "--"]);
        command.arg(inner.get_program()).args(inner.get_args()).env_clear();
        command.current_dir(inner.get_current_dir().unwrap());
        command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let (ended, pid) = program::run_known(&mut command, WRITERS_TIME);
        nothing_is_left_by(pid);
        let said = Said(ended);
        println!("{most}: {:?} after {:?}: {}", said.0.code, said.0.took, said.0.stderr.lines().next().unwrap_or_default());
        if said.0.code != Some(0) && !is_clear(&said) || task.shown()["state"] != "open" {
            wrong.push(format!("{most}: {said}, {}", task.shown()["state"]));
        }
    }
    effects_are_recorded(&installation);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
    let function = |name| format!("\n[functions.{name}]\nexport = \"toolward:typed/echo#{name}\"\ndescription = \"x\"\n");
    let manifest: String = names.map(function).concat();
    let component = std::fs::read(typed_guest()).unwrap();
    let service = Service::of(installation().tool("typed", component, &manifest));
    let task = service.open();
    let mut wrong = Vec::new();
    for (size, more) in [(1_000, 0), (100_000, 0), (1_000_000, 0), (1_000_000, 1 << 20), (1_000_000, 4 << 20)] {
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
        worker.signal(rustix::process::Signal::KILL);
        if said.0.code != Some(0) && !is_clear(&said) || said.0.stderr.contains("revoked") {
            wrong.push(format!("{size}: {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A service that has few descriptors serves as many as it can, and goes on.
#[test]
fn descriptors_of_a_service() {
    let service = Service::by(installation(), |command| limited(&["--nofile=40".to_owned()], &command));
    let tasks: Vec<String> = (0..6).map(|_| service.open()).collect();
    let start = |task: &String| -> Child {
        let mut call = service.holder(task, &["call", "spinning", "--input", "{}"]);
        call.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let calls: Vec<Child> = tasks.iter().map(start).collect();
    let mut codes = Vec::new();
    for call in calls {
        let output = call.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        println!("{:?}: {said}", output.status.code());
        codes.push((output.status.code(), said));
    }
    let wrong: Vec<_> = codes.iter().filter(|(code, _)| !matches!(code, Some(5 | 6))).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(codes.iter().any(|(code, _)| *code == Some(5)), "none was made");
    let recovers = toolward_tests::processes::within(Duration::from_secs(3), || {
        Said::by(&mut service.holder(&tasks[0], &["call", "spinning", "--input", "{}"])).0.code == Some(5)
    });
    assert!(recovers, "it makes no call any more");
    service.installation.run(&["audit", "verify"]).exits(0);
}
