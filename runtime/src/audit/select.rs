//! Which records, and how they are found and walked without holding them all.
use rusqlite::{OptionalExtension, Row, Transaction};

use super::chain::Hash;
use super::sealed;
use super::view::View;
use super::wildcard;
use crate::state::{Error, Time};

/// A choice of records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Of one task.
    pub task: Option<String>,
    /// Of one call.
    pub call: Option<String>,
    /// With one verdict; what was only asked about has none.
    pub verdict: Option<String>,
    /// Of one agent.
    pub agent: Option<String>,
    /// Of one tool.
    pub tool: Option<String>,
    /// Of one kind.
    pub kind: Option<String>,
    /// With a resource that this means: `*` stands for anything, and without one any part of it counts.
    pub resource: Option<String>,
    /// At this time or later.
    pub since: Option<Time>,
    /// Before this time.
    pub until: Option<Time>,
    /// With a task also what the installation's chain says of it.
    pub with_installation: bool,
}

/// A record as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its place in the store.
    pub n: i64,
    /// Its line, as it was hashed.
    pub body: String,
    /// Its hash.
    pub hash: Hash,
}

const ALL: &str = "SELECT n, body, hash FROM records WHERE n BETWEEN ?1 AND ?2 ORDER BY n";
const ALL_BACKWARDS: &str = "SELECT n, body, hash FROM records WHERE n BETWEEN ?1 AND ?2 ORDER BY n DESC";
const BATCHES: &str = "SELECT r.n, r.body, r.hash FROM ledger l CROSS JOIN records r
    ON r.n > coalesce((SELECT last_n FROM ledger WHERE seq = l.seq - 1), 0) AND r.n <= l.last_n
    WHERE l.task = ?3 AND r.n BETWEEN ?1 AND ?2 ORDER BY l.seq";

impl Choice {
    /// Walks the chosen records in order, `n` being at least `from`, until `each` says to stop.
    pub(super) fn walk<E: From<Error>>(
        &self,
        tx: &Transaction<'_>,
        from: i64,
        each: impl FnMut(&Stored) -> Result<bool, E>,
    ) -> Result<(), E> {
        let order = if self.task.is_some() { format!("{BATCHES}, r.n") } else { ALL.to_owned() };
        self.run(tx, &order, from, false, each)
    }

    /// The same from the newest on.
    pub(super) fn walk_back<E: From<Error>>(
        &self,
        tx: &Transaction<'_>,
        each: impl FnMut(&Stored) -> Result<bool, E>,
    ) -> Result<(), E> {
        let order = if self.task.is_some() { format!("{BATCHES} DESC, r.n DESC") } else { ALL_BACKWARDS.to_owned() };
        self.run(tx, &order, 0, true, each)
    }

    /// The last `count` chosen records, the oldest first.
    pub(super) fn last(&self, tx: &Transaction<'_>, count: usize) -> Result<Vec<Stored>, Error> {
        let mut found = Vec::new();
        if count > 0 {
            self.walk_back(tx, |record| {
                found.push(record.clone());
                Ok::<_, Error>(found.len() < count)
            })?;
        }
        found.reverse();
        Ok(found)
    }

    fn run<E: From<Error>>(
        &self,
        tx: &Transaction<'_>,
        sql: &str,
        from: i64,
        back: bool,
        mut each: impl FnMut(&Stored) -> Result<bool, E>,
    ) -> Result<(), E> {
        let Some((first, last)) = self.range(tx)? else { return Ok(()) };
        // The last first, so that the next is taken from the end.
        let mut beside = self.beside(tx, first.max(from))?;
        if !back {
            beside.reverse();
        }
        let comes_first = |beside: &Stored, n: i64| if back { beside.n > n } else { beside.n < n };
        let mut statement = tx.prepare_cached(sql).map_err(Error::from)?;
        let bounds = (first.max(from), last);
        let mut rows = match &self.task {
            Some(task) => statement.query((bounds.0, bounds.1, task)),
            None => statement.query(bounds),
        }
        .map_err(Error::from)?;
        while let Some(row) = rows.next().map_err(Error::from)? {
            let record = stored(row)?;
            while let Some(earlier) = beside.pop_if(|beside| comes_first(beside, record.n)) {
                if self.chooses(&earlier.body) && !each(&earlier)? {
                    return Ok(());
                }
            }
            if self.chooses(&record.body) && !each(&record)? {
                return Ok(());
            }
        }
        for record in beside.iter().rev() {
            if self.chooses(&record.body) && !each(record)? {
                break;
            }
        }
        Ok(())
    }

    /// What the installation's chain says of the task, in order.
    fn beside(&self, tx: &Transaction<'_>, from: i64) -> Result<Vec<Stored>, Error> {
        let Some(task) = self.task.as_ref().filter(|_| self.with_installation && self.call.is_none()) else {
            return Ok(Vec::new());
        };
        let sql = "SELECT r.n, r.body, r.hash FROM subjects s JOIN records r ON r.n = s.n
            WHERE s.subject = ?1 AND s.n >= ?2 ORDER BY s.n";
        let mut statement = tx.prepare_cached(sql)?;
        let mut rows = statement.query((task, from))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(stored(row)?);
        }
        Ok(found)
    }

    /// Where the chosen records lie. A call's are near each other.
    fn range(&self, tx: &Transaction<'_>) -> Result<Option<(i64, i64)>, Error> {
        let Some(call) = &self.call else { return Ok(Some((0, i64::MAX))) };
        let mut statement = tx.prepare_cached("SELECT first_n, last_n FROM calls WHERE call = ?1")?;
        Ok(statement.query_row([call], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    fn chooses(&self, body: &str) -> bool {
        let texts = [&self.call, &self.verdict, &self.agent, &self.tool, &self.kind, &self.resource];
        if texts.iter().all(|text| text.is_none()) && self.since.is_none() && self.until.is_none() {
            return true;
        }
        // A body that cannot be read is shown rather than hidden.
        View::parse(body).is_none_or(|view| self.means(&view))
    }

    fn means(&self, view: &View<'_>) -> bool {
        let same =
            |wanted: &Option<String>, is: Option<&str>| wanted.as_deref().is_none_or(|wanted| is == Some(wanted));
        let verdict = (!view.probe).then_some(view.verdict.as_ref());
        // Times of records are ordered as their texts are.
        let time = |bound: Time| bound.to_string();
        same(&self.call, view.call.as_deref())
            && same(&self.verdict, verdict)
            && same(&self.agent, view.agent.as_deref())
            && same(&self.tool, view.tool.as_deref())
            && same(&self.kind, Some(&view.kind))
            && self.resource.as_deref().is_none_or(|pattern| wildcard::matches(pattern, &view.resource))
            && self.since.is_none_or(|since| *view.time >= *time(since))
            && self.until.is_none_or(|until| *view.time < *time(until))
    }
}

/// The record of a refusal.
pub(super) fn refusal(tx: &Transaction<'_>, id: &str) -> Result<Option<Stored>, Error> {
    let sql = "SELECT r.n, r.body, r.hash FROM refusals f JOIN records r ON r.n = f.n WHERE f.id = ?1";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([id])?;
    rows.next()?.map(stored).transpose()
}

impl Stored {
    /// The record as a line of an export.
    #[must_use]
    pub fn line(&self) -> Vec<u8> {
        let mut line = self.body.clone().into_bytes();
        sealed::seal(&mut line, "hash", &self.hash);
        line
    }
}

fn stored(row: &Row<'_>) -> Result<Stored, Error> {
    Ok(Stored { n: row.get(0)?, body: row.get(1)?, hash: row.get(2)? })
}
