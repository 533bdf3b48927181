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

    fn not(self) -> Self {
        match self {
            Self::Proved => Self::Disproved,
            Self::Disproved => Self::Proved,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// Whether all hold; proved where there is none.
pub(crate) fn all(proofs: impl IntoIterator<Item = Proof>) -> Proof {
    proofs.into_iter().fold(Proof::Proved, |sum, next| match (sum, next) {
        (Proof::Disproved, _) | (_, Proof::Disproved) => Proof::Disproved,
        (Proof::Proved, other) | (other, Proof::Proved) => other,
        (Proof::Unknown, Proof::Unknown) => Proof::Unknown,
    })
}

/// Whether any holds.
pub(crate) fn any(proofs: impl IntoIterator<Item = Proof>) -> Proof {
    all(proofs.into_iter().map(Proof::not)).not()
}
