//! What can go wrong with the state, in the operator's words.
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use toolward_host_fns::record::RecordError;
use toolward_host_fns::shortage::Shortage;

use crate::failure::Failure;
use crate::notice::Notice;

/// The state could not be used. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No home was made there yet.
    #[error("there is no state at `{}`", .0.display())]
    Missing(PathBuf),
    /// The file is a database of something else.
    #[error("`{}` is not a store of toolward", .0.display())]
    Foreign(PathBuf),
    /// The store was made by another version.
    #[error("the store has version {found}, and this toolward knows version {known}")]
    Version {
        /// What stands in the file.
        found: i64,
        /// What this program writes.
        known: i64,
    },
    /// Other processes held the store for longer than anyone should.
    #[error("the store is locked by another process")]
    Locked,
    /// No room is left.
    #[error("the store cannot grow: the disk is full, or a quota or file size limit was reached")]
    Full,
    /// So little room is left on the disk that only what the operator does is recorded.
    #[error("the home's disk has {} MiB left, less than its low-water mark of {}", left >> 20, toolward_manifests::unit::size_text(*mark))]
    LowWater {
        /// What is left, in bytes.
        left: u64,
        /// The mark, in bytes.
        mark: u64,
    },
    /// The store cannot be written by this user, or lies on a read-only file system.
    #[error("the store cannot be written: it, its directory or its file system is read-only or another user's")]
    ReadOnly,
    /// The store is damaged.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// Something that the store has no way to write down.
    #[error("the task cannot be kept: {0}")]
    Unkept(String),
    /// Any other failure of the store.
    #[error("the store failed: {0}")]
    Store(rusqlite::Error),
    /// A file of the home could not be read or written.
    #[error("`{}`: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What happened.
        error: io::Error,
    },
    /// A key file that cannot be used as it is.
    #[error("`{}` {what}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The system gave no random bytes.
    #[error("the system gave no random bytes: {0}")]
    Random(getrandom::Error),
}

impl Error {
    /// An I/O error with the file that it is about.
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |error| Self::Io { path, error }
    }

    fn help(&self) -> Option<&'static str> {
        match self {
            Self::Missing(_) => Some("make it with `toolward init`, or name another with `--home`"),
            Self::Foreign(_) => Some("name another directory with `--home`"),
            Self::Version { found, known } if found < known => {
                Some("`toolward init` brings it to this version; until then nothing is changed")
            }
            Self::Version { .. } => Some("use the version of toolward that made this store; nothing was changed"),
            Self::Locked => Some("wait for the other process, or end it"),
            Self::Full => Some("make room; until then every access is denied"),
            Self::LowWater { .. } => Some(
                "make room, or move tasks that are over to a file with `toolward audit archive`; until then only what the operator does is recorded",
            ),
            Self::ReadOnly => Some("the home must belong to the user who runs toolward"),
            Self::Damaged(_) => Some("keep a copy, then look with `toolward audit verify`"),
            Self::Key { .. } => Some("only its owner may read a key: `chmod 600`; a lost one cannot be made again"),
            Self::Unkept(_) | Self::Store(_) | Self::Io { .. } | Self::Random(_) => None,
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::DiskFull) => Self::Full,
            // Reading takes writing too: readers register in the store's shared memory.
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            // A write past RLIMIT_FSIZE or a quota is an I/O error to SQLite, not a full disk.
            Some(ErrorCode::SystemIoFailure) if is_write(&error) => Self::Full,
            _ => Self::Store(error),
        }
    }
}

fn is_write(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_WRITE)
}

impl From<getrandom::Error> for Error {
    fn from(error: getrandom::Error) -> Self {
        Self::Random(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let failure = Self::internal(error.to_string());
        let failure = match error {
            Error::Locked => failure.notice(Notice::Busy),
            Error::Full => failure.notice(Notice::Short(Shortage::Room)),
            Error::LowWater { .. } => failure.notice(Notice::LowWater),
            Error::ReadOnly => failure.notice(Notice::Store("the home cannot be written")),
            Error::Damaged(_) => failure.notice(Notice::Store("the home's store is damaged")),
            Error::Store(_) | Error::Io { .. } => failure.notice(Notice::Store("the home's store cannot be used")),
            _ => failure,
        };
        match error.help() {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}

impl From<Error> for RecordError {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}
