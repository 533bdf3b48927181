//! Room on the home's disk: below a mark nothing is done that is not the operator's, so that they can still act and be recorded.
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use toolward_manifests::unit::{parse_size, size_text};

use super::Error;

/// `[audit]` in a home's `config.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditConfig {
    /// The low-water mark: while the home's disk has less room than this, in bytes, no task is opened and no call made.
    #[serde(serialize_with = "text", deserialize_with = "size")]
    pub low_water: u64,
}

/// The low-water mark of a home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LowWater {
    home: PathBuf,
    mark: u64,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self { low_water: 64 << 20 }
    }
}

impl AuditConfig {
    /// Whether nothing was said.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl LowWater {
    /// That of a home.
    #[must_use]
    pub fn new(home: &Path, config: AuditConfig) -> Self {
        Self { home: home.to_path_buf(), mark: config.low_water }
    }

    /// The mark, in bytes.
    #[must_use]
    pub fn mark(&self) -> u64 {
        self.mark
    }

    /// What is left on the home's disk for this user, in bytes (statvfs(3)).
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be looked at.
    pub fn left(&self) -> Result<u64, Error> {
        let disk = rustix::fs::statvfs(&self.home).map_err(|errno| Error::io(&self.home)(errno.into()))?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// That there is more room than the mark.
    ///
    /// # Errors
    /// [`Error::LowWater`] where there is less, [`Error::Io`] where that cannot be known.
    pub fn holds(&self) -> Result<(), Error> {
        if self.mark == 0 {
            return Ok(());
        }
        let left = self.left()?;
        if left < self.mark { Err(Error::LowWater { left, mark: self.mark }) } else { Ok(()) }
    }
}

fn size<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let text = String::deserialize(from)?;
    parse_size(&text).map_err(|bad| serde::de::Error::custom(bad.message))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
fn text<S: Serializer>(size: &u64, to: S) -> Result<S::Ok, S::Error> {
    size_text(*size).serialize(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_that_the_disk_does_not_reach_is_told_with_what_is_left() {
        let home = tempfile::tempdir().unwrap();
        let mark = |low_water| LowWater::new(home.path(), AuditConfig { low_water });
        mark(0).holds().unwrap();
        mark(1).holds().unwrap();
        let error = mark(u64::MAX).holds().unwrap_err();
        assert!(matches!(error, Error::LowWater { mark: u64::MAX, .. }), "{error}");
    }
}
