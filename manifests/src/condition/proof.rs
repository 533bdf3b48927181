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
