//! The order of calls: `after` and `not_after`, as far as it is known.
use crate::access::Call;
use crate::condition::Proof;
use crate::scope::{History, MarkId, Marked, Wording};

use super::Binder;

/// The earlier calls that a rule wants, and those that it does not.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Order<M> {
    /// All of these have succeeded.
    pub(crate) after: Vec<M>,
    /// None of these has begun.
    pub(crate) not_after: Vec<M>,
}

impl Order<Wording> {
    /// Gives the patterns other wordings.
    pub(crate) fn rename(&mut self, new: &dyn Fn(Wording) -> Wording) {
        self.after.iter_mut().chain(&mut self.not_after).for_each(|mark| *mark = new(*mark));
    }

    pub(crate) fn bind(&self, binder: Binder<'_>) -> Order<MarkId> {
        let bind = |marks: &[Wording]| marks.iter().map(|mark| binder.owner.mark(*mark)).collect();
        Order { after: bind(&self.after), not_after: bind(&self.not_after) }
    }
}

impl Order<MarkId> {
    pub(crate) fn is_empty(&self) -> bool {
        self.after.is_empty() && self.not_after.is_empty()
    }

    /// Whether the calls came in this order. See [`crate::scope::History`] for what proves and disproves it.
    pub(crate) fn test(&self, history: Option<&History>) -> Proof {
        if self.is_empty() {
            return Proof::Proved;
        }
        let Some(history) = history else { return Proof::Unknown };
        let after = self.after.iter().map(|mark| match history.marked(*mark) {
            Marked { succeeded: true, .. } => Proof::Proved,
            Marked { began: true, .. } => Proof::Unknown,
            Marked { .. } => Proof::Disproved,
        });
        let not_after = self.not_after.iter().map(|mark| match history.marked(*mark) {
            Marked { succeeded: true, .. } => Proof::Disproved,
            Marked { began: true, .. } => Proof::Unknown,
            Marked { .. } => Proof::Proved,
        });
        Proof::all(after.chain(not_after))
    }

    /// What is not proved of it, in words.
    pub(crate) fn obstacles<'o>(
        &'o self,
        call: &'o Call,
        tool_of: &'o dyn Fn(MarkId) -> Option<&'o str>,
    ) -> impl Iterator<Item = String> + 'o {
        let marked = |mark: MarkId| call.history.as_ref().map(|history| history.marked(mark)).unwrap_or_default();
        let missing = self.after.iter().filter(move |mark| !marked(**mark).succeeded);
        let missing =
            missing.filter_map(|mark| Some(format!("no such call of `{}` succeeded before", tool_of(*mark)?)));
        let begun = self.not_after.iter().filter(move |mark| marked(**mark).began);
        let unseen = |mark: MarkId| call.history.as_ref().map_or(0, |history| history.unseen_by(mark.layer)) > 0;
        let begun = begun.filter_map(move |mark| {
            let may = if unseen(*mark) { "may have been" } else { "was" };
            Some(format!("`{}` {may} called before", tool_of(*mark)?))
        });
        missing.chain(begun)
    }
}
