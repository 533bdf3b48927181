//! All workers of a broker: started at a task's first call of a tool, used again by its next, ended with the task.
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use toolward_manifests::Limits;

use super::lease::Lease;
use super::process::Worker;
use super::wire::Setup;
use crate::component::Digest;
use crate::failure::Failure;
use crate::scope_digest::ScopeDigest;
use crate::sealed::{Memory, Sealed};
use crate::walls::Enforced;

/// How long a worker that nobody uses is kept.
const IDLE: Duration = Duration::from_secs(60);
/// How many wait for a call at most, of all agents.
const MAX_IDLE: usize = 64;
/// How many of one agent, unless the home's `config.toml` says otherwise.
const MAX_IDLE_OF_AGENT: usize = 16;
/// Memory of a worker's own beside that of its guest, in bytes: heap, stacks, the values that a host call hands over.
const OWN_MEMORY: u64 = 256 << 20;
/// The most bytes of host memory for one byte of a function's output (`Callee::hostcall_fuel`).
const HELD_PER_BYTE: u64 = 40;

/// Who uses a worker: one tool of one task, under one scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The task; empty where the worker is asked for a signature alone.
    pub task: String,
    /// The agent whose task it is: how many of its workers wait is bounded.
    pub agent: String,
    /// The tool's name; of a typed tool with that of the function, since rules are by this name.
    pub tool: String,
    /// What decides about it, all layers together.
    pub scope: ScopeDigest,
}

impl User {
    /// Somebody who only looks at a tool, or runs it by hand.
    #[must_use]
    pub fn of_nobody(tool: &str) -> Self {
        Self { task: String::new(), agent: String::new(), tool: tool.to_owned(), scope: ScopeDigest::default() }
    }
}

/// What a worker belongs to. A worker is used again only under an equal key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    user: User,
    sha256: Digest,
    setup: Setup,
}

impl Key {
    /// A user with the component that it runs, and with what bounds its worker.
    #[must_use]
    pub fn new(user: User, sha256: &Digest, limits: &Limits, writes: bool) -> Self {
        let held =
            limits.output.saturating_mul(HELD_PER_BYTE).saturating_add(limits.input.saturating_mul(HELD_PER_BYTE));
        let memory = limits.memory.saturating_add(held).saturating_add(OWN_MEMORY);
        let setup = Setup { stack: limits.stack, memory, open_files: limits.open_files, writes };
        Self { user, sha256: *sha256, setup }
    }
}

struct Idle {
    key: Key,
    worker: Worker,
    since: Instant,
}

/// Starts a worker that is given no code, and answers how high its walls are.
///
/// # Errors
/// Where none can be started, in a few words.
pub fn tried() -> Result<Enforced, String> {
    let nobody = User::of_nobody("");
    let key = Key::new(nobody, &Digest([0; 32]), &Limits::default(), false);
    let none = Memory::new("code").and_then(Memory::seal).map_err(|error| error.to_string())?;
    let mut worker = Worker::blank().map_err(|error| error.to_string())?;
    worker.set_up(&key.setup, &none).map_err(|error| error.to_string())?;
    worker.walls().map_err(|fall| fall.how)
}

/// Those of one broker.
pub struct Workers {
    /// In the order in which they were used, the last one last.
    idle: Mutex<Vec<Idle>>,
    /// How many of one agent may wait.
    idle_of_agent: AtomicUsize,
    /// One that was started before it was known for what.
    blank: Mutex<Option<Worker>>,
}

impl Default for Workers {
    fn default() -> Self {
        let idle_of_agent = AtomicUsize::new(MAX_IDLE_OF_AGENT);
        Self { idle: Mutex::default(), idle_of_agent, blank: Mutex::default() }
    }
}

impl Workers {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets so many wait of one agent's tasks.
    pub fn keep_of_agent(&self, most: usize) {
        self.idle_of_agent.store(most, Ordering::Relaxed);
    }

    /// The tasks whose workers wait.
    #[must_use]
    pub fn tasks(&self) -> HashSet<String> {
        self.idle().iter().map(|idle| idle.key.user.task.clone()).collect()
    }

    /// Ends those of a task.
    pub fn end_those_of(&self, task: &str) {
        self.idle().retain(|idle| idle.key.user.task != task);
    }

    /// A worker for one call, which may take so long: one that waits, or else a new one that is given this code.
    ///
    /// # Errors
    /// Where there is no code, or no process can be started.
    pub fn lease(
        self: &Arc<Self>,
        key: Key,
        time: Duration,
        code: impl FnOnce() -> Result<Sealed, Failure>,
    ) -> Result<Lease, Failure> {
        let (mut worker, reused) = match self.waiting(&key) {
            Some(worker) => (worker, true),
            None => (self.started(&key, &code()?)?, false),
        };
        worker.used_for(time);
        Ok(Lease::new(worker, key, self, reused))
    }

