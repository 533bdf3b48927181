//! State: the store and the keys of one home directory, and the only place that opens them.
pub mod agents;
mod db;
mod error;
mod ids;
mod keys;
mod local;
mod moment;
pub(crate) mod private;
mod room;
mod schema;
pub mod tasks;
mod time;
mod wal;

use std::path::Path;
use std::sync::Arc;

pub use db::{Db, Durability};
pub use error::Error;
pub use ids::fresh_id;
pub use keys::{Keys, PublicKey, SecretKey, SigningKey};
pub use local::LocalClock;
pub use moment::{Moment, SinceBoot};
pub use room::{AuditConfig, LowWater};
pub use time::Time;

/// Everything that a home keeps: its store and its keys.
#[derive(Debug, Clone)]
pub struct State {
    /// The store, shared by whoever reads and writes in this process.
    pub db: Arc<Db>,
    /// The installation's keys.
    pub keys: Arc<Keys>,
}

impl State {
    /// Makes the home where there is none, with its keys and an empty store, and opens it. What is there already stays.
    ///
    /// # Errors
    /// [`Error`] where the directory, the keys or the store cannot be made or do not fit together.
    pub fn create(home: &Path, durability: Durability) -> Result<Self, Error> {
        private::directory(home)?;
        let keys = Arc::new(Keys::create(home)?);
        let db = Arc::new(Db::create(home, durability)?);
        Ok(Self { db, keys })
    }

    /// Opens a home that exists.
    ///
    /// # Errors
    /// [`Error::Missing`] where there is none, any other [`Error`] where it cannot be used.
    pub fn open(home: &Path, durability: Durability) -> Result<Self, Error> {
        let db = Arc::new(Db::open(home, durability)?);
        let keys = Arc::new(Keys::load(home)?);
        Ok(Self { db, keys })
    }
}
