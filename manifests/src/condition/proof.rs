//! What is known of a condition.

/// A condition is proved, disproved, or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// It holds: an `allow` may match.
    Proved,
    /// It does not hold: an `ask` or `deny` does not match.
    Disproved,
    /// A field is missing, or of another type, or a pattern matches in another case only.
    Unknown,
}

impl Proof {
    pub(crate) fn of(holds: bool) -> Self {
        if holds { Self::Proved } else { Self::Disproved }
    }

    /// What matches exactly is proved; what does not even match in another case or Unicode form is disproved.
    pub(crate) fn matched(exactly: bool, folded: impl FnOnce() -> bool) -> Self {
        match (exactly, exactly || folded()) {
            (true, _) => Self::Proved,
            (false, true) => Self::Unknown,
            (false, false) => Self::Disproved,
        }
    }

    /// Whether all hold.
    pub(crate) fn all(proofs: impl IntoIterator<Item = Self>) -> Self {
        all(proofs)
    }

    fn not(self) -> Self {
        match self {
            Self::Proved => Self::Disproved,
            Self::Disproved => Self::Proved,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// How many of the values that a condition is about must fulfil it. The same for the words of a rule: an `allow` matches
/// where every value does, an `ask` or a `deny` where any does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    /// Every one: asked for an `allow`, which has to be proved.
    Every,
    /// Any one: asked for an `ask` or a `deny`, which has to be disproved.
    Any,
}

impl Quantifier {
    /// What is known of several values together.
    pub(crate) fn over(self, proofs: impl IntoIterator<Item = Proof>) -> Proof {
        match self {
            Self::Every => all(proofs),
            Self::Any => any(proofs),
        }
    }

    /// What is known where nothing is there, and the condition allows that: it keeps no `allow` from matching, and makes
    /// no `ask` or `deny` match.
    pub(crate) fn of_nothing(self) -> Proof {
        Proof::of(self == Self::Every)
    }
}

/// Whether all hold; proved where there is none. Asks no further once one does not.
pub(crate) fn all(proofs: impl IntoIterator<Item = Proof>) -> Proof {
    let mut sum = Proof::Proved;
    for next in proofs {
        match next {
            Proof::Disproved => return Proof::Disproved,
            Proof::Unknown => sum = Proof::Unknown,
            Proof::Proved => {}
        }
    }
    sum
}

/// Whether any holds.
pub(crate) fn any(proofs: impl IntoIterator<Item = Proof>) -> Proof {
    all(proofs.into_iter().map(Proof::not)).not()
}
