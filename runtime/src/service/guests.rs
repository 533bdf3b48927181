//! Who is served: so many connections at a time, of one user and of one agent no more than a part of them. A connection that
//! finds no place waits for one, for a limited time; one that has not proved itself gives way.
use std::collections::{BTreeMap, VecDeque};
use std::net::Shutdown;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::broker::descriptors;
use crate::failure::Failure;
use crate::notice::Notice;

/// How many connections are served at a time.
const MAX_SERVED: usize = 64;
/// How many of one user.
const MAX_OF_USER: usize = 24;
/// How many wait for a place.
const MAX_WAITING: usize = 128;
/// How many of one user.
const MAX_WAITING_OF_USER: usize = 64;
/// How long a connection waits for a place, or for one of its agent's to end.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a connection has to prove itself before it may have to give way.
const TIME_TO_PROVE: Duration = Duration::from_secs(1);
/// How often those that wait are looked at.
const LOOK: Duration = Duration::from_millis(20);
/// Descriptors that no client takes: with them the broker opens its own files and ends tasks.
const RESERVE: usize = 64;

/// The connections that are open, and those that wait.
#[derive(Debug, Clone)]
pub(super) struct Guests(Arc<Hall>);

#[derive(Debug)]
struct Hall {
    state: Mutex<State>,
    changed: Condvar,
    /// How many connections one agent may have.
    of_agent: usize,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    open: BTreeMap<u64, Guest>,
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Guest {
    uid: u32,
    /// The agent that it has proved to be, or to work for.
    agent: Option<String>,
    since: Instant,
    /// Its socket, so that it can be ended from here.
    stream: UnixStream,
    /// Whether it was told to give way.
    leaves: bool,
}

#[derive(Debug)]
struct Waiting {
    uid: u32,
    since: Instant,
    stream: UnixStream,
}

/// A place, held as long as its connection.
#[derive(Debug)]
pub(super) struct Place {
    guests: Guests,
    id: u64,
    uid: u32,
    agent: Option<String>,
}

/// What becomes of a connection.
#[derive(Debug)]
pub(super) enum Arrival {
    /// It is served.
    Served(UnixStream, Place),
    /// It waits for a place.
    Waits,
    /// There is no place, and no room to wait.
    Refused(UnixStream),
}

impl Guests {
    /// Nobody yet. One agent may have so many connections.
    pub(super) fn new(of_agent: usize) -> Self {
        Self(Arc::new(Hall { state: Mutex::default(), changed: Condvar::new(), of_agent }))
    }

    /// A connection of a user.
    pub(super) fn arrive(&self, stream: UnixStream, uid: u32) -> Arrival {
        let mut state = self.state();
        if is_reserved(&stream) {
            return Arrival::Refused(stream);
        }
        if state.waiting.iter().all(|other| other.uid != uid) && state.has_place(uid) {
            return self.admit(&mut state, stream, uid);
        }
        let of_user = state.waiting.iter().filter(|other| other.uid == uid).count();
        if state.waiting.len() >= MAX_WAITING || of_user >= MAX_WAITING_OF_USER {
            return Arrival::Refused(stream);
        }
        state.waiting.push_back(Waiting { uid, since: Instant::now(), stream });
        drop(state);
        self.0.changed.notify_all();
        Arrival::Waits
    }

