//! What a worker knows of the directory that its guest has listed last. Whoever reads a directory by WASI's C library asks for
//! the identity of each name that it finds; the broker has told it with the names, and hears of the question all the same, so that
//! it decides and records it as any other. Only that its answer is not waited for.
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use toolward_host_fns::door::{At, DirId, Entry};

/// As many names are kept.
const MOST: usize = 10_000;

/// Device and inode of each name.
type Identities = HashMap<String, (u64, u64)>;

/// The last listing.
#[derive(Debug, Default)]
pub(super) struct Listed(Mutex<Option<(DirId, Identities)>>);

impl Listed {
    /// Keeps what was listed, in the place of what was before.
    pub(super) fn keep(&self, dir: DirId, entries: &[Entry]) {
        let known = entries.iter().take(MOST).filter_map(|entry| Some((entry.name.clone(), entry.identity?)));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((dir, known.collect()));
    }

    /// The identity of a name, once: whoever asks again wants to know anew.
    pub(super) fn take(&self, at: &At) -> Option<(u64, u64)> {
        let mut listed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (dir, known) = listed.as_mut()?;
        if *dir != at.dir || at.follow { None } else { known.remove(&at.path) }
    }

    /// Forgets it: something may have changed.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
