//! The processes of this machine, as /proc shows them (proc(5)).
use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// The names (`argv[0]`) under which the program is no command: the argument after it is the process that started it.
const HELPERS: [&str; 2] = ["toolward-worker", "toolward-compiler"];

/// One process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// The number of its parent.
    pub parent: u32,
    /// Its arguments, the name under which it was started first.
    pub args: Vec<String>,
}

impl Process {
    fn of(pid: u32) -> Option<Self> {
        let args = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        let args = args.split(|byte| *byte == 0).map(|arg| String::from_utf8_lossy(arg).into_owned()).collect();
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name in parentheses may hold anything; after it come the state and the parent.
        let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
        Some(Self { pid, parent, args })
    }

    fn is_started_by(&self, pid: u32) -> bool {
        self.args.get(1).is_some_and(|by| *by == pid.to_string())
    }

    /// A file of this process below /proc.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        format!("/proc/{}/{name}", self.pid).into()
    }

    /// Sends it a signal, if it is still there.
    ///
    /// # Panics
    /// Where it has no number that a process can have.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.pid).unwrap()).unwrap();
        // It may have ended by itself.
        let _gone = kill_process(pid, signal);
    }

    /// Whether it runs: an end that nobody has waited for yet is an end, once its last thread has come to it. One that is about
    /// to end has no arguments any more.
    #[must_use]
    pub fn runs(&self) -> bool {
        let is_zombie = fs::read_to_string(self.file("stat")).is_ok_and(|stat| stat.contains(") Z "));
        let threads = fs::read_dir(self.file("task")).map_or(0, Iterator::count);
        let ended = threads == 0 || is_zombie && threads == 1;
        !ended && Self::of(self.pid).is_some_and(|now| now.args == self.args || now.args.concat().is_empty())
    }

    /// Whether it ends within this time.
    #[must_use]
    pub fn ends_within(&self, most: Duration) -> bool {
        within(most, || !self.runs())
    }
}

/// The children of a process, those among them that have ended and were not waited for.
#[must_use]
pub fn children_of(parent: u32) -> Vec<Process> {
    all().filter(|process| process.parent == parent).collect()
}

/// The workers whose parent is this process.
#[must_use]
pub fn workers_of(broker: u32) -> Vec<Process> {
    let is_worker = |process: &Process| process.args.first().is_some_and(|name| name == HELPERS[0]);
    all().filter(|process| process.parent == broker && is_worker(process)).collect()
}

/// The worker of a process that has, or soon has, one; none where that does not come about.
#[must_use]
pub fn worker_of(broker: u32, most: Duration) -> Option<Process> {
    let mut found = None;
    within(most, || {
        found = workers_of(broker).pop();
        found.is_some()
    });
    found
}

/// Workers and compilers that this process has started, whoever is their parent now.
#[must_use]
pub fn left_by(broker: u32) -> Vec<Process> {
    let helps = |process: &Process| process.args.first().is_some_and(|name| HELPERS.contains(&name.as_str()));
    all().filter(|process| helps(process) && process.is_started_by(broker)).collect()
}

/// Nothing that a process has started is there any more, soon after its end.
///
/// # Panics
/// Where something is.
pub fn nothing_is_left_by(broker: u32) {
    let gone = within(Duration::from_secs(1), || left_by(broker).is_empty());
    assert!(gone, "left by {broker}: {:?}", left_by(broker));
}

/// Whether something comes about within this time.
pub fn within(most: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    loop {
        if is_so() {
            return true;
        }
        if began.elapsed() > most {
            return false;
        }
        sleep(Duration::from_micros(500));
    }
}

fn all() -> impl Iterator<Item = Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter_map(Process::of)
}
