//! The memory that all requests of a broker may hold at once: what cannot be reserved is refused before any work begins.
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use toolward_manifests::Limits;

use crate::cgroup;
use crate::failure::Failure;
use crate::json::Size;
use crate::notice::Notice;

/// The least that a broker works with, in bytes.
pub(crate) const LEAST_MEMORY: u64 = 64 << 20;
/// The most that is taken without being asked for, in bytes.
const MOST_BY_DEFAULT: u64 = 4 << 30;
/// How long a request waits for memory that others hold.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a call holds beside its input and its output, in bytes: a worker's largest frame (1 MiB), the replies that it has
/// not taken (8 MiB), the names that were listed last and their questions (1.7 MiB), records and buffers.
const CALL_BYTES: u64 = 12 << 20;
/// How many trees of its input a call holds: one for the rules, one for the guest.
const INPUT_TREES: u64 = 2;
/// The memory for one byte of a function's input, in bytes: a byte as a value of its own.
const BYTES_PER_ARGUMENT_BYTE: u64 = 40;
/// The memory that reading an output takes for one byte of it, in bytes: a copy without white space, and a list of keys.
const BYTES_PER_OUTPUT_BYTE: u64 = 8;

/// A broker's memory.
#[derive(Debug, Clone)]
pub struct Memory {
    /// What requests hold from their beginning to their end.
    held: Arc<Pool>,
    /// What they hold only while an output is read: nobody who has a part of it waits for anything else.
    reading: Arc<Pool>,
}

impl Memory {
    /// So many bytes, a quarter of them for reading outputs.
    #[must_use]
    pub fn of(bytes: u64) -> Self {
        let reading = bytes / 4;
        Self { held: Arc::new(Pool::new(bytes - reading)), reading: Arc::new(Pool::new(reading)) }
    }

    /// As much as one process likes: a command makes one call, and ends.
    #[must_use]
    pub fn unbounded() -> Self {
        Self::of(u64::MAX)
    }

    /// A quarter of what this process may have.
    #[must_use]
    pub fn by_default() -> Self {
        Self::of((available() / 4).clamp(LEAST_MEMORY, MOST_BY_DEFAULT))
    }

    /// Reserves bytes for an agent's request, which holds `had` of them already. Beside one request alone, an agent may hold half
    /// of all. Waits for others to end, for a limited time.
    ///
    /// # Errors
    /// Where they are not to be had.
    pub(crate) fn reserve(&self, agent: &str, had: u64, bytes: u64) -> Result<Reserved, Failure> {
        self.held.take(Some(agent), had, bytes, PATIENCE)
    }

    /// Runs what reads an output of so many bytes, of which a tree takes `tree` more, once there is room for it.
    pub(crate) fn reading<T>(&self, bytes: usize, tree: u64, read: impl FnOnce() -> T) -> Result<T, Failure> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(BYTES_PER_OUTPUT_BYTE);
        // What is larger than all of it has it alone. Whoever has it reads at once, so this ends without a limit.
        let wanted = bytes.saturating_add(tree).min(self.reading.total);
        let _room = self.reading.take(None, 0, wanted, Duration::MAX)?;
        Ok(read())
    }
}

/// The most memory that a call holds, in bytes.
pub(crate) fn of_call(limits: &Limits, input: &Size, is_function: bool) -> u64 {
    let arguments = if is_function { BYTES_PER_ARGUMENT_BYTE } else { 2 };
    let text = u64::try_from(input.bytes).unwrap_or(u64::MAX).saturating_mul(arguments);
    // Standard output as it is, and once more as JSON.
    let output = limits.output.saturating_mul(2);
    let trees = input.tree_bytes().saturating_mul(INPUT_TREES);
    CALL_BYTES.saturating_add(text).saturating_add(output).saturating_add(trees)
}

/// Bytes that can be taken and given back.
#[derive(Debug)]
struct Pool {
    total: u64,
    taken: Mutex<Taken>,
    given_back: Condvar,
}

#[derive(Debug, Default)]
struct Taken {
    all: u64,
    by_agent: HashMap<String, u64>,
}

/// Bytes of a pool, given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Reserved {
    pool: Arc<Pool>,
    agent: Option<String>,
    bytes: u64,
}

impl Pool {
    fn new(total: u64) -> Self {
        Self { total, taken: Mutex::default(), given_back: Condvar::new() }
    }

