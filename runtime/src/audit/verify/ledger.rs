//! Follows the ledger, and holds it against the checkpoints.
use std::collections::HashMap;
use std::fs;

use super::{Bad, Stop};
use crate::audit::chain::{self, GENESIS, Hash};
use crate::audit::checkpoint::{self, Checkpoint};
use crate::failure::Failure;
use crate::state::PublicKey;

/// Checkpoints from outside, by the ledger's entry that they were made after.
#[derive(Debug, Default)]
pub struct Checkpoints {
    by_entry: HashMap<u64, Vec<(String, Checkpoint)>>,
}

impl Checkpoints {
    pub(super) fn is_empty(&self) -> bool {
        self.by_entry.is_empty()
    }

    /// Reads the lines of a file, each signed by `key`.
    ///
    /// # Errors
    /// [`Stop::Bad`] where a line is no checkpoint of this key, or there is none at all; [`Stop::Failed`] where the file
    /// cannot be read.
    pub fn read(&mut self, file: &str, key: &PublicKey) -> Result<(), Stop> {
        let text = fs::read(file).map_err(Failure::at(file))?;
        let text =
            String::from_utf8(text).map_err(|_| Bad::new(format!("`{file}`"), "is not a file of checkpoints"))?;
        if text.is_empty() {
            return Err(Bad::new(format!("`{file}`"), "holds no checkpoint").into());
        }
        for (number, line) in text.lines().enumerate() {
            let at = format!("`{file}` line {}", number + 1);
            let checkpoint = checkpoint::read(line, key).map_err(|what| Bad::new(&at, what))?;
            self.by_entry.entry(checkpoint.ledger).or_default().push((at, checkpoint));
        }
        Ok(())
    }
}

/// The ledger so far.
#[derive(Debug)]
pub(super) struct Ledger<'a> {
    pub(super) seq: u64,
    pub(super) head: Hash,
    checkpoints: &'a Checkpoints,
    reached: Option<u64>,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(checkpoints: &'a Checkpoints) -> Result<Self, Bad> {
        let mut ledger = Self { seq: 0, head: GENESIS, checkpoints, reached: None };
        ledger.compare()?;
        Ok(ledger)
    }

    /// Adds one entry's digest.
    pub(super) fn add(&mut self, digest: &Hash) -> Result<(), Bad> {
        self.seq += 1;
        self.head = chain::extend_ledger(&self.head, digest);
        self.compare()
    }

    fn compare(&mut self) -> Result<(), Bad> {
        for (at, checkpoint) in self.checkpoints.by_entry.get(&self.seq).into_iter().flatten() {
            if checkpoint.head != self.head {
                let what = format!("the ledger's first {} entries are not those of this checkpoint", self.seq);
                return Err(Bad::new(at, what));
            }
            self.reached = Some(self.seq);
        }
        Ok(())
    }

    /// Ends the ledger as of a time (none: now): checkpoints that were made before it must all have been met.
    pub(super) fn end(self, as_of: Option<&str>) -> Result<Option<u64>, Bad> {
        let all = self.checkpoints.by_entry.values().flatten();
        let beyond = all.filter(|(_, checkpoint)| checkpoint.ledger > self.seq);
        let missed = beyond.filter(|(_, checkpoint)| as_of.is_none_or(|time| checkpoint.time.as_str() <= time));
        match missed.min_by_key(|(_, checkpoint)| checkpoint.ledger) {
            Some((at, checkpoint)) => {
                let (seq, then, time) = (self.seq, checkpoint.ledger, &checkpoint.time);
                let what = format!("the log ends at ledger entry {seq}, and had {then} at {time}: its tail is missing");
                Err(Bad::new(at, what))
            }
            None => Ok(self.reached),
        }
    }
}
