//! Guests that take without end: each ends at its limit, and soon.
use std::time::Duration;

use serde_json::json;
use toolward_tests::{Installation, Service, World, guest};

const SOON: Duration = Duration::from_secs(5);

/// Too much output ends a guest.
#[test]
pub(crate) fn stdout_flood() {
    let outcome = World::new().limits("output = \"64KiB\"\ntime = \"4s\"\n").run("stdout_flood");
    outcome.exits(124).ended_within(Duration::from_secs(3)).changed_nothing();
    assert!(outcome.ended.stdout.len() <= 65_536, "{} bytes came out", outcome.ended.stdout.len());
}

/// On standard error too.
#[test]
pub(crate) fn stderr_flood() {
    let outcome = World::new().limits("output = \"64KiB\"\ntime = \"4s\"\n").run("stderr_flood");
    outcome.exits(124).ended_within(Duration::from_secs(3)).changed_nothing();
    assert!(outcome.ended.stderr.len() <= 65_536 + 4_096, "{} bytes came out", outcome.ended.stderr.len());
}

/// Handles are limited.
#[test]
pub(crate) fn handle_flood() {
    let outcome = World::new().limits("handles = 128\n").run("handle_flood");
    outcome.ended_within(SOON).changed_nothing().exits(124);
    assert!(!outcome.ended.stdout.contains("got "), "{outcome}");
}

/// Open files are limited, and reaching the limit ends the call.
#[test]
pub(crate) fn open_file_flood() {
    let outcome = World::new().limits("open_files = 16\n").run("open_file_flood");
    outcome.exits(124).ended_within(SOON).changed_nothing();
    let opened = outcome.records().iter().filter(|record| record.access() == "files read /repo/pub/open.txt").count();
    assert!((1..=16).contains(&opened), "{opened} files were open: {outcome}");
}

/// A call's records are limited, and reaching the limit ends the call.
#[test]
pub(crate) fn record_flood() {
    let outcome = World::new().limits("records = 500\n").run("record_flood");
    outcome.exits(124).ended_within(SOON).changed_nothing();
    let records = outcome.records().len();
    assert!((500..=520).contains(&records), "{records} records: {outcome}");
}

/// The bytes of a call's records are limited, and so is each text in one; the record of the call itself always fits.
#[test]
pub(crate) fn log_bytes_flood() {
    let outcome = World::new().limits("log = \"1MiB\"\n").run("log_bytes_flood");
    outcome.exits(124).ended_within(SOON).changed_nothing();
    let records = outcome.records();
    let bytes: usize = records.iter().map(|record| record.line().len()).sum();
    assert!(records.len() > 100 && bytes <= 1 << 20, "{} records of {bytes} bytes: {outcome}", records.len());
    let last = records.last().unwrap();
    assert_eq!(
        (last.access(), last.text("error")),
        ("tools call probe".to_owned(), "the limit `log` was reached: 1MiB")
    );
}

/// Memory is limited: a polite request is refused, and a trap after a refused growth counts as the limit.
#[test]
pub(crate) fn memory_flood() {
    let outcome = World::new().limits("memory = \"16MiB\"\n").run("memory_flood");
    outcome.exits(124).ended_within(SOON).changed_nothing();
    assert!(!outcome.ended.stdout.contains("got "), "{outcome}");
}

/// The stack is limited.
#[test]
pub(crate) fn deep_recursion() {
    let outcome = World::new().limits("stack = \"256KiB\"\n").run("deep_recursion");
    outcome.exits(124).ended_within(SOON).changed_nothing();
    assert!(!outcome.ended.stdout.contains("got "), "{outcome}");
}

/// A guest that spins ends within 50 ms of its deadline, or of what a loaded machine makes of that.
#[test]
pub(crate) fn spinning() {
    let outcome = World::new().limits("time = \"300ms\"\n").run("spinning");
    outcome.exits(124).ended_within(Duration::from_millis(2_500)).changed_nothing();
}

/// One that sleeps in the host too.
#[test]
pub(crate) fn sleeping() {
    let outcome = World::new().limits("time = \"300ms\"\n").run("sleeping");
    outcome.exits(124).ended_within(Duration::from_millis(2_500)).changed_nothing();
}

/// One request for more bytes than there are does not take the host's memory.
#[test]
pub(crate) fn random_flood() {
    let outcome = World::new().run("random_flood");
    outcome.ended_within(SOON).changed_nothing();
    assert!(!outcome.ended.stdout.contains("got "), "{outcome}");
    assert!(matches!(outcome.ended.code, Some(124 | 134)), "{outcome}");
}

/// Sizes and offsets beyond every disk are errors of the guest, not of the host.
#[test]
pub(crate) fn sparse_file() {
    let outcome = World::new().run("sparse_file");
    outcome.exits(0).ended_within(SOON).changed_only(&["repo/pub/sparse"]);
    // Beyond the largest file that a worker makes the kernel would end it by a signal.
    for what in ["set size 1 TiB and a byte", "write at 1 TiB", "stream at 1 TiB"] {
        outcome.says(&format!("{what}: file-too-large\n"));
    }
}

/// An output is never made into a tree that costs a multiple of it: six at once leave the broker small, and alive.
#[test]
pub(crate) fn json_flood() {
    const POLICY: &str = "schema = 1\ndevelopment = true\nagents.coder = {}\n\n[types.work]\nagents = [\"coder\"]\n\
        mounts.\"/repo\" = { under = \"{root}\", mode = \"rw\" }\ntools = [{ name = \"*\", allow = [\"call\"] }]\n";
    let component = std::fs::read(guest("json_flood")).unwrap();
    let manifest = "\n[command]\noutput = \"json\"\n";
    let service = Service::of(Installation::new().policy(POLICY).tool("flood", component, manifest));
    let task = service.open();
    std::thread::scope(|scope| {
        for call in (0..6).map(|_| scope.spawn(|| service.call(&task, "flood", &json!({})))).collect::<Vec<_>>() {
            let said = call.join().unwrap();
            said.exits(0);
            assert!(said.0.stdout.contains(r#""output":[{"":0},{"":0},"#), "it is passed on as JSON");
        }
    });
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.pid())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(peak < 400 << 10, "the broker took {} MiB", peak >> 10);
}
