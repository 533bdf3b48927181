//! The installation's own chain: what is done with tasks, agents, the policy and the log itself.
//!
//! An event is written in the transaction of what it records, so that neither is there without the other.
use rusqlite::Transaction;
use toolward_host_fns::record::{MAX_RECORDED_TEXT, recorded_len};

use super::json::Object;
use super::log::Batch;
use crate::state::{Db, Error, Time};

/// The name under which the installation's chain stands beside those of tasks, which are called `t_…`.
pub const INSTALLATION: &str = "installation";

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Task,
    Agent,
    Policy,
    Worker,
    Log,
}

/// Something more that an event says.
#[derive(Debug, Clone)]
pub(crate) enum Fact {
    Text(String),
    Number(u64),
}

/// One record of the installation's chain, before it has its place there.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) time: Time,
    pub(crate) agent: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) subject: Subject,
    pub(crate) op: &'static str,
    /// Its name: of a task its id.
    pub(crate) resource: String,
    /// Whether it was refused.
    pub(crate) refused: bool,
    pub(crate) note: Option<String>,
    pub(crate) facts: Vec<(&'static str, Fact)>,
}

impl Subject {
    fn word(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Agent => "agent",
            Self::Policy => "policy",
            Self::Worker => "worker",
            Self::Log => "log",
        }
    }
}

impl Event {
    pub(crate) fn new(subject: Subject, op: &'static str, resource: impl Into<String>, time: Time) -> Self {
        let (resource, facts) = (resource.into(), Vec::new());
        Self { time, agent: None, owner: None, subject, op, resource, refused: false, note: None, facts }
    }

    pub(crate) fn by(self, agent: Option<&str>, owner: Option<&str>) -> Self {
        Self { agent: agent.map(str::to_owned), owner: owner.map(str::to_owned), ..self }
    }

    pub(crate) fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    pub(crate) fn text(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((key, Fact::Text(value.into())));
        self
    }

    pub(crate) fn number(mut self, key: &'static str, value: u64) -> Self {
        self.facts.push((key, Fact::Number(value)));
        self
    }

    /// Writes the body: the contract's fields, then what this event says beside them.
    fn body(&self, out: &mut Vec<u8>, seq: u64, batch: u64, prev: &[u8]) {
        let mut object = Object::open(out);
        let (verdict, outcome) = if self.refused { ("deny", "refused") } else { ("allow", "done") };
        object
            .number("seq", seq)
            .text("time", &self.time.to_string())
            .text("task", INSTALLATION)
            .text_or_null("agent", self.agent.as_deref().map(cut))
            .text_if("owner", self.owner.as_deref().map(cut))
            .text_or_null("call", None)
            .text_or_null("tool", None)
            .text("kind", self.subject.word())
            .text("op", self.op)
            .text("resource", cut(&self.resource))
            .text("verdict", verdict)
            .text_or_null("layer", None)
            .text_or_null("rule", None)
            .text("outcome", outcome)
            .text_if("note", self.note.as_deref().map(cut));
        for (key, fact) in &self.facts {
            match fact {
                Fact::Text(text) => object.text(key, cut(text)),
                Fact::Number(number) => object.number(key, *number),
            };
        }
        object.text("witness", "broker").number("batch", batch).hex("prev", "", prev);
        object.close();
    }
}

/// A text of the installation's chain: names and digests, which are short.
fn cut(text: &str) -> &str {
    if recorded_len(text) <= MAX_RECORDED_TEXT {
        return text;
    }
    // A byte takes at most six.
    let end = (0..=MAX_RECORDED_TEXT / 6).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// Appends events as one batch, in a transaction.
///
/// # Errors
/// [`Error`] where they could not be written: then the transaction must not be committed.
pub(crate) fn append(tx: &Transaction<'_>, events: &[Event]) -> Result<(), Error> {
    if events.is_empty() {
        return Ok(());
    }
    let mut batch = Batch::begin(tx, INSTALLATION)?;
    for event in events {
        let n = batch.add(|out, place| event.body(out, place.seq, place.batch, place.prev))?;
        if event.subject == Subject::Task {
            let sql = "INSERT INTO subjects (subject, n) VALUES (?1, ?2)";
            tx.prepare_cached(sql)?.execute((&event.resource, n))?;
        }
    }
    batch.seal()
}

/// Records one event in a transaction of its own.
///
/// # Errors
/// [`Error`] where it could not be written.
pub(crate) fn note(db: &Db, event: &Event) -> Result<(), Error> {
    db.write(|tx| append(tx, std::slice::from_ref(event)))
}
