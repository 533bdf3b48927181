//! The directories that a broker holds open for its tasks: counted by agent, and let go when their task ends.
use std::collections::HashMap;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::process::{Resource, getrlimit};

use crate::failure::{Exit, Failure};
use crate::notice::Notice;

/// Directories that clients have passed, by task: a broker of its own user may not find them by name.
#[derive(Debug, Clone, Default)]
pub struct Held(Arc<Mutex<All>>);

#[derive(Debug, Default)]
struct All {
    by_task: HashMap<String, Directories>,
    /// How many are held, or about to be, by agent.
    by_agent: HashMap<String, usize>,
}

/// Those of one task, in the task's order.
#[derive(Debug)]
struct Directories {
    agent: String,
    open: Vec<OwnedFd>,
}

/// Room for the directories of a task that is about to be opened; given back when this is dropped.
#[derive(Debug)]
#[must_use = "room that is not used is given back"]
pub(super) struct Room {
    held: Held,
    agent: String,
    count: usize,
}

impl Held {
    /// Room for directories of a task of this agent, which may hold so many.
    pub(super) fn room(&self, agent: &str, count: usize, most: usize) -> Result<Room, Failure> {
        let mut all = self.all();
        let own = all.by_agent.get(agent).copied().unwrap_or(0);
        if count > 0 && own.saturating_add(count) > most {
            let message = format!("the tasks of `{agent}` hold {own} directories open, and no more than {most} may be");
            return Err(Failure::new(Exit::Limit, message)
                .help("close one that is done: `toolward task close`; `directories` in `[quotas]` is the limit")
                .notice(Notice::TooManyMounts));
        }
        // No agent's quota may add up to all that there is: what is left keeps the broker able to act.
        let (used, total) = (all.by_agent.values().sum::<usize>(), descriptors() / 2);
        if count > 0 && used.saturating_add(count) > total {
            let message = format!("tasks hold {used} directories open, and no more than {total} may be");
            return Err(Failure::internal(message)
                .help("close tasks that are done, or raise the broker's limit (`ulimit -n`)")
                .notice(Notice::Busy));
        }
        *all.by_agent.entry(agent.to_owned()).or_default() += count;
        drop(all);
        Ok(Room { held: self.clone(), agent: agent.to_owned(), count })
    }

    /// Lets go of those of a task.
    pub fn release(&self, task: &str) {
        let gone = self.all().take(task);
        // Closed where nobody waits for it.
        drop(gone);
    }

    /// The tasks for which directories are held.
    pub(super) fn tasks(&self) -> Vec<String> {
        self.all().by_task.keys().cloned().collect()
    }

    /// One of them, if it is held.
    pub(super) fn get(&self, task: &str, at: usize) -> io::Result<Option<OwnedFd>> {
        self.all().by_task.get(task).and_then(|own| own.open.get(at)).map(OwnedFd::try_clone).transpose()
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl All {
    fn take(&mut self, task: &str) -> Option<Directories> {
        let gone = self.by_task.remove(task)?;
        self.give_back(&gone.agent, gone.open.len());
        Some(gone)
    }

    fn give_back(&mut self, agent: &str, count: usize) {
        if let Some(own) = self.by_agent.get_mut(agent) {
            *own = own.saturating_sub(count);
            if *own == 0 {
                self.by_agent.remove(agent);
            }
        }
    }
}

impl Room {
    /// Holds them for a task that is open now.
    pub(super) fn hold(mut self, task: &str, open: Vec<OwnedFd>) {
        let mut all = self.held.all();
        // As many as there was room for, which is now theirs.
        let spare = std::mem::take(&mut self.count).saturating_sub(open.len());
        all.give_back(&self.agent, spare);
        if !open.is_empty() {
            all.by_task.insert(task.to_owned(), Directories { agent: self.agent.clone(), open });
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.held.all().give_back(&self.agent, self.count);
    }
}

/// How many descriptors this process may have.
pub(crate) fn descriptors() -> usize {
    getrlimit(Resource::Nofile).current.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    fn directory() -> OwnedFd {
        File::open("/").unwrap().into()
    }

    #[test]
    fn an_agent_holds_no_more_than_its_quota_and_gets_back_what_ends() {
        let held = Held::default();
        held.room("a", 2, 3).unwrap().hold("t_1", vec![directory(), directory()]);
        assert_eq!(held.room("a", 2, 3).unwrap_err().exit, Exit::Limit);
        held.room("b", 3, 3).unwrap().hold("t_2", vec![directory(), directory(), directory()]);
        // A task that was not opened after all holds nothing.
        drop(held.room("a", 1, 3).unwrap());
        held.room("a", 1, 3).unwrap().hold("t_3", vec![directory()]);
        held.release("t_1");
        assert!(held.get("t_1", 0).unwrap().is_none() && held.get("t_3", 0).unwrap().is_some());
        drop(held.room("a", 2, 3).unwrap());
        for task in held.tasks() {
            held.release(&task);
        }
        assert!(held.all().by_agent.is_empty());
    }

    #[test]
    fn a_task_without_mounts_needs_no_room() {
        let held = Held::default();
        held.room("a", 0, 0).unwrap().hold("t_1", Vec::new());
        assert!(held.tasks().is_empty());
    }
}
