//! A task that is imagined: calls count as made, and their outputs as seen, and nothing is kept anywhere.
use std::collections::BTreeSet;

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
    calls: u64,
}

impl Imagined {
    /// A task that has done nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { taint: Taint::Clean, ..Self::default() }
    }

    /// What a scope says of an access, or of a call, that comes next.
    pub fn decide(&mut self, scope: &Scope, access: &Access) -> Verdict {
        let Access::Tools(call) = access else { return scope.decide_when(access, self.taint) };
        let seen = |sighting: &Sighting| self.supplied.contains(&(sighting.mark, sighting.atom.clone()));
        let by = |sighting| (sighting, "an earlier call".to_owned());
        self.history.seen = scope.sightings(call).into_iter().filter(seen).map(by).collect();
        let call = Call { history: Some(self.history.clone()), ..call.clone() };
        scope.decide_when(&Access::Tools(call), self.taint)
    }

    /// The call was made. It gave this output, or failed where there is none.
    pub fn made(&mut self, scope: &Scope, call: &Call, output: Option<&Value>) {
        self.calls += 1;
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
