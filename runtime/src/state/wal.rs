//! Keeps SQLite's write-ahead log short.
//!
//! Whoever opens the store after everybody left reads the whole log (1 ms a MiB), and copying the log into the store
//! flushes the disk twice (10 ms): so a process that writes much copies rarely, and the last to leave leaves little.
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::Error;

/// What may be left for the next process.
const LEFT: u64 = 1 << 20;
/// At this size the log is copied even in the middle of a cold call, should earlier processes have been killed.
const FIRST: u64 = 4 << 20;
/// At this size it is copied by a process that goes on writing.
const LATER: u64 = 16 << 20;

#[derive(Debug)]
pub(super) struct Wal {
    path: PathBuf,
    copy_at: u64,
}

impl Wal {
    pub(super) fn of(store: &Path) -> Self {
        let mut path = OsString::from(store);
        path.push("-wal");
        Self { path: path.into(), copy_at: FIRST }
    }

    /// After a commit.
    pub(super) fn committed(&mut self, connection: &mut Connection) {
        let size = self.size();
        if size >= self.copy_at {
            // What fails now is tried again when the log has grown by as much again: nothing is lost meanwhile.
            let emptied = copy(connection).unwrap_or(false);
            self.copy_at = if emptied { LATER } else { size.saturating_add(LATER) };
        }
    }

    /// Before the connection closes.
    pub(super) fn closing(&self, connection: &mut Connection) {
        if self.size() >= LEFT {
            drop(copy(connection));
        }
    }

    /// Copies all of it into the store now.
    pub(super) fn empty(&mut self, connection: &mut Connection) -> Result<(), Error> {
        if copy(connection)? { Ok(()) } else { Err(Error::Locked) }
    }

    fn size(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |metadata| metadata.len())
    }
}

/// Copies the log into the store and empties it, without waiting for anybody. Answers whether it is empty.
fn copy(connection: &mut Connection) -> Result<bool, Error> {
    connection.busy_handler(None::<fn(i32) -> bool>)?;
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    connection.busy_handler(Some(super::db::wait))?;
    Ok(busy == 0)
}
