//! The handle of a task: a bearer secret of which only a digest is kept.
use std::fmt;

use sha2::{Digest, Sha256};

use super::Error;

/// SHA-256 of a handle: what the store keeps, and what a handle is looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HandleDigest(pub [u8; 32]);

/// `tw_` and 64 hex digits: 256 random bits.
pub struct Handle(String);

impl Handle {
    /// What every handle begins with.
    pub const PREFIX: &str = "tw_";

    /// A fresh handle.
    ///
    /// # Errors
    /// [`Error::Random`] where the system gives no random bytes.
    pub fn fresh() -> Result<Self, Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(format!("{}{}", Self::PREFIX, hex::encode(bytes))))
    }

    /// Takes what a user or a variable gave for a handle. `None` where it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.strip_prefix(Self::PREFIX)?;
        let hex = digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        hex.then(|| Self(text.to_owned()))
    }

    /// The handle itself, for whoever opened the task.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The digest that stands for it in the store. Looking it up compares digests, so that the time a wrong handle
    /// takes says nothing about the right one.
    #[must_use]
    pub fn digest(&self) -> HandleDigest {
        HandleDigest(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(tw_…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Handle;

    #[test]
    fn a_handle_is_read_back_with_the_same_digest_and_never_shown_by_debug() {
        let handle = Handle::fresh().unwrap();
        let again = Handle::parse(&format!("{}\n", handle.reveal())).unwrap();
        assert_eq!(handle.digest(), again.digest());
        assert!(!format!("{handle:?}").contains(&handle.reveal()[3..10]));
    }

    #[test]
    fn what_cannot_be_a_handle_is_none() {
        let handle = Handle::fresh().unwrap();
        for text in ["", "tw_", "t_00", &handle.reveal()[..66], &handle.reveal().to_uppercase()] {
            assert!(Handle::parse(text).is_none(), "{text}");
        }
    }
}
