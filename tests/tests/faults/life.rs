//! A worker is of one tool in one task, and never outlives it.
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;
use toolward_tests::processes::{Process, worker_of};
use toolward_tests::{Said, Service};

use super::fixture::{doing, installation};

/// A worker is gone so long after its task is over.
const AT_ONCE: Duration = Duration::from_secs(2);

/// A task's next call of a tool is served by the same process; another tool or another task has another.
#[test]
fn one_worker_for_each_tool_of_each_task() {
    let service = Service::of(installation());
    let (one, other) = (service.open(), service.open());
    service.call(&one, "good", &json!({})).answers("ok");
    let first = service.worker();
    service.call(&one, "good", &json!({})).answers("ok");
    assert_eq!(service.worker(), first);
    service.call(&one, "writer", &json!({"name": "x"})).answers("ok");
    assert_eq!(service.workers().len(), 2);
    service.call(&other, "good", &json!({})).answers("ok");
    assert_eq!(service.workers().len(), 3);
    service.call(&one, "good", &json!({})).answers("ok");
    service.call(&other, "good", &json!({})).answers("ok");
    let workers = service.workers();
    assert!(workers.len() == 3 && workers.contains(&first), "{workers:?}");
}

/// Two tools of one component have a process each: what one was made to do must not reach the other. So do two functions of one
/// typed tool, since rules know them by their own names.
#[test]
fn one_component_in_two_tools() {
    let installation = installation().tool("twin", doing(""), "");
    let typed = std::fs::read(toolward_tests::typed_guest()).unwrap();
    let function = |name: &str| {
        format!("\n[functions.{name}]\nexport = \"toolward:typed/work#{name}\"\ndescription = \"It works.\"\n")
    };
    let service = Service::of(installation.tool("typed", typed, &(function("nothing") + &function("talk"))));
    let task = service.open();
    for (calls, tool) in ["good", "twin", "typed.nothing", "typed.talk"].into_iter().enumerate() {
        service.call(&task, tool, &json!({})).answers("ok");
        assert_eq!(service.workers().len(), calls + 1, "{tool}");
    }
    let before = service.workers();
    for tool in ["good", "twin", "typed.nothing", "typed.talk"] {
        service.call(&task, tool, &json!({})).answers("ok");
    }
    let now = service.workers();
    assert!(now.len() == before.len() && now.iter().all(|worker| before.contains(worker)), "{before:?}, {now:?}");
}

/// A tool whose manifest or whose policy has changed has another process: the one before ends.
#[test]
fn another_scope_has_another_worker() {
    let mut installation = installation();
    let task_policy = installation.text("toolward/policy.toml");
    let service = Service::of(installation.clone());
    let task = service.open();
    service.call(&task, "good", &json!({})).answers("ok");
    let first = service.worker();
    installation = installation.tool("good", doing(""), "\n[limits]\nopen_files = 100\n");
    service.call(&task, "good", &json!({})).answers("ok");
    let second = service.worker();
    assert_ne!(first, second, "the manifest has changed");
    // The same rules in other words: only the digest tells.
    drop(installation.policy(&format!("{task_policy}\n# a comment\n")));
    service.call(&task, "good", &json!({})).answers("ok");
    assert_ne!(second, service.worker(), "the policy has changed");
}

/// A worker that is killed just as it is taken for a call has done nothing: the call is made once more, by another.
#[test]
fn a_worker_killed_as_it_is_taken() {
    let service = Service::of(installation());
    let task = service.open();
    service.call(&task, "good", &json!({})).answers("ok");
    let worker = service.worker();
    // It lives and says nothing, as one that is about to be killed.
    worker.signal(Signal::STOP);
    let call = started(&service, &task, "good");
    sleep(Duration::from_millis(200));
    worker.signal(Signal::KILL);
    let output = call.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let export = service.installation.run(&["audit", "export", "--format", "jsonl"]).exits(0).json_lines();
    let calls = export.iter().filter(|record| record["kind"] == "tools" && record["op"] == "call").count();
    assert_eq!(calls, 2, "a call has one record");
}

