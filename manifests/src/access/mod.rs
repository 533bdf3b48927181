//! An access: one thing a guest asks of the host, as data.
mod carries;
mod text;

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::path::GuestPath;
pub use carries::Carries;
pub use text::BadAccess;

/// The closed list of what can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Files and directories below a mount.
    Files,
    /// Outgoing HTTP requests.
    Http,
    /// Outgoing TCP connections.
    Tcp,
    /// Name lookups.
    Dns,
    /// Secrets that the host keeps.
    Secrets,
    /// Environment variables.
    Env,
    /// Calls of tools.
    Tools,
}

/// What is done to a file, named by effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileOp {
    /// Reads content, also through a link.
    Read,
    /// Sees names and metadata.
    List,
    /// Makes a name that did not exist (a directory or symlink too).
    Create,
    /// Changes anything under an existing name: content, size, times.
    Write,
    /// Removes a name.
    Delete,
}

/// What is done with a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecretOp {
    /// The host puts it into a request; the guest never sees it.
    Use,
    /// The guest sees it.
    Reveal,
}

/// One thing a guest asks of the host.
#[derive(Debug, Clone, PartialEq)]
pub enum Access {
    /// A file operation on a guest path.
    Files {
        /// What is done.
        op: FileOp,
        /// Where, as the guest sees it.
        path: GuestPath,
    },
    /// An HTTP request.
    Http {
        /// The request method, upper case as sent (RFC 9110: methods are case-sensitive).
        method: String,
        /// The parsed URL.
        url: crate::url::HttpUrl,
        /// What the request carries in its headers.
        carries: Carries,
        /// The address that the host's name was resolved to; `None` where it is not resolved yet.
        address: Option<IpAddr>,
    },
    /// A TCP connection.
    Tcp {
        /// A host name or an IP literal, as asked for.
        host: String,
        /// The port, 1 to 65535.
        port: u16,
        /// The address that the host's name was resolved to; `None` where it is not resolved yet.
        address: Option<IpAddr>,
    },
    /// A name lookup.
    Dns {
        /// The name looked up.
        name: String,
    },
    /// A secret's use, or its disclosure to the guest.
    Secrets {
        /// What is done with it.
        op: SecretOp,
        /// The secret's name.
        name: String,
        /// The request it travels in; `None` for a disclosure.
        to: Option<crate::url::HttpUrl>,
    },
    /// An environment variable.
    Env {
        /// Its name.
        name: String,
    },
    /// A call of a tool.
    Tools(Call),
}

/// A call of a tool, as the scope sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The tool's name.
    pub tool: String,
    /// SHA-256 of the component, lower-case hex; `None` where it is not known (`explain` without the component).
    pub sha256: Option<String>,
    /// The call's input.
    pub input: Value,
    /// How many calls this task made before under the rule at hand, by rule; `None` where the history is unknown,
    /// which never opens anything.
    pub history: Option<crate::scope::History>,
}

impl Access {
    /// What kind of thing is asked for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Files { .. } => Kind::Files,
            Self::Http { .. } => Kind::Http,
            Self::Tcp { .. } => Kind::Tcp,
            Self::Dns { .. } => Kind::Dns,
            Self::Secrets { .. } => Kind::Secrets,
            Self::Env { .. } => Kind::Env,
            Self::Tools(_) => Kind::Tools,
        }
    }

    /// The operation, in the vocabulary's words.
    #[must_use]
    pub fn op(&self) -> Cow<'static, str> {
        match self {
            Self::Files { op, .. } => op.word().into(),
            Self::Http { method, .. } => method.clone().into(),
            Self::Tcp { .. } => "connect".into(),
            Self::Dns { .. } => "lookup".into(),
            Self::Secrets { op, .. } => op.word().into(),
            Self::Env { .. } => "read".into(),
            Self::Tools(_) => "call".into(),
        }
    }

    /// The resource, as it stands in records and messages.
    #[must_use]
    pub fn resource(&self) -> Cow<'_, str> {
        match self {
            Self::Files { path, .. } => path.as_str().into(),
            Self::Http { url, .. } => url.as_str().into(),
            Self::Tcp { host, port, .. } => format!("{host}:{port}").into(),
            Self::Secrets { name, to: Some(url), .. } => format!("{name} {}", url.as_str()).into(),
            Self::Dns { name } | Self::Secrets { name, .. } | Self::Env { name } => name.into(),
            Self::Tools(call) => (&call.tool).into(),
        }
    }
}

impl FileOp {
    /// Every operation.
    pub const ALL: [Self; 5] = [Self::Read, Self::List, Self::Create, Self::Write, Self::Delete];

    /// As it stands in a rule.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::List => "list",
            Self::Create => "create",
            Self::Write => "write",
            Self::Delete => "delete",
        }
    }
}

impl SecretOp {
    /// As it stands in a rule.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Use => "use",
            Self::Reveal => "reveal",
        }
    }
}

/// `files read /repo/x`: as in an example of a policy, an explanation, or a denial.
impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.kind(), self.op(), self.resource())
    }
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] = [Self::Files, Self::Http, Self::Tcp, Self::Dns, Self::Secrets, Self::Env, Self::Tools];

    /// As it stands in files, accesses and records.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Http => "http",
            Self::Tcp => "tcp",
            Self::Dns => "dns",
            Self::Secrets => "secrets",
            Self::Env => "env",
            Self::Tools => "tools",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
