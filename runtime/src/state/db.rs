//! The store: one SQLite file, safe under many processes at once.
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::wal::Wal;
use super::{Error, private, schema};

/// How long a writer waits for the others before it says that the store is locked: a hundred at once take turns within
/// half a second, even where each flushes the disk.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a committed record survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// The end of any process, `kill -9` too. A power cut may take the last records, and never more than the last.
    #[default]
    Process,
    /// A power cut: every commit is flushed to the disk.
    Power,
}

/// An open store.
#[derive(Debug)]
pub struct Db {
    open: Mutex<Open>,
    path: PathBuf,
    durability: Durability,
    /// How often something was committed through this connection.
    writes: AtomicU64,
}

#[derive(Debug)]
struct Open {
    connection: Connection,
    wal: Wal,
}

impl Db {
    /// Opens the store of a home, after making it where there is none.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub fn create(home: &Path, durability: Durability) -> Result<Self, Error> {
        let path = path_in(home);
        private::touch(&path)?;
        let mut connection = connect(&path, durability)?;
        patiently(|| {
            if schema::marks(&connection)? == (0, 0) {
                connection.pragma_update(None, "journal_mode", "WAL")?;
            }
            let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            match schema::marks(&tx)? {
                (0, 0) if is_empty(&tx)? => schema::migrate(&tx, 0)?,
                (schema::APPLICATION, version) if (1..schema::known()).contains(&version) => {
                    schema::migrate(&tx, version)?;
                }
                marks => check(&path, marks)?,
            }
            Ok(tx.commit()?)
        })?;
        Ok(Self::of(connection, path, durability))
    }

    /// Opens the store of a home.
    ///
    /// # Errors
    /// [`Error::Missing`] where there is none; [`Error::Foreign`] or [`Error::Version`] where it is of something else or
    /// of another version: it is then left untouched; any other [`Error`] where it cannot be used.
    pub fn open(home: &Path, durability: Durability) -> Result<Self, Error> {
        let path = path_in(home);
        if !path.try_exists().map_err(Error::io(&path))? {
            return Err(Error::Missing(home.to_path_buf()));
        }
        let connection = connect(&path, durability)?;
        patiently(|| check(&path, schema::marks(&connection)?))?;
        Ok(Self::of(connection, path, durability))
    }

    fn of(connection: Connection, path: PathBuf, durability: Durability) -> Self {
        let wal = Wal::of(&path);
        Self { open: Mutex::new(Open { connection, wal }), path, durability, writes: AtomicU64::new(0) }
    }

    /// Where the store lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What a commit survives.
    #[must_use]
    pub fn durability(&self) -> Durability {
        self.durability
    }

    /// Writes in one transaction that no other writer can come between: all of `work` or nothing of it.
    /// `work` runs again where another process was faster.
    ///
    /// # Errors
    /// Those of `work`, and [`Error`] where the transaction could not be committed.
    pub fn write<T>(&self, mut work: impl FnMut(&Transaction<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut open = self.lock();
        let done = patiently(|| {
            let tx = open.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&tx)?;
            tx.commit()?;
            Ok(done)
        })?;
        self.writes.fetch_add(1, Ordering::Relaxed);
        let Open { connection, wal } = &mut *open;
        wal.committed(connection);
        Ok(done)
    }

    /// Reads in one transaction, so that everything `work` sees is of one moment.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn read<T, E: From<Error>>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut open = self.lock();
        let tx = open.connection.transaction().map_err(Error::from)?;
        work(&tx)
    }

    /// Gives the room of what was deleted back to the file system. Nobody else writes meanwhile.
    ///
    /// # Errors
    /// [`Error`] where it cannot be done now, as where others are at it, or the disk has no room for a copy.
    pub fn shrink(&self) -> Result<(), Error> {
        let mut open = self.lock();
        open.connection.execute_batch("VACUUM")?;
        let Open { connection, wal } = &mut *open;
        wal.empty(connection)
    }

    /// A number that changes whenever another process or connection has committed something.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub fn version(&self) -> Result<i64, Error> {
        let open = self.lock();
        let mut statement = open.connection.prepare_cached("PRAGMA data_version")?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// Two numbers of which one changes whenever anybody has committed something, through this connection or another.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub fn pulse(&self) -> Result<(i64, u64), Error> {
        Ok((self.version()?, self.writes.load(Ordering::Relaxed)))
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // A panic in `work` rolled its transaction back: the connection itself is sound.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.wal.closing(&mut self.connection);
    }
}

fn path_in(home: &Path) -> PathBuf {
    home.join("state.db")
}

fn connect(path: &Path, durability: Durability) -> Result<Connection, Error> {
    let mut connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_handler(Some(wait))?;
    // The log is kept short by `wal`: SQLite itself would copy it whenever the last process leaves.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    let synchronous = match durability {
        Durability::Process => "NORMAL",
        Durability::Power => "FULL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// Called by SQLite while another process holds the lock: writers hold it for some 50 µs, so the first waits are short.
pub(super) fn wait(times: i32) -> bool {
    let pause = Duration::from_micros(50).saturating_mul(u32::try_from(times).unwrap_or(0).saturating_add(1));
    let pause = pause.min(Duration::from_millis(5));
    thread::sleep(pause);
    // The pauses grow to 5 ms over the first 100 times, a quarter of a second in all.
    Duration::from_millis(5).saturating_mul(u32::try_from(times).unwrap_or(0)) < PATIENCE
}

/// Tries again where SQLite does not call [`wait`]: after a stale snapshot, during another's recovery of the log.
fn patiently<T>(mut attempt: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match attempt() {
            Err(Error::Locked) if Instant::now() < deadline => thread::sleep(Duration::from_millis(1)),
            done => return done,
        }
    }
}

fn check(path: &Path, marks: (i64, i64)) -> Result<(), Error> {
    match marks {
        (schema::APPLICATION, version) if version == schema::known() => Ok(()),
        (schema::APPLICATION, found) => Err(Error::Version { found, known: schema::known() }),
        _ => Err(Error::Foreign(path.to_path_buf())),
    }
}

/// Whether nothing was ever made in this file: only then is it ours to fill.
fn is_empty(tx: &Transaction<'_>) -> Result<bool, Error> {
    Ok(tx.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?)
}
