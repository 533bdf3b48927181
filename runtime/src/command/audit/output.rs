//! How records are shown. Nothing that a guest or an agent named reaches the terminal unescaped.
use std::io::{self, Write};

use crate::audit::{Shown, Stored, View};
use crate::failure::{Exit, Failure};
use crate::state::Error;

/// Why showing ended.
#[derive(Debug)]
pub(super) enum Stop {
    /// Nobody reads any more (`… | head`): that is no failure.
    Closed,
    Failed(Failure),
}

impl Stop {
    pub(super) fn exit(self) -> Result<Exit, Failure> {
        match self {
            Self::Closed => Ok(Exit::Done),
            Self::Failed(failure) => Err(failure),
        }
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::Failed(crate::command::stdout_closed(error))
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Writes records as a JSON array, one a line.
pub(super) struct Array<W> {
    out: W,
    any: bool,
}

impl<W: Write> Array<W> {
    pub(super) fn open(mut out: W) -> io::Result<Self> {
        out.write_all(b"[")?;
        Ok(Self { out, any: false })
    }

    pub(super) fn add(&mut self, record: &Stored) -> io::Result<()> {
        let between: &[u8] = if std::mem::replace(&mut self.any, true) { b",\n" } else { b"\n" };
        self.out.write_all(between)?;
        self.out.write_all(&record.line())
    }

    pub(super) fn close(mut self) -> io::Result<()> {
        self.out.write_all(b"\n]\n")?;
        self.out.flush()
    }
}

/// One record on one line.
pub(super) fn row(out: &mut impl Write, record: &Stored) -> io::Result<()> {
    let Some(view) = View::parse(&record.body) else {
        return writeln!(out, "record {} cannot be read: {}", record.n, Shown(&record.body));
    };
    let shown = |text: &Option<std::borrow::Cow<'_, str>>| Shown(text.as_deref().unwrap_or("-")).to_string();
    let by = if view.rule.is_some() { shown(&view.rule) } else { shown(&view.layer) };
    writeln!(
        out,
        "{}  {} {:>4}  {}  {:<8}  {:<5}  {:<7}  {} {} {}  {by}",
        Shown(&view.time),
        Shown(&view.task),
        view.seq,
        shown(&view.call),
        shown(&view.tool),
        Shown(&view.verdict),
        Shown(&view.outcome),
        Shown(&view.kind),
        Shown(&view.op),
        Shown(&view.resource),
    )
}

/// Why a record's verdict is what it is, on lines of its own, where there is more than the row says.
pub(super) fn reason(out: &mut impl Write, record: &Stored) -> io::Result<()> {
    let Some(view) = View::parse(&record.body) else { return Ok(()) };
    let lines = [
        ("id", &view.id),
        ("layer", &view.layer),
        ("rule", &view.rule),
        ("text", &view.rule_text),
        ("note", &view.note),
        ("error", &view.error),
    ];
    for (name, value) in lines {
        if let Some(value) = value {
            writeln!(out, "    {name:<5}  {}", Shown(value))?;
        }
    }
    Ok(())
}
