//! What the last listing of a directory has told: the identity of each name in it.
//!
//! WASI's C library asks for the identity of each name that it reads from a directory, so a listing contains them.
//! Both sides of the door keep it: a worker answers its guest without waiting for the broker, and the broker decides and records
//! that question as any other without looking at the name a second time.
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{At, DirId, Entry, Identity, Request};

/// The most names that are kept. The identity of any other name is looked up when it is asked for.
const MAX_NAMES: usize = 4096;

/// The last listing, with what is known of its directory.
#[derive(Debug)]
pub struct Listed<T>(Mutex<Option<Listing<T>>>);

#[derive(Debug)]
struct Listing<T> {
    dir: DirId,
    about: T,
    identities: HashMap<String, Identity>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Listed<T> {
    /// Keeps what was listed, in the place of what was before.
    pub fn keep(&self, dir: DirId, about: T, entries: &[Entry]) {
        let known = entries.iter().take(MAX_NAMES).filter_map(|entry| Some((entry.name.clone(), entry.identity?)));
        *self.last() = Some(Listing { dir, about, identities: known.collect() });
    }

    /// The identity of a name, and what is known of its directory. It is forgotten then: a second question is answered anew.
    pub fn take(&self, at: &At) -> Option<(T, Identity)> {
        let mut last = self.last();
        let listing = last.as_mut().filter(|listing| listing.dir == at.dir && !at.follow)?;
        let identity = listing.identities.remove(&at.path)?;
        Some((listing.about.clone(), identity))
    }

    /// Forgets what this request may change, and the name whose metadata it asks for.
    pub fn heed(&self, request: &Request) {
        match request {
            Request::StatAt(at) => {
                drop(self.take(at));
            }
            request if request.changes_names() => *self.last() = None,
            _ => {}
        }
    }

    fn last(&self) -> MutexGuard<'_, Option<Listing<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::FileKind;

    fn at(dir: u32, path: &str) -> At {
        At { dir: DirId(dir), path: path.to_owned(), follow: false }
    }

    fn listed(names: usize) -> Listed<()> {
        let entry = |n: usize| Entry { name: format!("n{n}"), kind: FileKind::Regular, identity: Some((1, n as u64)) };
        let listed = Listed::default();
        listed.keep(DirId(7), (), &(0..names).map(entry).collect::<Vec<_>>());
        listed
    }

    #[test]
    fn a_name_is_known_once() {
        let listed = listed(3);
        assert_eq!(listed.take(&at(7, "n2")), Some(((), (1, 2))));
        assert_eq!(listed.take(&at(7, "n2")), None);
    }

    #[test]
    fn another_directory_a_link_to_follow_and_another_spelling_are_not_known() {
        let listed = listed(3);
        assert_eq!(listed.take(&at(8, "n1")), None);
        assert_eq!(listed.take(&At { follow: true, ..at(7, "n1") }), None);
        assert_eq!(listed.take(&at(7, "./n1")), None);
    }

    #[test]
    fn nothing_is_known_after_a_change() {
        let listed = listed(3);
        listed.heed(&Request::Unlink(at(8, "other")));
        assert_eq!(listed.take(&at(7, "n1")), None);
    }

    #[test]
    fn a_name_that_was_looked_at_again_is_not_known() {
        let listed = listed(3);
        listed.heed(&Request::StatAt(at(7, "n1")));
        assert_eq!(listed.take(&at(7, "n1")), None);
        assert!(listed.take(&at(7, "n2")).is_some());
    }

    #[test]
    fn no_more_names_are_kept_than_the_bound() {
        let listed = listed(MAX_NAMES + 1);
        assert_eq!(listed.take(&at(7, &format!("n{MAX_NAMES}"))), None);
        assert!(listed.take(&at(7, &format!("n{}", MAX_NAMES - 1))).is_some());
    }
}