    /// The next that has waited: for a place that it gets, or for too long. `None` once it is stopped.
    pub(super) fn next_waiting(&self, stopped: impl Fn() -> bool) -> Option<Arrival> {
        let mut state = self.state();
        loop {
            if stopped() {
                return None;
            }
            if let Some(at) = state.waiting.iter().position(|waiting| waiting.since.elapsed() > PATIENCE) {
                return state.waiting.remove(at).map(|waiting| Arrival::Refused(waiting.stream));
            }
            let due = state.waiting.iter().position(|waiting| state.has_place(waiting.uid));
            if let Some(waiting) = due.and_then(|at| state.waiting.remove(at)) {
                return Some(self.admit(&mut state, waiting.stream, waiting.uid));
            }
            state.make_room();
            let look = if state.waiting.is_empty() { PATIENCE } else { LOOK };
            state = self.0.changed.wait_timeout(state, look).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Wakes whoever waits in [`Guests::next_waiting`].
    pub(super) fn stop(&self) {
        // Whoever is about to wait holds the lock until it does.
        drop(self.state());
        self.0.changed.notify_all();
    }

    /// Whether nobody is served.
    pub(super) fn is_empty(&self) -> bool {
        self.state().open.is_empty()
    }

    fn admit(&self, state: &mut State, stream: UnixStream, uid: u32) -> Arrival {
        let Ok(own) = stream.try_clone() else { return Arrival::Refused(stream) };
        let id = state.next;
        state.next += 1;
        state.open.insert(id, Guest { uid, agent: None, since: Instant::now(), stream: own, leaves: false });
        Arrival::Served(stream, Place { guests: self.clone(), id, uid, agent: None })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn has_place(&self, uid: u32) -> bool {
        self.open.len() < MAX_SERVED && self.of_user(uid) < MAX_OF_USER
    }

    fn of_user(&self, uid: u32) -> usize {
        self.open.values().filter(|guest| guest.uid == uid).count()
    }

    /// Ends the oldest connection that has not proved itself in time, where somebody waits for its place.
    fn make_room(&mut self) {
        let leaving = self.open.values().filter(|guest| guest.leaves).count();
        let Some(waiting) = self.waiting.get(leaving) else { return };
        // Within its user's own share, or else of the user that has the most of the kind.
        let of_its_own = (self.of_user(waiting.uid) >= MAX_OF_USER).then_some(waiting.uid);
        let unproved = |guest: &&Guest| guest.agent.is_none() && !guest.leaves;
        let count = |uid: u32| self.open.values().filter(unproved).filter(|guest| guest.uid == uid).count();
        let most = self.open.values().filter(unproved).map(|guest| guest.uid).max_by_key(|uid| count(*uid));
        let Some(uid) = of_its_own.or(most) else { return };
        let is_late = |guest: &&mut Guest| guest.uid == uid && guest.since.elapsed() > TIME_TO_PROVE;
        let oldest = self.open.values_mut().find(|guest| guest.agent.is_none() && !guest.leaves && is_late(guest));
        if let Some(guest) = oldest {
            guest.leaves = true;
            // Its thread sees the end of its socket, and gives its place back.
            drop(guest.stream.shutdown(Shutdown::Both));
        }
    }
}

impl Place {
    /// The user at the other end.
    pub(super) fn uid(&self) -> u32 {
        self.uid
    }

    /// Whether the connection has proved itself.
    pub(super) fn agent(&self) -> Option<&str> {
        self.agent.as_deref()
    }

    /// The connection has proved that it is an agent, or works for one. Where that has as many connections as it may have,
    /// this waits until one of them ends; meanwhile it may have to give way.
    pub(super) fn prove(&mut self, agent: &str) -> Result<(), Failure> {
        if self.agent.as_deref() == Some(agent) {
            return Ok(());
        }
        let hall = Arc::clone(&self.guests.0);
        let began = Instant::now();
        let mut state = self.guests.state();
        while state.open.values().filter(|guest| guest.agent.as_deref() == Some(agent)).count() >= hall.of_agent {
            let left = PATIENCE.saturating_sub(began.elapsed());
            if left.is_zero() || state.open.get(&self.id).is_some_and(|guest| guest.leaves) {
                let message = format!("the agent `{agent}` has as many connections as it may have");
                let failure = Failure::internal(message).help("`connections` in `[quotas]` is the limit");
                return Err(failure.notice(Notice::Busy));
            }
            state = hall.changed.wait_timeout(state, left.min(LOOK)).unwrap_or_else(PoisonError::into_inner).0;
        }
        if let Some(guest) = state.open.get_mut(&self.id) {
            guest.agent = Some(agent.to_owned());
        }
        drop(state);
        self.agent = Some(agent.to_owned());
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.guests.state().open.remove(&self.id);
        self.guests.0.changed.notify_all();
    }
}

/// Whether a descriptor is one of those that are kept for the broker itself.
pub(super) fn is_reserved(descriptor: &impl AsRawFd) -> bool {
    let all = descriptors();
    // Where there are few the broker keeps an eighth.
    let kept = RESERVE.min(all / 8);
    usize::try_from(descriptor.as_raw_fd()).is_ok_and(|number| number >= all - kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection() -> (UnixStream, UnixStream) {
        UnixStream::pair().unwrap()
    }

    fn served(arrival: Arrival) -> Option<Place> {
        if let Arrival::Served(_, place) = arrival { Some(place) } else { None }
    }

    fn arrive(guests: &Guests, uid: u32) -> Option<Place> {
        served(guests.arrive(connection().0, uid))
    }

    fn next(guests: &Guests) -> Option<Place> {
        guests.next_waiting(|| false).and_then(served)
    }

    #[test]
    fn one_user_keeps_nobody_out_and_the_next_one_waits() {
        let guests = Guests::new(100);
        let mut places: Vec<_> = (0..MAX_OF_USER).filter_map(|_| arrive(&guests, 1)).collect();
        assert_eq!(places.len(), MAX_OF_USER);
        places.iter_mut().for_each(|place| place.prove("a").unwrap());
        assert!(matches!(guests.arrive(connection().0, 1), Arrival::Waits));
        let other = arrive(&guests, 2).unwrap();
        // It gets the first place that is free.
        drop(places.pop());
        assert!(next(&guests).is_some());
        drop((places, other));
        assert!(guests.is_empty());
    }

    #[test]
    fn who_proves_nothing_gives_way() {
        let guests = Guests::new(100);
        let mut proved = arrive(&guests, 1).unwrap();
        proved.prove("a").unwrap();
        let (idle, mut client) = connection();
        let idle = served(guests.arrive(idle, 1)).unwrap();
        let _others: Vec<_> = (2..MAX_OF_USER).map(|_| arrive(&guests, 1).unwrap()).collect();
        let (stream, _newcomer) = connection();
        assert!(matches!(guests.arrive(stream, 1), Arrival::Waits));
        let waiting = std::thread::spawn({
            let guests = guests.clone();
            move || next(&guests)
        });
        // The oldest that has proved nothing sees its socket end.
        assert_eq!(std::io::Read::read(&mut client, &mut [0]).unwrap(), 0);
        drop(idle);
        assert!(waiting.join().unwrap().is_some());
        assert!(!guests.state().open.get(&proved.id).unwrap().leaves);
    }

    #[test]
    fn who_waits_too_many_are_refused_at_once() {
        let guests = Guests::new(100);
        let _places: Vec<_> = (0..MAX_OF_USER).filter_map(|_| arrive(&guests, 1)).collect();
        for _ in 0..MAX_WAITING_OF_USER {
            assert!(matches!(guests.arrive(connection().0, 1), Arrival::Waits));
        }
        assert!(matches!(guests.arrive(connection().0, 1), Arrival::Refused(_)));
        assert!(arrive(&guests, 2).is_some());
    }

    #[test]
    fn an_agent_has_its_own_share() {
        let guests = Guests::new(1);
        let (mut one, mut two) = (arrive(&guests, 1).unwrap(), arrive(&guests, 1).unwrap());
        one.prove("a").unwrap();
        two.prove("b").unwrap();
        let mut three = arrive(&guests, 1).unwrap();
        let waiting = std::thread::spawn(move || three.prove("a").map(|()| three));
        std::thread::sleep(Duration::from_millis(50));
        drop(one);
        assert_eq!(waiting.join().unwrap().unwrap().agent(), Some("a"));
    }
}
