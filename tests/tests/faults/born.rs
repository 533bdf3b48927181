//! What a worker is born with, as the kernel tells it: nothing but its socket and its code.
use std::fs;

use serde_json::json;
use toolward_tests::Service;
use toolward_tests::processes::Process;

use super::fixture::installation;

/// What a worker has open: its socket (also in place of standard input), nothing as output, its code, and what its clock
/// and its timers need.
const OPEN: [&str; 5] = ["socket:", "/dev/null", "/memfd:", "anon_inode:[eventpoll]", "anon_inode:[eventfd]"];
/// More of these than it ever has.
const MOST: usize = 16;

fn status<'a>(text: &'a str, field: &str) -> &'a str {
    let found = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    found.unwrap_or_else(|| panic!("no `{field}` in {text}")).trim()
}

fn is_walled(worker: &Process, broker: u32) {
    assert_eq!(worker.parent, broker);
    assert_eq!(worker.args[..2], ["toolward-worker".to_owned(), broker.to_string()]);
    let text = fs::read_to_string(worker.file("status")).unwrap();
    for (field, value) in [("NoNewPrivs", "1"), ("Seccomp", "2"), ("CoreDumping", "0"), ("PPid", &broker.to_string())] {
        assert_eq!(status(&text, field), value, "{field}");
    }
    let session_of_broker = fs::read_to_string(format!("/proc/{broker}/status")).unwrap();
    // Linux shares processor time out among sessions first: a worker with one of its own was starved on a busy machine.
    assert_eq!(status(&text, "NSsid"), status(&session_of_broker, "NSsid"), "its session");
    assert_eq!(status(&text, "NSpgid"), worker.pid.to_string(), "its process group");
    for field in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
        // Whoever has no capability cannot lower the bounding set, and under no_new_privs has no use for it.
        let bounding_of_a_user = field == "CapBnd" && !rustix::process::geteuid().is_root();
        assert!(bounding_of_a_user || status(&text, field) == "0000000000000000", "{field}: {text}");
    }
    assert_eq!(fs::read_link(worker.file("cwd")).unwrap().to_str(), Some("/"));
    assert_eq!(fs::read(worker.file("environ")).unwrap(), b"", "its environment");
    let open = fs::read_dir(worker.file("fd")).unwrap().map(|entry| fs::read_link(entry.unwrap().path()).unwrap());
    let open: Vec<String> = open.map(|target| target.display().to_string()).collect();
    let strange: Vec<&String> = open.iter().filter(|target| !OPEN.iter().any(|own| target.starts_with(own))).collect();
    assert!(strange.is_empty() && open.len() <= MOST, "{open:?}");
}

/// Before its first call and after many, whatever the guest had open.
#[test]
fn a_worker_has_nothing_but_its_socket() {
    if !rustix::process::geteuid().is_root() {
        toolward_tests::skipped("only root can look into a worker");
        return;
    }
    let service = Service::of(installation());
    let task = service.open();
    service.call(&task, "good", &json!({})).answers("ok");
    is_walled(&service.worker(), service.pid());
    service.call(&task, "writer", &json!({"name": "x"})).answers("ok");
    service.call(&task, "writer", &json!({"name": "y"})).answers("ok");
    for worker in service.workers() {
        is_walled(&worker, service.pid());
    }
}
