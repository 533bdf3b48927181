//! What an agent is told when something was not done: one closed list of texts.
//!
//! An agent is whoever holds a task's handle, or proves itself by a credential. Beside these texts it reads only its own words:
//! names, inputs, grants and guest paths that it gave itself. Host paths, rules of a policy, errors of the operating system and
//! schemas of tools that it may not call stand in the failure's message, which is for the operator and the log.
use std::fmt;

use serde::{Deserialize, Serialize};
use toolward_host_fns::shortage::Shortage;

use crate::failure::{Exit, Failure};
use crate::state::tasks::Life;

/// What kind of notice it is, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request, its input, its grant or its parameters are wrong.
    BadInput,
    /// There is no such tool in this task.
    NoSuchTool,
    /// The task was closed or revoked, or no task has this handle.
    TaskEnded,
    /// The task's time is over.
    TaskExpired,
    /// The agent was revoked.
    AgentRevoked,
    /// The policy does not load.
    PolicyBroken,
    /// The policy does not allow it.
    NotAllowed,
    /// A limit was reached.
    Limit,
    /// Toolward cannot do it now.
    Unavailable,
}

/// A part of an opening that a policy does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The type, or the agent.
    Type,
    /// How long the task would live.
    Ttl,
    /// A parameter.
    Parameters,
    /// What would be mounted at this guest path.
    Mount(String),
}

