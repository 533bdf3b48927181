//! Sets of operations, as the lists of a rule name them.
use std::fmt;

use crate::access::{FileOp, SecretOp};
use crate::nearest::did_you_mean;
use crate::pattern::{MethodPattern, PatternError};

/// The operations of one list of a rule.
pub(crate) trait Ops: Clone + Sized {
    /// One operation as written.
    type Op: PartialEq + Clone + fmt::Debug;
    /// One operation as asked for.
    type Asked: ?Sized;

    /// The operation that a word names.
    fn op(word: &str) -> Result<Self::Op, PatternError>;
    /// What the list of an `allow` holds.
    fn allowing(ops: Vec<Self::Op>) -> Self;
    /// What the list of an `ask` or `deny` holds.
    fn catching(ops: Vec<Self::Op>) -> Self {
        Self::allowing(ops)
    }
    /// Whether an `allow` names the operation.
    fn has(&self, asked: &Self::Asked) -> bool;
    /// Whether an `ask` or `deny` names the operation.
    fn catches(&self, asked: &Self::Asked) -> bool {
        self.has(asked)
    }
}

/// The operation among those that have that word, or what is wrong with the word.
fn among<O: Copy>(word: &str, all: &[O], name: fn(O) -> &'static str) -> Result<O, PatternError> {
    all.iter().copied().find(|&op| name(op) == word).ok_or_else(|| {
        let error = PatternError::new(0..word.len(), format!("unknown operation `{}`", word.escape_debug()));
        let names: Vec<_> = all.iter().map(|&op| name(op)).collect();
        PatternError { help: did_you_mean(word, names.iter().copied()), ..error }
    })
}

/// File operations, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FileOps(u8);

impl FileOps {
    fn bit(op: FileOp) -> u8 {
        match op {
            FileOp::Read => 1,
            FileOp::List => 2,
            FileOp::Create => 4,
            FileOp::Write => 8,
            FileOp::Delete => 16,
        }
    }

    pub(crate) fn contains(self, op: FileOp) -> bool {
        self.0 & Self::bit(op) != 0
    }
}

impl FromIterator<FileOp> for FileOps {
    fn from_iter<I: IntoIterator<Item = FileOp>>(ops: I) -> Self {
        Self(ops.into_iter().map(Self::bit).fold(0, |set, bit| set | bit))
    }
}

impl Ops for FileOps {
    type Op = FileOp;
    type Asked = FileOp;

    fn op(word: &str) -> Result<FileOp, PatternError> {
        among(word, &FileOp::ALL, FileOp::word)
    }

    fn allowing(ops: Vec<FileOp>) -> Self {
        ops.into_iter().collect()
    }

    /// Replacing a file is writing it: `write` covers `create` and `delete`.
    fn catching(ops: Vec<FileOp>) -> Self {
        let covered = if ops.contains(&FileOp::Write) { &[FileOp::Create, FileOp::Delete][..] } else { &[] };
        ops.iter().chain(covered).copied().collect()
    }

    fn has(&self, asked: &FileOp) -> bool {
        self.contains(*asked)
    }
}

impl Ops for Vec<SecretOp> {
    type Op = SecretOp;
    type Asked = SecretOp;

    fn op(word: &str) -> Result<SecretOp, PatternError> {
        among(word, &[SecretOp::Use, SecretOp::Reveal], SecretOp::word)
    }

    fn allowing(ops: Vec<SecretOp>) -> Self {
        ops
    }

    fn has(&self, asked: &SecretOp) -> bool {
        self.contains(asked)
    }
}

impl Ops for Vec<MethodPattern> {
    type Op = MethodPattern;
    type Asked = str;

    fn op(word: &str) -> Result<MethodPattern, PatternError> {
        MethodPattern::parse(word)
    }

    fn allowing(ops: Vec<MethodPattern>) -> Self {
        ops
    }

    fn has(&self, asked: &str) -> bool {
        self.iter().any(|method| method.matches(asked))
    }

    fn catches(&self, asked: &str) -> bool {
        self.iter().any(|method| method.matches_folded(asked))
    }
}

/// The one operation of a kind that has only one.
macro_rules! only_op {
    ($(#[$doc:meta])* $name:ident is $word:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) struct $name;

        impl Ops for $name {
            type Op = Self;
            type Asked = Self;

            fn op(word: &str) -> Result<Self, PatternError> {
                among(word, &[Self], |_| $word)
            }

            fn allowing(_: Vec<Self>) -> Self {
                Self
            }

            fn has(&self, _: &Self) -> bool {
                true
            }
        }
    };
}

only_op! {
    /// `connect`.
    Connect is "connect"
}
only_op! {
    /// `lookup`.
    Lookup is "lookup"
}
only_op! {
    /// `read` of a variable.
    ReadEnv is "read"
}
only_op! {
    /// `call`.
    CallTool is "call"
}
