//! Rules as data: to be written into a layer's text, and to be decided by without parsing it.
use toolward_manifests::Kind;

use super::terms::{Networks, Terms, address_toml};

/// What a rule says, from the weakest to the strictest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Word {
    Allow,
    Ask,
    Deny,
}

/// What a rule is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum On {
    Files(String),
    Http(String, Terms),
    Tcp(String, u16, Networks),
    Dns(String),
    /// A name, and where it may travel.
    Secrets(String, String),
    Env(String),
    Tools(String, Input),
}

/// The conditions of a rule for a tool.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Input {
    Any,
    /// The field `n` is at most this, and nothing else is there.
    AtMost(i64),
    /// The field `n` is at most this, whatever else is there: for an `allow` only.
    AtMostAndOthers(i64),
    /// The field `p` is a path like this, and nothing else is there.
    Path(String),
}

/// One rule with one list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Rule {
    pub(crate) word: Word,
    pub(crate) on: On,
    pub(crate) ops: Vec<&'static str>,
}

impl Word {
    pub(crate) const ALL: [Self; 3] = [Self::Allow, Self::Ask, Self::Deny];

    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }

    pub(crate) fn of(verdict: &toolward_manifests::Verdict) -> Self {
        Self::ALL.into_iter().find(|word| word.text() == verdict.word()).unwrap()
    }
}

impl On {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Files(_) => Kind::Files,
            Self::Http(..) => Kind::Http,
            Self::Tcp(..) => Kind::Tcp,
            Self::Dns(_) => Kind::Dns,
            Self::Secrets(..) => Kind::Secrets,
            Self::Env(_) => Kind::Env,
            Self::Tools(..) => Kind::Tools,
        }
    }

    /// Whether an `ask` or a `deny` can be about it.
    pub(crate) fn is_for_all(&self) -> bool {
        match self {
            Self::Http(_, terms) => terms.are_for_all(),
            Self::Tcp(_, _, address) => address.is_empty(),
            Self::Tools(_, input) => !matches!(input, Input::AtMostAndOthers(_)),
            Self::Files(_) | Self::Dns(_) | Self::Secrets(..) | Self::Env(_) => true,
        }
    }

    fn toml(&self) -> String {
        match self {
            Self::Files(path) => format!("path = {path:?}"),
            Self::Http(url, terms) => format!("url = {url:?}{}", terms.toml()),
            Self::Tcp(host, port, address) => {
                format!("host = {host:?}, port = {port}{}", address_toml(address))
            }
            Self::Dns(name) | Self::Env(name) => format!("name = {name:?}"),
            Self::Secrets(name, to) => format!("name = {name:?}, to = {to:?}"),
            Self::Tools(name, input) => format!("name = {name:?}{}", input.toml()),
        }
    }
}

impl Input {
    fn toml(&self) -> String {
        match self {
            Self::Any => String::new(),
            Self::AtMost(most) => format!(", input = {{ n = {{ max = {most} }} }}"),
            Self::AtMostAndOthers(most) => format!("{}, other_fields = \"open\"", Self::AtMost(*most).toml()),
            Self::Path(path) => format!(", input = {{ p = {path:?} }}"),
        }
    }
}

impl Rule {
    /// The rule as an inline table on one line.
    pub(crate) fn toml(&self) -> String {
        format!("{{ {}, {} = {:?}, why = \"a test\" }}", self.on.toml(), self.word.text(), self.ops)
    }

    /// Whether both can stand in one table: no operation of a resource stands twice in the same list.
    pub(crate) fn goes_with(&self, other: &Self) -> bool {
        let same = self.word == other.word && self.on.toml() == other.on.toml();
        !same || !self.ops.iter().any(|op| other.ops.contains(op))
    }
}
