//! A machine that has nothing left: descriptors, memory, processes.
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;
use toolward_tests::processes::nothing_is_left_by;
use toolward_tests::{OpenTask, Said, Service, program};

use super::fixture::{WRITERS_TIME, effects_are_recorded, installation};

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
        let clear = said.0.code == Some(6) && said.0.stderr.starts_with("error: ");
        if !clear && said.0.code != Some(0) || at + 1 == least_first.len() && said.0.code != Some(0) {
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