/// Two calls of one tool at once have a process each.
#[test]
fn calls_at_once_share_none() {
    let service = Service::of(installation());
    let task = service.open();
    let calls: Vec<Child> = (0..2).map(|_| started(&service, &task, "spinning")).collect();
    let both = toolward_tests::processes::within(Duration::from_secs(2), || service.workers().len() == 2);
    assert!(both, "{:?}", service.workers());
    for call in calls {
        assert_eq!(call.wait_with_output().unwrap().status.code(), Some(5));
    }
}

fn started(service: &Service, task: &str, tool: &str) -> Child {
    let mut call = service.holder(task, &["call", tool, "--input", "{}"]);
    call.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// A service with a task in which a guest computes, and would for long; its worker.
fn busy() -> (Service, String, Child, Process) {
    let long = doing("(loop $l (br $l))");
    let service = Service::of(installation().tool("endless", long, "\n[limits]\ntime = \"50s\"\n"));
    let task = service.open();
    let call = started(&service, &task, "endless");
    let worker = worker_of(service.pid(), Duration::from_secs(5)).unwrap();
    sleep(Duration::from_millis(300));
    (service, task, call, worker)
}

fn id(service: &Service, task: &str) -> String {
    let shown = Said::by(&mut service.holder(task, &["task", "show", "--json"]));
    shown.exits(0).json()["task"].as_str().unwrap().to_owned()
}

/// Its worker ends at once, whatever the guest does.
#[test]
fn a_busy_worker_of_a_revoked_task() {
    let (service, task, call, worker) = busy();
    service.installation.run(&["task", "revoke", &id(&service, &task)]).exits(0);
    assert!(worker.ends_within(AT_ONCE), "it goes on");
    assert_eq!(call.wait_with_output().unwrap().status.code(), Some(3));
}

#[test]
fn a_busy_worker_of_a_closed_task() {
    let (service, task, call, worker) = busy();
    Said::by(&mut service.holder(&task, &["task", "close"])).exits(0);
    assert!(worker.ends_within(AT_ONCE), "it goes on");
    assert_eq!(call.wait_with_output().unwrap().status.code(), Some(3));
}

/// A client that goes away takes its call with it.
#[test]
fn a_busy_worker_of_a_client_that_is_gone() {
    let (service, _, mut call, worker) = busy();
    call.kill().unwrap();
    call.wait().unwrap();
    assert!(worker.ends_within(AT_ONCE), "it goes on");
    service.installation.run(&["audit", "verify"]).exits(0);
}

/// One that nobody uses just then, too.
#[test]
fn an_idle_worker_of_a_task_that_is_over() {
    let service = Service::of(installation());
    for close in [true, false] {
        let task = service.open();
        service.call(&task, "good", &json!({})).answers("ok");
        let worker = service.worker();
        if close {
            Said::by(&mut service.holder(&task, &["task", "close"])).exits(0);
        } else {
            service.installation.run(&["task", "revoke", &id(&service, &task)]).exits(0);
        }
        assert!(worker.ends_within(AT_ONCE), "it is kept");
    }
}

/// A hundred tasks call at once. The service serves so many connections of one user at a time, and says so to the others,
/// who come again.
#[test]
fn a_hundred_tasks_at_once() {
    let service = Service::of(installation());
    let tasks: Vec<String> = (0..100).map(|_| service.open()).collect();
    let began = Instant::now();
    let mut waiting: Vec<(&String, Child)> = tasks.iter().map(|task| (task, started(&service, task, "good"))).collect();
    let (mut done, mut again) = (0, 0);
    while let Some((task, call)) = waiting.pop() {
        let output = call.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => done += 1,
            Some(6) if said.contains("busy") => {
                again += 1;
                sleep(Duration::from_millis(20));
                waiting.push((task, started(&service, task, "good")));
            }
            other => panic!("{other:?}: {said}"),
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{done} of 100 are done");
    }
    println!("{done} calls in {:?}, {again} of them came again; {} workers", began.elapsed(), service.workers().len());
    assert_eq!(done, 100);
    service.installation.run(&["audit", "verify"]).exits(0);
}
