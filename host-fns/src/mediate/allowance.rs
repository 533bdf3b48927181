//! What one call may still record.
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use toolward_manifests::Limits;

use crate::door::{Fault, Limit};

/// What the record of a call itself may take of the log, in bytes: so much is set aside, so that it always fits.
pub const CLOSING_RECORD_BYTES: u64 = 2048;

/// Records, and their bytes.
pub(super) struct Allowance {
    records: AtomicU32,
    /// That of the call itself has its place.
    bytes: AtomicU64,
}

impl Allowance {
    pub(super) fn of(limits: &Limits) -> Self {
        let bytes = limits.log.saturating_sub(CLOSING_RECORD_BYTES);
        Self { records: AtomicU32::new(limits.records), bytes: AtomicU64::new(bytes) }
    }

    pub(super) fn records(&self) -> u32 {
        self.records.load(Ordering::Relaxed)
    }

    /// Takes one record; where none is left the call ends.
    pub(super) fn take_record(&self) -> Result<(), Fault> {
        let taken = self.records.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        taken.map(drop).map_err(|_| Fault::Limit(Limit::Records))
    }

    /// Takes bytes of records; where so many are not left the call ends.
    pub(super) fn take_bytes(&self, bytes: u64) -> Result<(), Fault> {
        let taken = self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes));
        taken.map(drop).map_err(|_| Fault::Limit(Limit::Log))
    }
}
