//! What a server saw, in order, shared between its thread and the test.
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::sleep;
use std::time::Duration;

/// A list that a server adds to and a test reads.
#[derive(Debug)]
pub struct Log<T>(Arc<Mutex<Vec<T>>>);

impl<T> Clone for Log<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Vec::new())))
    }
}

impl<T: Clone> Log<T> {
    fn entries(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap()
    }

    /// Everything so far.
    #[must_use]
    pub fn all(&self) -> Vec<T> {
        self.entries().clone()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Waits for at least so many, and answers everything.
    ///
    /// # Panics
    /// After twenty seconds.
    pub fn wait_for(&self, count: usize) -> Vec<T> {
        for _ in 0..2_000 {
            if self.len() >= count {
                return self.all();
            }
            sleep(Duration::from_millis(10));
        }
        panic!("there are {} of {count}", self.len());
    }

    /// Adds one, and answers its place.
    pub(super) fn add(&self, entry: T) -> usize {
        let mut entries = self.entries();
        entries.push(entry);
        entries.len() - 1
    }

    /// Changes the one at this place.
    pub(super) fn change(&self, place: usize, change: impl FnOnce(&mut T)) {
        if let Some(entry) = self.entries().get_mut(place) {
            change(entry);
        }
    }
}
