//! What a rename or a link must not do: make an access possible under another name.
use super::layer::BoundLayer;
use super::{Scope, Taint};
use crate::access::{Access, FileOp, Kind};
use crate::path::GuestPath;
use crate::rule::Word;
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

    /// Whether every layer allows an operation on every path below this one, whether the task is tainted or not. The path
    /// itself is not asked about. `false` where the rules do not show it: a `deny` or `ask` that can match something below is
    /// enough, and so is an `allow` that does not match all of it by itself.
    #[must_use]
    pub fn allows_below(&self, op: FileOp, path: &GuestPath) -> bool {
        !self.layers.is_empty() && self.files.allow_below(self.layers.len(), op, path)
    }

    /// Whether some layer refuses an operation on every path below this one, whether the task is tainted or not. `false` where
    /// the rules do not show it.
    #[must_use]
    pub fn refuses_below(&self, op: FileOp, path: &GuestPath) -> bool {
        let refuses = |(at, layer): (usize, &BoundLayer)| {
            let unmatched = layer.nothing(Kind::Files).word == Word::Deny;
            self.files.deny_below(at, op, path) || unmatched && !self.files.may_open_below(at, op, path)
        };
        self.layers.is_empty() || self.layers.iter().enumerate().any(refuses)
    }

    fn strictness(&self, op: FileOp, path: &GuestPath, taint: Taint) -> u8 {
        match self.decide_when(&Access::Files { op, path: path.clone() }, taint) {
            Verdict::Allow(_) => 0,
            Verdict::Ask(_) => 1,
            Verdict::Deny(_) => 2,
        }
    }
}
