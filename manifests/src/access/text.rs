//! An access as a person writes it: `files read /repo/x`.
use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::access::{Access, Call, Carries, FileOp, Kind, SecretOp};
use crate::nearest::did_you_mean;
use crate::path::GuestPath;
use crate::pattern::MethodPattern;
use crate::url::HttpUrl;

/// Why a text is no access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadAccess(String);

impl fmt::Display for BadAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadAccess {}

/// The same text as the access displays, but for an IPv6 address, which may stand in brackets.
impl FromStr for Access {
    type Err = BadAccess;

    fn from_str(text: &str) -> Result<Self, BadAccess> {
        let mut words = text.splitn(3, ' ');
        let kind = words.next().unwrap_or_default();
        let (Some(op), Some(resource)) = (words.next(), words.next().filter(|resource| !resource.is_empty())) else {
            return Err(BadAccess("it has three parts: kind, operation and resource".to_owned()));
        };
        let kind = Kind::named(kind).ok_or_else(|| unknown("kind", kind, &Kind::ALL.map(Kind::word)))?;
        match kind {
            Kind::Files => {
                let op = among(op, &FileOp::ALL, FileOp::word)?;
                let path = GuestPath::parse(resource).map_err(|error| BadAccess(error.to_string()))?;
                Ok(Self::Files { op, path })
            }
            Kind::Http => {
                let method = MethodPattern::parse(op).ok().filter(|_| op != "*");
                method.ok_or_else(|| BadAccess(format!("`{}` is no request method", op.escape_debug())))?;
                let carries = Carries::default();
                Ok(Self::Http { method: op.to_owned(), url: url(resource)?, carries, address: None })
            }
            Kind::Tcp => only(op, "connect").and_then(|()| tcp(resource)),
            Kind::Dns => only(op, "lookup").map(|()| Self::Dns { name: resource.to_owned() }),
            Kind::Secrets => secret(among(op, &[SecretOp::Use, SecretOp::Reveal], SecretOp::word)?, resource),
            Kind::Env => only(op, "read").map(|()| Self::Env { name: resource.to_owned() }),
            Kind::Tools => only(op, "call").map(|()| {
                let input = Value::Object(Map::new());
                Self::Tools(Call { tool: resource.to_owned(), sha256: None, input, history: None })
            }),
        }
    }
}

fn tcp(resource: &str) -> Result<Access, BadAccess> {
    let (host, port) = resource.rsplit_once(':').unwrap_or((resource, ""));
    let host = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    let port = port.parse().ok().filter(|&port| port > 0);
    let port = port.ok_or_else(|| BadAccess("the resource of `tcp connect` is HOST:PORT".to_owned()))?;
    Ok(Access::Tcp { host: host.to_owned(), port, address: None })
}

fn secret(op: SecretOp, resource: &str) -> Result<Access, BadAccess> {
    let (name, to) = match resource.split_once(' ') {
        Some((name, to)) => (name, Some(url(to)?)),
        None => (resource, None),
    };
    if op == SecretOp::Reveal && to.is_some() {
        return Err(BadAccess("what is revealed travels nowhere: leave the URL out".to_owned()));
    }
    Ok(Access::Secrets { op, name: name.to_owned(), to })
}

fn url(text: &str) -> Result<HttpUrl, BadAccess> {
    HttpUrl::parse(text).map_err(|error| BadAccess(error.to_string()))
}

fn only(op: &str, known: &'static str) -> Result<(), BadAccess> {
    if op == known { Ok(()) } else { Err(unknown("operation", op, &[known])) }
}

fn among<O: Copy>(word: &str, all: &[O], name: fn(O) -> &'static str) -> Result<O, BadAccess> {
    let names: Vec<_> = all.iter().map(|&op| name(op)).collect();
    all.iter().copied().find(|&op| name(op) == word).ok_or_else(|| unknown("operation", word, &names))
}

fn unknown(what: &str, word: &str, known: &[&str]) -> BadAccess {
    let help = did_you_mean(word, known.iter().copied()).map(|help| format!(" ({help})")).unwrap_or_default();
    BadAccess(format!("unknown {what} `{}`{help}", word.escape_debug()))
}
