//! A policy that lets tools do what a test is about, and what every test asks of the log afterwards.
use std::collections::HashSet;
use std::fs;
use std::time::SystemTime;

use toolward_tests::component::command;
use toolward_tests::{Installation, Said, audit, guest};

/// One type of task, `work`: all of `/repo`; every tool.
const POLICY: &str = r#"schema = 1
development = true
agents.coder = { owner = "ana@example.com" }

[types.work]
agents = ["coder"]
ttl = "30m"
mounts."/repo" = { under = "{root}", mode = "rw" }
files = [{ path = "/repo/**", allow = ["read", "list", "create", "write", "delete"] }]
tools = [{ name = "*", allow = ["call"] }]
"#;

const WRITER: &str = r#"
[command]
stdin = "none"
args = [{ field = "name" }]

[limits]
time = "8s"

[[files]]
path = "/repo/**"
allow = ["read", "list", "create", "write", "delete"]
why = "it is under test"
"#;

/// The longest that a call of `writer` may take: its time, and what is left for saying so.
pub(crate) const WRITERS_TIME: std::time::Duration = std::time::Duration::from_secs(9);

/// With tools `good`, `spinning` (for as long as 600 ms), and `writer`, which makes, changes and reads files whose names begin
/// with its input's `name`.
pub(crate) fn installation() -> Installation {
    with_tools(Installation::new())
}

/// The same, which compiles for itself.
pub(crate) fn with_tools(installation: Installation) -> Installation {
    let writer = fs::read(guest("busy_writer")).unwrap();
    let installation = installation.policy(POLICY).tool("good", doing(""), "").tool("writer", writer, WRITER);
    let installation = installation.tool("spinning", doing("(loop $l (br $l))"), "\n[limits]\ntime = \"600ms\"\n");
    installation.file("repo/pub/open.txt", "open")
}

/// A component that does this and then succeeds.
pub(crate) fn doing(body: &str) -> Vec<u8> {
    command(&format!(r#"(memory 1) (func (export "run") (result i32) {body} i32.const 0)"#))
}

/// The log verifies, and every file that `writer` has made or changed has its intent there; how many it has made.
pub(crate) fn effects_are_recorded(installation: &Installation) -> usize {
    let records = audit::records(&installation.path("home"), &installation.path("tmp"));
    let of = |op: &str| -> HashSet<&str> {
        records.iter().filter(|record| record.text("op") == op).map(|record| record.text("resource")).collect()
    };
    let (created, written) = (of("create"), of("write"));
    let names = fs::read_dir(installation.path("repo/pub")).unwrap();
    let made = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).filter(|name| name.contains('-'));
    let made: Vec<String> = made.map(|name| format!("/repo/pub/{name}")).collect();
    let unrecorded: Vec<&String> = made.iter().filter(|path| !created.contains(path.as_str())).collect();
    assert!(unrecorded.is_empty(), "{} of {} files have no record: {unrecorded:?}", unrecorded.len(), made.len());
    assert!(installation.text("repo/pub/open.txt") == "open" || written.contains("/repo/pub/open.txt"));
    made.len()
}

/// It says that Toolward could not do its work, and why. What the program logs may stand beside it.
pub(crate) fn is_clear(said: &Said) -> bool {
    said.0.code == Some(6)
        && !said.0.stdout.contains("\"output\"")
        && said.0.stderr.lines().any(|line| line.starts_with("error: "))
}

/// Numbers that differ from run to run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new() -> Self {
        Self(SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64)
    }

    /// At random below a bound.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}
