//! Opening a task: what the policy says of it.
use std::collections::BTreeMap;
use std::time::Duration;

use super::{DEFAULT_TTL, Policy, TaskType};
use crate::nearest::did_you_mean;
use crate::unit::duration_text;

/// What the policy lets a task have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskTerms {
    /// How long it lives.
    pub ttl: Duration,
    /// How many calls it may make.
    pub budget_calls: Option<u64>,
    /// The mounts that were asked for, by guest path.
    pub mounts: BTreeMap<String, MountTerms>,
}

/// What may be mounted at a guest path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountTerms {
    /// The host directory at or below which the mounted one lies, as written: absolute, below `~/`, or relative to the
    /// policy's folder. Whoever mounts has to resolve it and to check that.
    pub under: String,
    /// Whether nothing is written through it, whatever the rules say.
    pub read_only: bool,
}

impl Policy {
    /// Whether an agent may open a task of a type with a life, mounts (by guest path, and whether read-only was asked for)
    /// and parameters.
    ///
    /// # Errors
    /// Why not, in one line.
    pub fn check_task(
        &self,
        agent: &str,
        task_type: &str,
        ttl: Option<Duration>,
        mounts: &BTreeMap<String, bool>,
        parameters: &BTreeMap<String, String>,
    ) -> Result<TaskTerms, String> {
        if !self.agents().any(|known| known == agent) {
            return Err(unknown("agent", agent, self.agents()));
        }
        let Some(found) = self.types.get(task_type) else {
            return Err(unknown("type of task", task_type, self.types.keys().map(String::as_str)));
        };
        if !found.agents.contains(agent) {
            return Err(format!("the agent `{agent}` may not open a task of type `{task_type}`"));
        }
        found.bindings(parameters)?;
        Ok(TaskTerms {
            ttl: found.life(ttl)?,
            budget_calls: found.budget_calls,
            mounts: mounts.iter().map(|(guest, ro)| found.mount(guest, *ro)).collect::<Result<_, _>>()?,
        })
    }
}

impl TaskType {
    fn life(&self, asked: Option<Duration>) -> Result<Duration, String> {
        match asked {
            None => Ok(DEFAULT_TTL.min(self.ttl)),
            Some(asked) if asked.is_zero() => Err("a task that lives no time is none".to_owned()),
            Some(asked) if asked > self.ttl => {
                let (asked, most) = (duration_text(asked), duration_text(self.ttl));
                Err(format!("a task of this type lives at most {most}, not {asked}"))
            }
            Some(asked) => Ok(asked),
        }
    }

    fn mount(&self, guest: &str, read_only: bool) -> Result<(String, MountTerms), String> {
        let Some(declared) = self.mounts.get(guest) else {
            return Err(unknown("mount", guest, self.mounts.keys().map(String::as_str)));
        };
        let terms = MountTerms { under: declared.under.clone(), read_only: declared.read_only || read_only };
        Ok((guest.to_owned(), terms))
    }
}

fn unknown<'k>(what: &str, name: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
    let help = did_you_mean(name, known).map(|help| format!(" ({help})")).unwrap_or_default();
    format!("the policy has no {what} `{}`{help}", name.escape_debug())
}
