//! How records are shown. Nothing that a guest or an agent named reaches the terminal unescaped.
use std::io::{self, Write};

use crate::audit::fold::Accesses;
use crate::audit::{Shown, Stored, View};
use crate::failure::{Exit, Failure};
use crate::state::{Error, LocalClock, Time};

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

/// The columns of a record, or of a call.
const HEADER: [&str; 9] = ["TIME", "TASK", "CALL", "AGENT", "TOOL", "VERDICT", "OUTCOME", "WHAT", "BY"];
/// Where columns begin of rows that are shown one by one.
const WIDTHS: [usize; 9] = [19, 28, 28, 12, 12, 7, 7, 40, 0];

/// What stands in each column.
pub(super) type Row = [String; 9];

/// Rows with a header, aligned, in local time.
pub(super) struct Table {
    rows: Vec<Row>,
    clock: LocalClock,
}

impl Table {
    pub(super) fn new() -> Result<Self, Stop> {
        Ok(Self { rows: vec![HEADER.map(str::to_owned)], clock: LocalClock::new()? })
    }

    pub(super) fn clock(&self) -> &LocalClock {
        &self.clock
    }

    pub(super) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Writes it; nothing where there is no row.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        if self.rows.len() == 1 {
            return Ok(());
        }
        let mut widths = [0; 9];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        self.rows.iter().try_for_each(|row| line(out, row, &widths))?;
        out.flush()
    }
}

/// The header over rows that are shown one by one.
pub(super) fn header(out: &mut impl Write) -> io::Result<()> {
    line(out, &HEADER.map(str::to_owned), &WIDTHS)
}

/// A row that is shown before it is known what follows.
pub(super) fn alone(out: &mut impl Write, row: &Row) -> io::Result<()> {
    line(out, row, &WIDTHS)
}

fn line(out: &mut impl Write, row: &Row, widths: &[usize; 9]) -> io::Result<()> {
    let mut text = String::new();
    for (cell, width) in row.iter().zip(widths) {
        text.push_str(cell);
        let pad = width.saturating_sub(cell.chars().count()) + 2;
        text.extend(std::iter::repeat_n(' ', pad));
    }
    writeln!(out, "{}", text.trim_end())
}

/// One record.
pub(super) fn row(record: &Stored, clock: &LocalClock) -> Result<Row, Stop> {
    let Some(view) = View::parse(&record.body) else {
        let mut row = Row::default();
        row[0] = format!("record {} cannot be read: {}", record.n, Shown(&record.body));
        return Ok(row);
    };
    let what = format!("{} {} {}", Shown(&view.kind), Shown(&view.op), Shown(&view.resource));
    cells(&view, what, clock)
}

/// A call, with its accesses folded.
pub(super) fn call_row(record: &Stored, accesses: &Accesses, clock: &LocalClock) -> Result<Row, Stop> {
    let Some(view) = View::parse(&record.body) else { return row(record, clock) };
    let mut what = match accesses.all {
        1 => "1 access".to_owned(),
        all => format!("{all} accesses"),
    };
    if accesses.refused > 0 {
        what.push_str(&format!(", {} refused", accesses.refused));
    }
    let mut row = cells(&view, what, clock)?;
    if !accesses.has_ended {
        let [.., verdict, outcome, _, by] = &mut row;
        for cell in [verdict, outcome, by] {
            "-".clone_into(cell);
        }
        "no end".clone_into(&mut row[6]);
    }
    Ok(row)
}

fn cells(view: &View<'_>, what: String, clock: &LocalClock) -> Result<Row, Stop> {
    let shown = |text: Option<&str>| Shown(text.unwrap_or("-")).to_string();
    let time = match Time::parse(&view.time) {
        Some(time) => clock.text(time)?,
        None => shown(Some(&view.time)),
    };
    // A grant may have the policy's name: whose rule it is stands before it.
    let by = match (&view.layer, &view.rule) {
        (Some(layer), Some(rule)) => format!("{} {}", Shown(layer), Shown(rule)),
        (layer, rule) => shown(rule.as_deref().or(layer.as_deref())),
    };
    // What was only asked about was not refused.
    let verdict = if view.probe { format!("({})", Shown(&view.verdict)) } else { shown(Some(&view.verdict)) };
    Ok([
        time,
        shown(Some(&view.task)),
        shown(view.call.as_deref()),
        shown(view.agent.as_deref()),
        shown(view.tool.as_deref()),
        verdict,
        shown(Some(&view.outcome)),
        what,
        by,
    ])
}

/// Why a record's verdict is what it is, on lines of its own, where there is more than the row says.
pub(super) fn reason(out: &mut impl Write, view: &View<'_>) -> io::Result<()> {
    let lines = [("id", &view.id), ("text", &view.rule_text), ("note", &view.note), ("error", &view.error)];
    for (name, value) in lines {
        if let Some(value) = value {
            writeln!(out, "    {name:<5}  {}", Shown(value))?;
        }
    }
    Ok(())
}