    fn take(
        self: &Arc<Self>,
        agent: Option<&str>,
        had: u64,
        bytes: u64,
        patience: Duration,
    ) -> Result<Reserved, Failure> {
        if had.saturating_add(bytes) > self.total {
            let message = format!("this needs {} MiB, and the broker may use {} MiB", bytes >> 20, self.total >> 20);
            return Err(Failure::internal(message)
                .help("`memory` in `[quotas]` of the home's `config.toml` is what it may use; a tool's limits `output` and `input` say what it needs"));
        }
        let began = Instant::now();
        let mut taken = self.taken();
        while !self.has_room(&taken, agent, had, bytes) {
            let left = patience.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Err(Failure::internal("the broker's memory is in use by other calls").notice(Notice::Busy));
            }
            let waited = self.given_back.wait_timeout(taken, left.min(Duration::from_secs(60)));
            taken = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        taken.all += bytes;
        if let Some(agent) = agent {
            *taken.by_agent.entry(agent.to_owned()).or_default() += bytes;
        }
        Ok(Reserved { pool: Arc::clone(self), agent: agent.map(str::to_owned), bytes })
    }

    /// Whether so much is left: for an agent with other requests, within its half.
    fn has_room(&self, taken: &Taken, agent: Option<&str>, had: u64, bytes: u64) -> bool {
        let own = agent.and_then(|agent| taken.by_agent.get(agent)).copied().unwrap_or(0);
        let has_others = own > had;
        let within_its_half = !has_others || own.saturating_add(bytes) <= self.total / 2;
        within_its_half && taken.all.saturating_add(bytes) <= self.total
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reserved {
    /// How many they are.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        let mut taken = self.pool.taken();
        taken.all = taken.all.saturating_sub(self.bytes);
        if let Some(agent) = &self.agent
            && let Some(own) = taken.by_agent.get_mut(agent)
        {
            *own = own.saturating_sub(self.bytes);
            if *own == 0 {
                taken.by_agent.remove(agent);
            }
        }
        drop(taken);
        self.pool.given_back.notify_all();
    }
}

/// The memory that this process may have, in bytes: the machine's, its control group's, or its own limit.
fn available() -> u64 {
    let limit = |resource| rustix::process::getrlimit(resource).current;
    let limits = [limit(rustix::process::Resource::As), limit(rustix::process::Resource::Data)];
    // Where nothing tells, as little as a broker works with.
    [of_machine(), cgroup::memory()].into_iter().chain(limits).flatten().min().unwrap_or(LEAST_MEMORY)
}

/// The memory of this machine, in bytes (proc_meminfo(5)).
fn of_machine() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reserved_is_given_back() {
        let pool = Arc::new(Pool::new(100));
        let take = |agent, bytes| pool.take(Some(agent), 0, bytes, Duration::ZERO);
        let first = take("a", 60).unwrap();
        assert!(take("b", 50).is_err());
        drop(first);
        let _second = take("b", 100).unwrap();
        assert!(take("a", 1).unwrap_err().message.contains("in use"));
        assert!(take("a", 101).unwrap_err().message.contains("may use"));
    }

    #[test]
    fn one_agent_leaves_the_others_half() {
        let pool = Arc::new(Pool::new(100));
        let take = |agent, bytes| pool.take(Some(agent), 0, bytes, Duration::ZERO);
        let held: Vec<_> = (0..10).filter_map(|_| take("a", 10).ok()).collect();
        assert_eq!(held.len(), 5);
        assert!(take("b", 40).is_ok());
        drop(held);
        assert!(pool.taken().by_agent.is_empty());
    }

    #[test]
    fn what_a_request_holds_already_is_not_another_request() {
        let pool = Arc::new(Pool::new(100));
        let frame = pool.take(Some("a"), 0, 5, Duration::ZERO).unwrap();
        assert!(pool.take(Some("a"), 0, 80, Duration::ZERO).is_err());
        assert!(pool.take(Some("a"), frame.bytes(), 80, Duration::ZERO).is_ok());
        assert!(pool.take(Some("a"), frame.bytes(), 96, Duration::ZERO).is_err());
    }

    #[test]
    fn memory_is_waited_for() {
        let memory = Memory::of(400);
        let held = memory.reserve("a", 0, 300).unwrap();
        let other = memory.clone();
        let waiting = std::thread::spawn(move || other.reserve("b", 0, 200).map(drop));
        std::thread::sleep(Duration::from_millis(50));
        drop(held);
        waiting.join().unwrap().unwrap();
    }
}