/// One text. What stands in the variants is the agent's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The input is wrong: what of it, in words about the input and the schema of a tool that the task may call; and that
    /// tool, where it is about one.
    BadInput(String, Option<String>),
    /// The input is longer, or has more values, than it may.
    InputTooLarge(String),
    /// A frame on the socket is no request.
    BadRequest(String),
    /// The grant does not load: the error, and its line with a caret.
    BadGrant(String, Option<String>),
    /// The grant and the parameters do not fit the policy.
    UnfitGrant,
    /// A task that lives no time was asked for.
    NoTime,
    /// There is no tool of this name in the task.
    NoSuchTool(String),
    /// A tool that the task may call does not load.
    ToolBroken(String),
    /// No task has the handle.
    NoSuchTask,
    /// The task is over.
    Over(Life),
    /// The agent was revoked.
    AgentRevoked(String),
    /// It is not proved that the caller is this agent: why, in fixed words.
    Unproved(String, String),
    /// No challenge was asked for before the claim.
    NoChallenge,
    /// The policy does not load.
    PolicyBroken,
    /// The policy has changed, and no longer lets the agent have this task.
    PolicyChanged,
    /// What was mounted at a guest path is no longer there.
    MountGone(String),
    /// The policy does not let this agent open such a task.
    NotAllowed(Part),
    /// The task may be narrowed no further.
    NotNarrowed,
    /// A narrowed task would live longer than its parent.
    LongerThanParent,
    /// The agent has as many tasks open as it may have.
    TooManyTasks,
    /// The agent has opened as many tasks within an hour as it may.
    TooManyOpenings,
    /// The tree has as many tasks as it may have.
    TreeFull,
    /// What is kept of the agent's tasks and calls has reached what a day allows.
    LogFull,
    /// The agent holds as many directories open as it may.
    TooManyMounts,
    /// The worker of this tool ended; whether its task was revoked for that.
    WorkerEnded(String, bool),
    /// The result could not be recorded.
    Withheld,
    /// Other requests use what this one needs.
    Busy,
    /// The machine is short of something.
    Short(Shortage),
    /// The machine does not provide something that tools need: its name.
    HostLacks(&'static str),
    /// The home's disk has too little room left to record calls.
    LowWater,
    /// The home's store cannot be used: why, in fixed words.
    Store(&'static str),
    /// Anything else.
    Unavailable,
}

impl Notice {
    /// What kind it is.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::BadInput(..)
            | Self::InputTooLarge(_)
            | Self::BadRequest(_)
            | Self::BadGrant(..)
            | Self::UnfitGrant
            | Self::NoTime => Code::BadInput,
            Self::NoSuchTool(_) => Code::NoSuchTool,
            Self::Over(Life::Expired) => Code::TaskExpired,
            Self::NoSuchTask | Self::Over(_) | Self::PolicyChanged | Self::MountGone(_) => Code::TaskEnded,
            Self::WorkerEnded(_, true) => Code::TaskEnded,
            Self::AgentRevoked(_) => Code::AgentRevoked,
            Self::PolicyBroken | Self::ToolBroken(_) => Code::PolicyBroken,
            Self::Unproved(..)
            | Self::NoChallenge
            | Self::NotAllowed(_)
            | Self::NotNarrowed
            | Self::LongerThanParent => Code::NotAllowed,
            Self::TooManyTasks | Self::TooManyOpenings | Self::TreeFull | Self::LogFull | Self::TooManyMounts => {
                Code::Limit
            }
            Self::WorkerEnded(_, false)
            | Self::Withheld
            | Self::Busy
            | Self::Short(_)
            | Self::HostLacks(_)
            | Self::LowWater
            | Self::Store(_)
            | Self::Unavailable => Code::Unavailable,
        }
    }

    /// The exit code; of [`Notice::Unavailable`] it is that of what went wrong.
    fn exit(&self) -> Exit {
        match self {
            Self::InputTooLarge(_) => Exit::Limit,
            Self::WorkerEnded(..) => Exit::Internal,
            _ => match self.code() {
                Code::BadInput | Code::NoSuchTool | Code::PolicyBroken => Exit::Usage,
                Code::TaskEnded | Code::TaskExpired | Code::AgentRevoked | Code::NotAllowed => Exit::Denied,
                Code::Limit => Exit::Limit,
                Code::Unavailable => Exit::Internal,
            },
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        let help: &str = match self {
            Self::BadInput(_, Some(tool)) => return format!("`toolward tool show {tool}` prints what it takes"),
            Self::BadInput(_, None) => "give it with `--input JSON`, `@FILE` or `-`",
            Self::InputTooLarge(_) => "give the tool a file to read, or make several calls",
            Self::BadRequest(_) => "a request is one JSON value in one frame",
            Self::BadGrant(..) => "`toolward manifest check` looks at grants too",
            Self::UnfitGrant => "look at the names of parameters in the grant, and at the parameters' values",
            Self::NoTime | Self::LongerThanParent => "leave `--ttl` out, or ask for another",
            Self::NoSuchTool(_) => "`toolward tool list` shows the tools of the task",
            Self::NoSuchTask => "a handle is what `toolward task open` prints; the id of a task proves nothing",
            Self::Over(_) | Self::PolicyChanged | Self::MountGone(_) => "open another with `toolward task open`",
            Self::AgentRevoked(_) => "revoking is for good: the operator adds an agent of another name",
            Self::Unproved(_, help) => help,
            Self::NoChallenge => "each challenge is good for one opening",
            Self::PolicyBroken | Self::ToolBroken(_) => "the operator sees the line with `toolward manifest check`",
            Self::NotAllowed(_) => "the policy says which agent may open which type of task, and with what",
            Self::NotNarrowed => "`narrow` in the policy's type of task says how deep",
            Self::TooManyTasks | Self::TreeFull | Self::TooManyMounts => {
                "close one that is done: `toolward task close`"
            }
            Self::TooManyOpenings => "use a task that is open, or wait",
            Self::LogFull => "wait until the next day",
            Self::WorkerEnded(_, true) => "its task was revoked: something broke out of the component sandbox",
            Self::WorkerEnded(_, false) => "the next call starts another",
            Self::Withheld | Self::Unavailable => {
                "the operator sees the reason in Toolward's log (`TOOLWARD_LOG=info`)"
            }
            Self::Busy | Self::Short(_) => "try again later",
            Self::HostLacks(_) | Self::Store(_) => "the operator sees more with `toolward doctor`",
            Self::LowWater => {
                "the operator makes room, or moves tasks that are over to a file with `toolward audit archive`"
            }
        };
        help.to_owned()
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadInput(what, _) | Self::InputTooLarge(what) | Self::BadRequest(what) | Self::BadGrant(what, _) => {
                f.write_str(what)
            }
            Self::UnfitGrant => f.write_str("the grant or a parameter does not fit the policy"),
            Self::NoTime => f.write_str("`--ttl` must be greater than zero"),
            Self::NoSuchTool(name) => write!(f, "there is no tool `{}`", own(name)),
            Self::ToolBroken(tool) => write!(f, "the tool `{}` does not load", own(tool)),
            Self::NoSuchTask => f.write_str("no task has this handle"),
            Self::Over(life) => f.write_str(match life {
                Life::Open => "the task cannot take this call",
                Life::Expired => "the task has expired",
                Life::Closed => "the task was closed",
                Life::Revoked => "the task was revoked",
            }),
            Self::AgentRevoked(agent) => write!(f, "the agent `{}` was revoked", own(agent)),
            Self::Unproved(why, _) => f.write_str(why),
            Self::NoChallenge => f.write_str("no challenge was asked for"),
            Self::PolicyBroken => f.write_str("the policy does not load, so nothing is allowed"),
            Self::PolicyChanged => f.write_str("the policy has changed, and no longer allows this task"),
            Self::MountGone(guest) => write!(f, "what was mounted at `{}` is no longer there", own(guest)),
            Self::NotAllowed(Part::Type) => f.write_str("the agent may not open a task of this type"),
            Self::NotAllowed(Part::Ttl) => f.write_str("a task of this type may not live so long"),
            Self::NotAllowed(Part::Parameters) => f.write_str("the parameters do not fit this type of task"),
            Self::NotAllowed(Part::Mount(guest)) => {
                write!(f, "this directory may not be mounted at `{}` in a task of this type", own(guest))
            }
            Self::NotNarrowed => f.write_str("this task may be narrowed no further"),
            Self::LongerThanParent => f.write_str("a narrowed task lives no longer than its parent"),
            Self::TooManyTasks => f.write_str("the agent has as many tasks open as it may have"),
            Self::TooManyOpenings => f.write_str("the agent has opened as many tasks within an hour as it may"),
            Self::TreeFull => f.write_str("the tree of this task has as many tasks as it may have"),
            Self::LogFull => f.write_str("what is kept of this agent's tasks and calls has reached what a day allows"),
            Self::TooManyMounts => f.write_str("the agent's tasks hold as many directories open as they may"),
            Self::WorkerEnded(tool, _) => write!(f, "the worker of `{tool}` ended"),
            Self::Withheld => f.write_str("the result is withheld, because it could not be recorded"),
            Self::Busy => f.write_str("this machine is busy with other requests"),
            Self::Short(shortage) => write!(f, "this machine cannot do this now: {shortage}"),
            Self::HostLacks(what) => write!(f, "this machine does not provide `{what}`"),
            Self::LowWater => {
                f.write_str("the home's disk is below its low-water mark, so that no call is recorded or made")
            }
            Self::Store(why) => f.write_str(why),
            Self::Unavailable => f.write_str("this cannot be done now"),
        }
    }
}

