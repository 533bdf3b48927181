//! Verifies a copied export against a key the verifier already has, with nothing else at hand.
use std::collections::VecDeque;
use std::io::{self, BufRead, Seek};

use sha2::{Digest, Sha256};

use super::chains::{Chains, Link};
use super::ledger::{Checkpoints, Ledger};
use super::{Bad, Report, Stop};
use crate::audit::chain::{GENESIS, Hash, LedgerEntry};
use crate::audit::heads::{self, ARCHIVE, CALL, Head, Heads};
use crate::audit::sealed;
use crate::failure::Failure;
use crate::state::PublicKey;

/// Reads an export line by line, after a look at its last line, which says whether it holds whole tasks.
///
/// # Errors
/// [`Stop::Bad`] with the first line that does not hold; [`Stop::Failed`] where it cannot be read.
pub fn verify_export(
    mut input: impl BufRead + Seek,
    key: &PublicKey,
    checkpoints: &Checkpoints,
) -> Result<Report, Stop> {
    let last = last_line(&mut input).map_err(unreadable)?;
    let part = last.as_ref().is_some_and(|last| last.of == CALL);
    let mut reader = Reader { input, line: 0 };
    let mut above = Above { chains: Chains::new(part), ..Above::default() };
    if let Some(last) = last.filter(|last| last.of != CALL) {
        above.begin(&last);
    }
    while let Some(line) = reader.next()? {
        let at = reader.at();
        if line.starts_with(heads::BEGINNING) {
            if reader.next()?.is_some() {
                return Err(Bad::new(reader.at(), "it comes after the signed heads").into());
            }
            return above.end(&line, &at, key, checkpoints);
        }
        above.record(&line).map_err(|what| Bad::new(at, what))?;
    }
    let what = "the signed heads are missing: the export was cut, or never finished";
    Err(Bad::new(format!("line {}", reader.line + 1), what).into())
}

/// What the last line says of itself; nothing of it is believed before its signature was checked.
fn last_line(input: &mut (impl BufRead + Seek)) -> io::Result<Option<Heads>> {
    let (mut line, mut last) = (Vec::new(), Vec::new());
    while input.read_until(b'\n', &mut line)? > 0 {
        std::mem::swap(&mut line, &mut last);
        line.clear();
    }
    input.rewind()?;
    let text = String::from_utf8(last).unwrap_or_default();
    Ok(sealed::unseal::<64>(text.trim_end(), "signature").and_then(|(text, _)| serde_json::from_str(&text).ok()))
}

fn unreadable(error: io::Error) -> Failure {
    Failure::of_io("the export cannot be read", &error)
}

struct Reader<R> {
    input: R,
    line: u64,
}

impl<R: BufRead> Reader<R> {
    fn next(&mut self) -> Result<Option<String>, Stop> {
        let mut line = Vec::new();
        if self.input.read_until(b'\n', &mut line).map_err(unreadable)? == 0 {
            return Ok(None);
        }
        self.line += 1;
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        let text = String::from_utf8(line).map_err(|_| Bad::new(self.at(), "this is not text"))?;
        Ok(Some(text))
    }

    fn at(&self) -> String {
        format!("line {}", self.line)
    }
}

/// What stands above the signed heads.
#[derive(Default)]
struct Above {
    chains: Chains,
    records: u64,
    lines: Sha256,
    /// The ledger's entries of these records, in order: number and digest.
    entries: VecDeque<(u64, Hash)>,
    last: Option<Link>,
    /// Whether it was said to be an archive, which has one task after the other.
    is_archive: bool,
    /// After which records chains were said to begin, before that was known to be signed.
    after: Option<Vec<After>>,
}

/// A task, and `seq` and hash of the record before its first.
type After = (String, u64, Option<Hash>);

impl Above {
    fn record(&mut self, line: &str) -> Result<(), String> {
        let (body, hash) = sealed::unseal(line, "hash").ok_or("this is not a record")?;
        let link = self.chains.add(&body, hash)?;
        self.lines.update(line.as_bytes());
        self.lines.update(b"\n");
        self.records += 1;
        match &self.last {
            _ if self.is_archive => {}
            Some(last) if last.batch > link.batch => return Err("the record was moved".into()),
            Some(last) if last.batch == link.batch && last.task != link.task => {
                return Err("it claims the ledger's entry of another task".into());
            }
            Some(last) if last.batch != link.batch => self.entries.push_back(entry(last)),
            _ => {}
        }
        self.last = Some(link);
        Ok(())
    }

