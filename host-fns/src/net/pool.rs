//! Connections that wait for their next request.
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use toolward_manifests::url::Scheme;

use super::client::Client;

/// How long a connection waits.
const IDLE: Duration = Duration::from_secs(30);
/// As many wait for one destination, and in all.
const MOST_OF_ONE: usize = 8;
const MOST: usize = 64;

/// What a connection may be used again for. The address is the client's; it is checked at each use.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Destination {
    pub(super) tool: Arc<str>,
    pub(super) scheme: Scheme,
    pub(super) host: String,
    pub(super) port: u16,
    /// A digest of the credentials that travel on it.
    pub(super) credential: Option<[u8; 32]>,
}

/// Idle connections, by what they may be used for.
#[derive(Default)]
pub(super) struct Pool(Mutex<HashMap<Destination, Vec<(Instant, Client)>>>);

impl Pool {
    /// An open connection to an address that is good for this request.
    pub(super) fn take(&self, destination: &Destination, good: impl Fn(IpAddr) -> bool) -> Option<Client> {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = idle.get_mut(destination)?;
        waiting.retain(|(since, client)| since.elapsed() < IDLE && client.is_open());
        let at = waiting.iter().rposition(|(_, client)| good(client.address))?;
        let (_, client) = waiting.swap_remove(at);
        // One that takes several requests at a time stays for the next.
        if let Some(shared) = client.share() {
            waiting.push((Instant::now(), shared));
        }
        Some(client)
    }

    /// Keeps a connection whose last exchange ended as it should.
    pub(super) fn put(&self, destination: Destination, client: Client) {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.values().map(Vec::len).sum::<usize>() >= MOST {
            idle.values_mut()
                .for_each(|waiting| waiting.retain(|(since, client)| since.elapsed() < IDLE && client.is_open()));
            idle.retain(|_, waiting| !waiting.is_empty());
        }
        let all: usize = idle.values().map(Vec::len).sum();
        let waiting = idle.entry(destination).or_default();
        if client.is_open() && waiting.len() < MOST_OF_ONE && all < MOST {
            waiting.push((Instant::now(), client));
        }
    }
}
