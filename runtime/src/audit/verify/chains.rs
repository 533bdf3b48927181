//! Follows the chains of all tasks at once, record by record.
use std::collections::{BTreeSet, HashMap};

use super::OpenIntent;
use crate::audit::INSTALLATION;
use crate::audit::chain::{self, GENESIS, Hash};
use crate::audit::view::View;

/// One task's chain so far.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub(super) seq: u64,
    pub(super) hash: Hash,
    intents: BTreeSet<u64>,
    /// Whether its first records are not there: then an intent may be among them.
    resumed: bool,
}

/// All tasks' chains so far.
#[derive(Debug, Default)]
pub(super) struct Chains {
    tasks: HashMap<String, Chain>,
    /// Whether records of a task may be left out: then only neighbours can be checked against each other.
    gaps: bool,
}

/// What the ledger wants to know of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) task: String,
    pub(super) seq: u64,
    pub(super) batch: u64,
    pub(super) hash: Hash,
}

impl Chains {
    pub(super) fn new(gaps: bool) -> Self {
        Self { tasks: HashMap::new(), gaps }
    }

    /// Adds one record; what is wrong with it, otherwise.
    pub(super) fn add(&mut self, body: &str, hash: Hash) -> Result<Link, String> {
        if chain::of_body(body.as_bytes()) != hash {
            return Err("the record was changed: its text does not match its hash".into());
        }
        let view = View::parse(body).ok_or("this is not a record")?;
        let gaps = self.gaps;
        let before = Chain { seq: 0, hash: GENESIS, intents: BTreeSet::new(), resumed: false };
        let chain = self.tasks.entry(view.task.clone().into_owned()).or_insert(before);
        chain.follow(&view, hash, gaps)?;
        Ok(Link { task: view.task.into_owned(), seq: view.seq, batch: view.batch, hash })
    }

    /// Has a task's chain go on after a record that is not there.
    pub(super) fn resume(&mut self, task: &str, seq: u64, hash: Hash) {
        self.tasks.insert(task.to_owned(), Chain { seq, hash, intents: BTreeSet::new(), resumed: true });
    }

    pub(super) fn get(&self, task: &str) -> Option<&Chain> {
        self.tasks.get(task)
    }

    /// How many tasks there are beside the installation itself.
    pub(super) fn len(&self) -> usize {
        self.tasks.len() - usize::from(self.tasks.contains_key(INSTALLATION))
    }

    /// How many chains there are.
    pub(super) fn count(&self) -> usize {
        self.tasks.len()
    }

    pub(super) fn open_intents(&self) -> Vec<OpenIntent> {
        let open = |(task, chain): (&String, &Chain)| {
            let task = task.clone();
            chain.intents.clone().into_iter().map(move |seq| OpenIntent { task: task.clone(), seq })
        };
        let mut all: Vec<_> = self.tasks.iter().flat_map(open).collect();
        all.sort_by(|a, b| (&a.task, a.seq).cmp(&(&b.task, b.seq)));
        all
    }
}

impl Chain {
    fn follow(&mut self, view: &View<'_>, hash: Hash, gaps: bool) -> Result<(), String> {
        let next = self.seq + 1;
        if view.seq < next {
            return Err(format!("seq {} comes after seq {}: a record is there twice or was moved", view.seq, self.seq));
        }
        if view.seq > next && !gaps {
            return Err(format!("seq {} comes after seq {}: a record is missing", view.seq, self.seq));
        }
        if view.seq == next && view.prev != hex::encode(self.hash) {
            return Err("the record does not follow the one before it".into());
        }
        match view.intent {
            Some(intent) if !self.intents.remove(&intent) && !gaps && !self.resumed => {
                return Err(format!("it completes seq {intent}, which is no open intent"));
            }
            _ if view.outcome == "intent" => drop(self.intents.insert(view.seq)),
            _ => {}
        }
        (self.seq, self.hash) = (view.seq, hash);
        Ok(())
    }
}