    /// A new one that is given this code.
    fn started(&self, key: &Key, code: &Sealed) -> Result<Worker, Failure> {
        let blank = self.blank.lock().unwrap_or_else(PoisonError::into_inner).take();
        let started = blank.map_or_else(Worker::blank, Ok).and_then(|mut worker| {
            worker.set_up(&key.setup, code)?;
            Ok(worker)
        });
        started.map_err(|error| Failure::of_own_io("a worker cannot be started here", &error))
    }

    /// Starts a worker for whoever wants the next new one, so that the one need not wait for the other. Where none can be
    /// started that is seen then.
    pub fn prepare(&self) {
        let blank = Worker::blank().ok();
        *self.blank.lock().unwrap_or_else(PoisonError::into_inner) = blank;
    }

    /// Ends those of tasks that are over, and those that nobody has used for long.
    pub fn keep_only(&self, open: impl Fn(&str) -> bool) {
        self.idle().retain(|idle| idle.since.elapsed() < IDLE && open(&idle.key.user.task));
    }

    /// Ends all that wait for a call: something was short, and they hold memory, threads and descriptors.
    pub fn let_go(&self) {
        self.idle().clear();
        drop(self.blank.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Whether none waits for a call.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.idle().is_empty()
    }

    /// Takes one that waits. Others of the same tool in the same task, with another scope, component or bounds, are from before
    /// these changed: they end.
    fn waiting(&self, key: &Key) -> Option<Worker> {
        let mut idle = self.idle();
        let (task, tool) = (&key.user.task, &key.user.tool);
        idle.retain(|idle| idle.key.user.task != *task || idle.key.user.tool != *tool || idle.key == *key);
        while let Some(at) = idle.iter().rposition(|idle| idle.key == *key) {
            let mut found = idle.remove(at);
            if found.worker.is_idle() {
                return Some(found.worker);
            }
        }
        None
    }

    /// Takes one back whose call has ended well. Of too many the one that waits longest is ended: of this agent's where it has
    /// too many, else of the agent's that has the most.
    pub(super) fn take_back(&self, key: Key, worker: Worker) {
        let mut idle = self.idle();
        idle.push(Idle { key, worker, since: Instant::now() });
        let agents: Vec<&str> = idle.iter().map(|idle| idle.key.user.agent.as_str()).collect();
        let surplus = surplus(&agents, self.idle_of_agent.load(Ordering::Relaxed), MAX_IDLE);
        let ended = surplus.map(|at| idle.remove(at));
        drop(idle);
        drop(ended);
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which of the workers that wait is one too many, by the agents that they are of, the one that waits longest first.
fn surplus(agents: &[&str], of_agent: usize, of_all: usize) -> Option<usize> {
    let count = |agent: &str| agents.iter().filter(|other| **other == agent).count();
    let last = agents.last()?;
    let agent = if count(last) > of_agent {
        last
    } else if agents.len() > of_all {
        agents.iter().max_by_key(|agent| count(agent))?
    } else {
        return None;
    };
    agents.iter().position(|other| other == agent)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "Another tool, another task, another scope: another process."
    #[test]
    fn every_difference_makes_another_key() {
        let user = || User { task: "t_1".to_owned(), scope: ScopeDigest::of(["a"]), ..User::of_nobody("text.sum") };
        let (digest, limits) = (Digest([1; 32]), Limits::default());
        let key = |user, writes| Key::new(user, &digest, &limits, writes);
        let same = key(user(), false);
        assert_eq!(same, key(user(), false));
        assert_ne!(same, key(User { task: "t_2".to_owned(), ..user() }, false));
        assert_ne!(same, key(User { tool: "text.diff".to_owned(), ..user() }, false));
        assert_ne!(same, key(User { scope: ScopeDigest::of(["b"]), ..user() }, false));
        assert_ne!(same, key(user(), true));
        assert_ne!(same, Key::new(user(), &Digest([2; 32]), &limits, false));
    }

    #[test]
    fn the_one_that_waits_longest_of_whom_has_too_many_is_ended() {
        assert_eq!(surplus(&["a", "b", "a"], 2, 4), None);
        assert_eq!(surplus(&["b", "a", "a", "a"], 2, 8), Some(1));
        assert_eq!(surplus(&["c", "a", "b", "b"], 2, 3), Some(2));
        assert_eq!(surplus(&[], 2, 3), None);
        assert_eq!(surplus(&["a"], 0, 3), Some(0));
    }
}
