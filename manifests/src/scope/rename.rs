//! What a rename or a link must not do: make an access possible under another name.
use super::{Scope, Taint};
use crate::access::{Access, FileOp};
use crate::path::GuestPath;
use crate::verdict::Verdict;

impl Scope {
    /// Whether any file operation's verdict would be weaker at `to` than at `from`: such a rename or link is refused.
    #[must_use]
    pub fn weaker_at(&self, from: &GuestPath, to: &GuestPath) -> bool {
        // A task that is clean now may be tainted when it comes back to the other name, and the other way round.
        let is_weaker = |op, taint| self.strictness(op, to, taint) < self.strictness(op, from, taint);
        FileOp::ALL.into_iter().any(|op| is_weaker(op, Taint::Clean) || is_weaker(op, Taint::Tainted))
    }

    /// Whether every rule leaves the same rest below both names: only then may a directory move from one to the other.
    #[must_use]
    pub fn same_below(&self, a: &GuestPath, b: &GuestPath) -> bool {
        self.files.residue(a) == self.files.residue(b)
    }

    fn strictness(&self, op: FileOp, path: &GuestPath, taint: Taint) -> u8 {
        match self.decide_when(&Access::Files { op, path: path.clone() }, taint) {
            Verdict::Allow(_) => 0,
            Verdict::Ask(_) => 1,
            Verdict::Deny(_) => 2,
        }
    }
}