/// The agent's own words, on one line and not without end.
fn own(text: &str) -> String {
    text.escape_debug().take(200).collect()
}

impl From<Notice> for Failure {
    /// A failure that tells the operator no more than the agent.
    fn from(notice: Notice) -> Self {
        let detail = match &notice {
            Notice::BadGrant(_, detail) => detail.clone(),
            _ => None,
        };
        let (message, help) = (notice.to_string(), Some(notice.help()));
        Self { exit: notice.exit(), message, detail, help, notice: Some(Box::new(notice)), told_code: None }
    }
}

impl Failure {
    /// With what an agent is told of it.
    #[must_use]
    pub fn notice(self, notice: Notice) -> Self {
        Self { notice: Some(Box::new(notice)), ..self }
    }

    /// With what an agent is told of it, where nothing was said yet.
    #[must_use]
    pub fn or_notice(self, notice: Notice) -> Self {
        if self.notice.is_some() { self } else { self.notice(notice) }
    }

    /// The failure as an agent is told it. What it is not told goes to the log.
    #[must_use]
    pub fn for_agent(self) -> Self {
        let exit = self.exit;
        let notice = self.notice.as_deref().cloned().unwrap_or(Notice::Unavailable);
        let told = Self::from(notice);
        if (&told.message, &told.detail) != (&self.message, &self.detail) {
            let detail = self.detail.as_deref().unwrap_or_default();
            tracing::info!(told = %told.message, detail, "{}", self.message);
        }
        // A file that does not load, a machine that is short of something: the exit code tells them apart.
        Self { exit, ..told }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_on_the_list_is_not_told() {
        let secret = "policy.toml:3: `/srv/secret` is no pattern";
        let failure = Failure::usage(secret).detail("3 | path = \"/srv/secret\"\n  |        ^").help(secret);
        let told = failure.clone().for_agent();
        assert_eq!((told.exit, told.to_string().contains("secret")), (Exit::Usage, false), "{told}");
        let told = failure.notice(Notice::PolicyBroken).for_agent();
        assert_eq!(told.message, "the policy does not load, so nothing is allowed");
    }
}
