//! What a rename or a link must not do: make an access possible under another name.
use super::Scope;
use crate::access::{Access, FileOp};
use crate::path::GuestPath;
use crate::verdict::Verdict;

impl Scope {
    /// Whether any file operation's verdict would be weaker at `to` than at `from`: such a rename or link is refused.
    #[must_use]
    pub fn weaker_at(&self, from: &GuestPath, to: &GuestPath) -> bool {
        FileOp::ALL.into_iter().any(|op| self.strictness(op, to) < self.strictness(op, from))
    }

    /// Whether every rule leaves the same rest below both names: only then may a directory move from one to the other.
    #[must_use]
    pub fn same_below(&self, a: &GuestPath, b: &GuestPath) -> bool {
        self.files.residue(a) == self.files.residue(b)
    }

    fn strictness(&self, op: FileOp, path: &GuestPath) -> u8 {
        match self.decide(&Access::Files { op, path: path.clone() }) {
            Verdict::Allow(_) => 0,
            Verdict::Ask(_) => 1,
            Verdict::Deny(_) => 2,
        }
    }
}
