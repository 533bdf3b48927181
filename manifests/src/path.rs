//! Guest paths: absolute, normal, bounded; the only form in which a path reaches a rule.
use std::fmt;

use serde::{Deserialize, Serialize};

/// An absolute guest path in normal form: begins with `/`, has no empty, `.` or `..` segment, no trailing slash
/// (but for the root itself), no NUL, and is at most [`GuestPath::MAX`] bytes of UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GuestPath(String);

/// Why a text is no guest path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadPath {
    /// It does not begin with `/`.
    Relative,
    /// It has an empty, `.` or `..` segment, or a trailing slash.
    NotNormal,
    /// It contains a NUL.
    Nul,
    /// It is longer than [`GuestPath::MAX`] bytes.
    TooLong,
}

impl GuestPath {
    /// The longest path, in bytes (Linux `PATH_MAX`).
    pub const MAX: usize = 4096;

    /// Parses a path that must already be in normal form.
    ///
    /// # Errors
    /// [`BadPath`] says which rule of the form the text breaks.
    pub fn parse(text: &str) -> Result<Self, BadPath> {
        let Some(rest) = text.strip_prefix('/') else { return Err(BadPath::Relative) };
        if text.len() > Self::MAX {
            return Err(BadPath::TooLong);
        }
        if text.contains('\0') {
            return Err(BadPath::Nul);
        }
        if !rest.is_empty() && rest.split('/').any(|s| matches!(s, "" | "." | "..")) {
            return Err(BadPath::NotNormal);
        }
        Ok(Self(text.to_owned()))
    }

    /// Parses a path as a file system reads it: empty and `.` segments mean nothing, nor does a `/` at the end.
    ///
    /// # Errors
    /// [`BadPath`]; a `..` is [`BadPath::NotNormal`], since where it leads depends on symbolic links.
    pub fn normalised(text: &str) -> Result<Self, BadPath> {
        let Some(rest) = text.strip_prefix('/') else { return Err(BadPath::Relative) };
        if text.len() > Self::MAX {
            return Err(BadPath::TooLong);
        }
        if let Ok(normal) = Self::parse(text) {
            return Ok(normal);
        }
        let segments: Vec<_> = rest.split('/').filter(|segment| !matches!(*segment, "" | ".")).collect();
        Self::parse(&format!("/{}", segments.join("/")))
    }

    /// The path one name further down.
    ///
    /// # Errors
    /// [`BadPath`] where `name` is not one plain segment, or the result is too long.
    pub fn join(&self, name: &str) -> Result<Self, BadPath> {
        if matches!(name, "" | "." | "..") || name.contains('/') {
            return Err(BadPath::NotNormal);
        }
        if name.contains('\0') {
            return Err(BadPath::Nul);
        }
        let mut text = String::with_capacity(self.0.len() + 1 + name.len());
        if self.0.len() > 1 {
            text.push_str(&self.0);
        }
        text.push('/');
        text.push_str(name);
        if text.len() > Self::MAX {
            return Err(BadPath::TooLong);
        }
        Ok(Self(text))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The segments, none for the root.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|s| !s.is_empty())
    }
}

impl fmt::Display for GuestPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for BadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Relative => "a guest path begins with `/`",
            Self::NotNormal => "a guest path has no empty, `.` or `..` segment and no trailing slash",
            Self::Nul => "a guest path has no NUL",
            Self::TooLong => "a guest path has at most 4096 bytes",
        })
    }
}

impl std::error::Error for BadPath {}

impl TryFrom<String> for GuestPath {
    type Error = BadPath;

    fn try_from(text: String) -> Result<Self, BadPath> {
        Self::parse(&text)
    }
}

impl From<GuestPath> for String {
    fn from(path: GuestPath) -> Self {
        path.0
    }
}
