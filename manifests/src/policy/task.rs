//! Opening a task: what the policy says of it.
use std::collections::BTreeMap;
use std::time::Duration;

use super::{DEFAULT_TTL, Policy, TaskType};
use crate::budget::Budget;
use crate::nearest::did_you_mean;
use crate::pattern::{Binding, Bindings};
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

/// Which part of an opening the policy does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusedPart {
    /// The type of task, or the agent.
    Type,
    /// How long it would live.
    Ttl,
    /// A parameter.
    Parameters,
    /// What would be mounted at this guest path.
    Mount(String),
}

/// Why a policy does not let a task be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which part of it.
    pub part: RefusedPart,
    /// Why, in one line: for the operator, since it may name what only the policy knows.
    pub why: String,
}

impl Policy {
    /// Whether an agent may open a task of a type with a life, mounts (by guest path, and whether read-only was asked for)
    /// and parameters.
    ///
    /// # Errors
    /// Where it may not: which part, and why.
    pub fn task_terms(
        &self,
        agent: &str,
        task_type: &str,
        ttl: Option<Duration>,
        mounts: &BTreeMap<String, bool>,
        parameters: &BTreeMap<String, String>,
    ) -> Result<TaskTerms, Refused> {
        let of = |part: RefusedPart| move |why: String| Refused { part, why };
        if !self.agents().any(|known| known == agent) {
            return Err(of(RefusedPart::Type)(unknown("agent", agent, self.agents())));
        }
        let Some(found) = self.types.get(task_type) else {
            let known = self.types.keys().map(String::as_str);
            return Err(of(RefusedPart::Type)(unknown("type of task", task_type, known)));
        };
        if !found.agents.contains(agent) {
            let why = format!("the agent `{agent}` may not open a task of type `{task_type}`");
            return Err(of(RefusedPart::Type)(why));
        }
        let bindings = found.bindings(parameters).map_err(of(RefusedPart::Parameters))?;
        let mount = |(guest, read_only): (&String, &bool)| {
            found.mount(guest, *read_only, &bindings).map_err(of(RefusedPart::Mount(guest.clone())))
        };
        Ok(TaskTerms {
            ttl: found.life(ttl).map_err(of(RefusedPart::Ttl))?,
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
            Some(asked) if asked.is_zero() => Err("`--ttl` must be greater than zero".to_owned()),
            Some(asked) if asked > self.ttl => {
                let (asked, most) = (duration_text(asked), duration_text(self.ttl));
                Err(format!("a task of this type lives at most {most}, not {asked}"))
            }
            Some(asked) => Ok(asked),
        }
    }

    fn mount(&self, guest: &str, read_only: bool, bindings: &Bindings) -> Result<(String, MountTerms), String> {
        let Some(declared) = self.mounts.get(guest) else {
            return Err(unknown("mount", guest, self.mounts.keys().map(String::as_str)));
        };
        let under = declared.under.iter().map(|under| bound(under, bindings)).collect::<Result<_, _>>()?;
        let terms = MountTerms { under, read_only: declared.read_only || read_only };
        Ok((guest.to_owned(), terms))
    }
}

/// A host directory with the parameters' values in it, as literal text: none of them leads anywhere else.
fn bound(under: &str, bindings: &Bindings) -> Result<String, String> {
    let mut segments = Vec::new();
    for segment in under.split('/') {
        let whole = with_values(segment, bindings)?;
        let leads_away = |part: &str| matches!(part, "" | "." | "..");
        if whole != segment && (whole.split('/').any(leads_away) || whole.chars().any(char::is_control)) {
            return Err(format!("`{}` in `{under}` is no part of a host directory", whole.escape_debug()));
        }
        segments.push(whole);
    }
    Ok(segments.join("/"))
}

/// A text with each `{name}` in it replaced, once: a value is no template.
fn with_values(text: &str, bindings: &Bindings) -> Result<String, String> {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let Some(Binding { text, slash_ok }) = bindings.get(name) else {
            return Err(format!("there is no parameter `{}`", name.escape_debug()));
        };
        if text.contains('/') && !slash_ok {
            return Err(format!("the parameter `{name}` contains `/`, which its declaration does not admit"));
        }
        whole.push_str(before);
        whole.push_str(text);
        rest = after;
    }
    whole.push_str(rest);
    Ok(whole)
}

fn unknown<'k>(what: &str, name: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
    let help = did_you_mean(name, known).map(|help| format!(" ({help})")).unwrap_or_default();
    format!("the policy has no {what} `{}`{help}", name.escape_debug())
}
