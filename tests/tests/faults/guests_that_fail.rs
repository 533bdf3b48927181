//! A guest's failure is its own: the worker that it ran in serves the next call.
use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;
use toolward_tests::{Installation, Service, typed_guest};

use super::fixture::{doing, with_tools};

/// With a typed tool that does what it is told.
fn service() -> Service {
    let names = [("nothing", "work"), ("trap", "misbehave"), ("recurse", "misbehave"), ("take-memory", "misbehave")];
    let function = |(name, interface): &(&str, &str)| {
        format!("\n[functions.{name}]\nexport = \"toolward:typed/{interface}#{name}\"\ndescription = \"It does so.\"\n")
    };
    let manifest: String = names.iter().map(function).collect();
    let manifest = format!("\n[limits]\nmemory = \"16MiB\"\nstack = \"256KiB\"\n{manifest}");
    let component = std::fs::read(typed_guest()).unwrap();
    Service::of(with_tools(Installation::new()).tool("typed", component, &manifest))
}

/// Traps, a stack without end, memory without end: the process of that function goes on, and with it the task.
#[test]
fn its_worker_is_used_again() {
    let service = service();
    let task = service.open();
    let failures = [
        ("typed.trap", json!({}), "failed"),
        ("typed.recurse", json!({"depth": 4_000_000_000_u32}), "limit"),
        ("typed.take-memory", json!({}), "limit"),
    ];
    for (function, input, status) in &failures {
        let others = service.workers();
        service.call(&task, function, input).answers(status);
        let new: Vec<_> = service.workers().into_iter().filter(|worker| !others.contains(worker)).collect();
        assert!(new.len() <= 1, "after {function}: {new:?}");
        let workers = service.workers();
        service.call(&task, function, input).answers(status);
        assert_eq!(service.workers(), workers, "after the second {function}");
        service.call(&task, "typed.nothing", &json!({})).answers("ok");
    }
    service.installation.run(&["audit", "verify"]).exits(0);
}

/// A command's too.
#[test]
fn of_a_command_too() {
    let installation = with_tools(Installation::new()).tool("trapping", doing("unreachable"), "");
    let service = Service::of(installation);
    let task = service.open();
    service.call(&task, "trapping", &json!({})).answers("failed");
    let worker = service.worker();
    service.call(&task, "trapping", &json!({})).answers("failed");
    assert_eq!(service.worker(), worker);
}

/// A worker that was killed while nobody used it is replaced, and no call fails.
#[test]
fn a_killed_worker_is_replaced() {
    let service = service();
    let task = service.open();
    for _ in 0..5 {
        service.call(&task, "typed.nothing", &json!({})).answers("ok");
        let worker = service.worker();
        worker.signal(Signal::KILL);
        assert!(worker.ends_within(Duration::from_secs(1)));
        service.call(&task, "typed.nothing", &json!({})).answers("ok");
        assert_ne!(service.worker().pid, worker.pid);
    }
}
