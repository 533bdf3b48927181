//! A task that is imagined: calls count as made, and their outputs as seen, and nothing is kept anywhere.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{History, MarkId, Marked, Scope, Sighting, Taint};
use crate::access::{Access, Call};
use crate::provenance::atoms;
use crate::verdict::Verdict;

/// Of one output as many atoms are kept, as in a task that is none of imagination.
pub const MOST_ATOMS: usize = 16_384;

/// What an imagined task did.
#[derive(Debug, Clone, Default)]
pub struct Imagined {
    /// What it did before.
    pub history: History,
    /// Whether it has read from an untrusted source.
    pub taint: Taint,
    supplied: BTreeSet<(MarkId, String)>,
}

impl Imagined {
    /// A task that has done nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { taint: Taint::Clean, ..Self::default() }
    }

    /// A task that has done this before.
    #[must_use]
    pub fn after(history: History, taint: Taint) -> Self {
        Self { history, taint, ..Self::default() }
    }

    /// What a scope says of an access, or of a call, that comes next.
    pub fn decide(&mut self, scope: &Scope, access: &Access) -> Verdict {
        let access = self.completed(scope, access, BTreeMap::new());
        scope.decide_when(&access, self.taint)
    }

    /// An access with all that was done before; a call's values may have been `seen` beyond what is imagined.
    #[must_use]
    pub fn completed(&mut self, scope: &Scope, access: &Access, seen: BTreeMap<Sighting, String>) -> Access {
        let Access::Tools(call) = access else { return access.clone() };
        let supplied = |sighting: &Sighting| self.supplied.contains(&(sighting.mark, sighting.atom.clone()));
        let by = |sighting| (sighting, "an earlier call".to_owned());
        self.history.seen = scope.sightings(call).into_iter().filter(supplied).map(by).chain(seen).collect();
        Access::Tools(Call { history: Some(self.history.clone()), ..call.clone() })
    }

    /// The call was made. It gave this output, or failed where there is none.
    pub fn made(&mut self, scope: &Scope, call: &Call, output: Option<&Value>) {
        let call = Call { history: Some(self.history.clone()), ..call.clone() };
        // A human would have said yes.
        let counted = match scope.decide_when(&Access::Tools(call.clone()), self.taint) {
            Verdict::Allow(allow) => allow.counted().to_vec(),
            Verdict::Ask(ask) => ask.counted().to_vec(),
            Verdict::Deny(_) => Vec::new(),
        };
        for rule in counted {
            *self.history.uses.entry(rule).or_default() += 1;
        }
        let marks = scope.marks(&call);
        for mark in marks.began {
            self.history.marks.entry(mark).or_default().began = true;
        }
        if scope.untrusted(&Access::Tools(call.clone())).is_some() {
            self.taint = Taint::Tainted;
        }
        let Some(output) = output else { return };
        for mark in marks.succeeded {
            self.history.marks.insert(mark, Marked { began: true, succeeded: true });
        }
        for (mark, field) in marks.sources {
            let atoms = atoms(output, &call.input, field.as_ref(), MOST_ATOMS).atoms;
            self.supplied.extend(atoms.into_iter().map(|atom| (mark, atom)));
        }
    }

    /// An access was made: what it reads may taint the task.
    pub fn accessed(&mut self, scope: &Scope, access: &Access) {
        if scope.untrusted(access).is_some() {
            self.taint = Taint::Tainted;
        }
    }
}