    /// Begins chains where they are said to go on after an archive.
    fn begin(&mut self, last: &Heads) {
        let after = after(last);
        self.is_archive = last.of == ARCHIVE;
        for (task, seq, hash) in after.iter().filter(|(_, seq, _)| *seq > 0) {
            self.chains.resume(task, *seq, hash.unwrap_or(GENESIS));
        }
        self.after = Some(after);
    }

    /// Holds the records against the signed heads.
    fn end(mut self, line: &str, at: &str, key: &PublicKey, checkpoints: &Checkpoints) -> Result<Report, Stop> {
        let here = |what: &str| Bad::new(at, what);
        self.entries.extend(self.last.as_ref().map(entry));
        let heads = signed(line, key).map_err(here)?;
        self.agree(&heads).map_err(here)?;
        let (part, archive) = (heads.of == CALL, heads.of == ARCHIVE);
        if archive && !checkpoints.is_empty() {
            return Err(Failure::usage("checkpoints bind a whole log, and this is an archive of some tasks")
                .help("hold the home that it was taken from against them: `toolward audit verify --checkpoint FILE`")
                .into());
        }
        let checkpointed = if part || archive { None } else { self.ledger(&heads, at, checkpoints)? };
        if part && !checkpoints.is_empty() {
            return Err(Failure::usage("checkpoints bind whole tasks, and this export holds one call").into());
        }
        Ok(Report {
            records: self.records,
            tasks: self.chains.len(),
            ledger: heads.ledger,
            checkpointed,
            part,
            archived: 0,
            open_intents: self.chains.open_intents(),
        })
    }

    fn agree(&mut self, heads: &Heads) -> Result<(), &'static str> {
        if heads.records != self.records || sealed::digest(&heads.lines) != Some(self.lines.finalize_reset().into()) {
            return Err("the lines above are not those that were signed");
        }
        let as_said = self.is_archive == (heads.of == ARCHIVE) && self.after.as_ref() == Some(&after(heads));
        if heads.of != CALL && !as_said {
            return Err("the file was changed while it was read");
        }
        let stands = |head: &Head| {
            let chain = self.chains.get(&head.task);
            chain.is_some_and(|chain| chain.seq == head.seq && sealed::digest(&head.hash) == Some(chain.hash))
        };
        let whole = heads.heads.len() == self.chains.count() && heads.heads.iter().all(stands);
        if heads.of != CALL && !whole {
            return Err("the tasks do not end where the signed heads say");
        }
        Ok(())
    }

    /// Links the entries of these records, and those of other tasks, to the ledger's signed head.
    fn ledger(&mut self, heads: &Heads, at: &str, checkpoints: &Checkpoints) -> Result<Option<u64>, Bad> {
        let here = |what: &str| Bad::new(at, what);
        let mut ledger = Ledger::new(checkpoints)?;
        let mut others = heads.others.iter();
        while ledger.seq < heads.ledger {
            let own = self.entries.pop_front_if(|(batch, _)| *batch == ledger.seq + 1).map(|(_, digest)| digest);
            let digest = own.or_else(|| sealed::digest(others.next()?));
            ledger.add(&digest.ok_or_else(|| here("the ledger has a gap"))?)?;
        }
        let over = !self.entries.is_empty() || others.next().is_some();
        if over || sealed::digest(&heads.ledger_head) != Some(ledger.head) {
            return Err(here("the ledger does not lead to its signed head"));
        }
        ledger.end(Some(&heads.time))
    }
}

fn after(heads: &Heads) -> Vec<After> {
    let one = |head: &Head| (head.task.clone(), head.after, head.after_hash.as_deref().and_then(sealed::digest));
    heads.heads.iter().map(one).collect()
}

fn entry(last: &Link) -> (u64, Hash) {
    let entry = LedgerEntry { seq: last.batch, task: &last.task, head: last.seq, head_hash: last.hash };
    (last.batch, entry.digest())
}

fn signed(line: &str, key: &PublicKey) -> Result<Heads, &'static str> {
    let (text, signature) = sealed::unseal(line, "signature").ok_or("the signed heads are damaged")?;
    if !key.verifies(heads::SORT, text.as_bytes(), &signature) {
        let other = serde_json::from_str::<Heads>(&text).is_ok_and(|heads| heads.key != key.to_string());
        return Err(if other { "it is signed by another key" } else { "the signature does not match" });
    }
    serde_json::from_str(&text).map_err(|_| "the signed heads are damaged")
}
