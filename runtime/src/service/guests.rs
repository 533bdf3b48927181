//! Who is served: so many connections at a time, and of one user no more than a part of them.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// As many connections are served at a time.
const MOST: usize = 64;
/// As many of one user: nobody keeps all others out.
const MOST_OF_ONE: usize = 24;

/// The connections that are open, by user.
#[derive(Debug, Clone, Default)]
pub(super) struct Guests(Arc<Mutex<HashMap<u32, usize>>>);

/// A place, held as long as its connection.
#[derive(Debug)]
pub(super) struct Place {
    guests: Guests,
    uid: u32,
}

impl Guests {
    /// A place for one more connection of a user; `None` where there is none.
    pub(super) fn place(&self, uid: u32) -> Option<Place> {
        let mut open = self.open();
        if open.values().sum::<usize>() >= MOST || open.get(&uid).is_some_and(|own| *own >= MOST_OF_ONE) {
            return None;
        }
        *open.entry(uid).or_default() += 1;
        Some(Place { guests: self.clone(), uid })
    }

    /// Whether nobody is served.
    pub(super) fn is_empty(&self) -> bool {
        self.open().is_empty()
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u32, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.guests.open();
        if let Some(own) = open.get_mut(&self.uid) {
            *own -= 1;
        }
        open.retain(|_, own| *own > 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_user_keeps_nobody_out() {
        let guests = Guests::default();
        let places: Vec<_> = (0..MOST).filter_map(|_| guests.place(1)).collect();
        assert_eq!(places.len(), MOST_OF_ONE);
        let other = guests.place(2).unwrap();
        drop(places);
        assert!(guests.place(1).is_some() && !guests.is_empty());
        drop(other);
        assert!(guests.is_empty());
    }
}
