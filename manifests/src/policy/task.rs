//! Opening a task: what the policy says of it.
use std::collections::BTreeMap;
use std::time::Duration;

use super::{DEFAULT_TTL, Policy, TaskType};
use crate::budget::Budget;
use crate::nearest::did_you_mean;
use crate::unit::duration_text;

/// What the policy lets a task have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskTerms {
    /// How long it lives.
    pub ttl: Duration,
    /// What it may use up.
    pub budget: Budget,
    /// What its agent may use up in a day, in tasks of this type.
    pub per_day: Budget,
    /// How many tasks of this type its agent may hold open.
    pub open_tasks: Option<u32>,
    /// How many tasks of this type its agent may open within an hour.
    pub tasks_per_hour: Option<u32>,
    /// How deep it may be narrowed.
    pub narrow: u32,
    /// The mounts that were asked for, by guest path.
    pub mounts: BTreeMap<String, MountTerms>,
}

/// What may be mounted at a guest path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountTerms {
    /// The host directories at or below one of which the mounted one lies, with the task's parameters bound: absolute, below
    /// `~/`, or relative to the policy's folder. Whoever mounts has to resolve them and to check that.
    pub under: Vec<String>,
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
        let mount = |(guest, read_only): (&String, &bool)| found.mount(guest, *read_only, parameters);
        Ok(TaskTerms {
            ttl: found.life(ttl)?,
            budget: found.budget,
            per_day: found.per_day,
            open_tasks: found.open_tasks,
            tasks_per_hour: found.tasks_per_hour,
            narrow: found.narrow,
            mounts: mounts.iter().map(mount).collect::<Result<_, _>>()?,
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

    fn mount(
        &self,
        guest: &str,
        read_only: bool,
        parameters: &BTreeMap<String, String>,
    ) -> Result<(String, MountTerms), String> {
        let Some(declared) = self.mounts.get(guest) else {
            return Err(unknown("mount", guest, self.mounts.keys().map(String::as_str)));
        };
        let under = declared.under.iter().map(|under| bound(under, parameters)).collect::<Result<_, _>>()?;
        let terms = MountTerms { under, read_only: declared.read_only || read_only };
        Ok((guest.to_owned(), terms))
    }
}

/// A host directory with the parameters' values in it: none of them leads anywhere else.
fn bound(under: &str, parameters: &BTreeMap<String, String>) -> Result<String, String> {
    let mut whole = under.to_owned();
    for (name, value) in parameters {
        let spelled = format!("{{{name}}}");
        if !under.contains(&spelled) {
            continue;
        }
        let leads_away = |segment: &str| matches!(segment, "" | "." | "..");
        if value.split('/').any(leads_away) || value.contains(['\0', '{', '}']) {
            return Err(format!(
                "the parameter `{name}` is `{}`, which is no part of a host directory",
                value.escape_debug()
            ));
        }
        whole = whole.replace(&spelled, value);
    }
    Ok(whole)
}

fn unknown<'k>(what: &str, name: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
    let help = did_you_mean(name, known).map(|help| format!(" ({help})")).unwrap_or_default();
    format!("the policy has no {what} `{}`{help}", name.escape_debug())
}
