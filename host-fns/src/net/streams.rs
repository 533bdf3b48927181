//! What one call holds open on the network: each with its record, which is closed when it ends.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use bytes::Bytes;

use super::exchange::Exchange;
use super::tcp::Connection;
use crate::door::{Fault, Limit, NetworkFault, NetworkReply, StreamId};
use crate::mediate::{Mediator, Receipt};
use crate::passed::Passed;
use crate::record::{Outcome, Peer};

/// The streams of one call, by number.
pub(super) struct Streams {
    open: HashMap<u32, Arc<Stream>>,
    next: u32,
    room: u32,
    ended: bool,
}

/// One stream: what is exchanged, and what is recorded of it.
pub(super) struct Stream {
    talk: OnceLock<Talk>,
    /// Whether it takes the room of a connection.
    has_room: bool,
    began: Instant,
    passed: Passed,
    ledger: Mutex<Ledger>,
}

/// What the record will say.
struct Ledger {
    receipt: Option<Receipt>,
    peer: Peer,
    outcome: Outcome,
}

/// What a stream is made of.
pub(super) enum Talk {
    Http(Box<Exchange>),
    Tcp(Connection),
}

impl Streams {
    pub(super) fn new(room: u32) -> Self {
        Self { open: HashMap::new(), next: 0, room, ended: false }
    }

    /// Takes the room of one connection.
    pub(super) fn take_room(&mut self) -> Result<(), Fault> {
        if self.ended {
            return Err(Fault::Refused);
        }
        self.room = self.room.checked_sub(1).ok_or(Fault::Limit(Limit::Connections))?;
        Ok(())
    }

    /// Gives it back.
    pub(super) fn give_room(&mut self) {
        self.room = self.room.saturating_add(1);
    }

    /// A stream with this receipt, in room that was taken for it or without.
    pub(super) fn open(&mut self, receipt: Receipt, has_room: bool) -> (StreamId, Arc<Stream>) {
        let stream = Arc::new(Stream {
            talk: OnceLock::new(),
            has_room,
            began: Instant::now(),
            passed: Passed::default(),
            ledger: Mutex::new(Ledger { receipt: Some(receipt), peer: Peer::default(), outcome: Outcome::Cut }),
        });
        let id = self.next;
        self.next = self.next.wrapping_add(1);
        self.open.insert(id, Arc::clone(&stream));
        (StreamId(id), stream)
    }

    pub(super) fn get(&self, id: StreamId) -> Result<Arc<Stream>, Fault> {
        self.open.get(&id.0).cloned().ok_or(Fault::Network(NetworkFault::NoStream))
    }

    pub(super) fn remove(&mut self, id: StreamId) -> Option<Arc<Stream>> {
        let stream = self.open.remove(&id.0)?;
        if stream.has_room {
            self.give_room();
        }
        Some(stream)
    }

    /// Takes all, and lets none be opened any more.
    pub(super) fn end(&mut self) -> Vec<Arc<Stream>> {
        self.ended = true;
        std::mem::take(&mut self.open).into_values().collect()
    }
}

impl Stream {
    /// It goes on under another receipt for the same intent.
    pub(super) fn under(&self, receipt: Receipt) {
        self.ledger().receipt = Some(receipt);
    }

    /// With whom it is to be exchanged.
    pub(super) fn with(&self, peer: Peer) {
        self.ledger().peer = peer;
    }

    /// It was not done after all.
    pub(super) fn refused(&self) {
        self.ledger().outcome = Outcome::Refused;
    }

    /// It was done.
    pub(super) fn done(&self) {
        self.ledger().outcome = Outcome::Done;
    }

    /// It was opened.
    pub(super) fn opened(&self, talk: Talk, peer: Peer) {
        let mut ledger = self.ledger();
        ledger.peer = peer;
        if matches!(talk, Talk::Tcp(_)) {
            ledger.outcome = Outcome::Done;
        }
        drop(self.talk.set(talk));
    }

    /// The response has begun: whatever becomes of the rest, the request was made.
    pub(super) fn responded(&self, status: u16) {
        let mut ledger = self.ledger();
        ledger.peer.status = Some(status);
        ledger.outcome = Outcome::Done;
    }

    /// It failed; the fault goes on to the guest.
    pub(super) fn failed(&self, fault: NetworkFault) -> Fault {
        self.ledger().outcome = Outcome::Failed(fault.word().into());
        Fault::Network(fault)
    }

    pub(super) fn exchange(&self) -> Result<&Exchange, Fault> {
        match self.talk.get() {
            Some(Talk::Http(exchange)) => Ok(&**exchange),
            Some(Talk::Tcp(_)) | None => Err(Fault::Network(NetworkFault::NoStream)),
        }
    }

    /// The next bytes, or the end.
    pub(super) async fn read(&self) -> Result<NetworkReply, Fault> {
        let read = match self.talk.get() {
            Some(Talk::Http(exchange)) => exchange.read().await,
            Some(Talk::Tcp(connection)) => connection.read().await,
            None => Err(NetworkFault::NoStream),
        };
        let reply = read.map_err(|fault| self.failed(fault))?;
        if let NetworkReply::Bytes(bytes) = &reply {
            self.passed.read(bytes);
        }
        Ok(reply)
    }

    pub(super) async fn write(&self, bytes: Bytes) -> Result<(), Fault> {
        self.passed.written(&bytes);
        match self.talk.get() {
            Some(Talk::Http(exchange)) => exchange.writer.write(bytes).await,
            Some(Talk::Tcp(connection)) => connection.write(&bytes).await.map_err(|fault| self.failed(fault)),
            None => Err(Fault::Network(NetworkFault::NoStream)),
        }
    }

    pub(super) async fn finish(&self) -> Result<(), Fault> {
        match self.talk.get() {
            Some(Talk::Http(exchange)) => exchange.writer.finish().await,
            Some(Talk::Tcp(connection)) => connection.finish().await.map_err(|fault| self.failed(fault)),
            None => Err(Fault::Network(NetworkFault::NoStream)),
        }
    }

    /// Closes its record, once.
    pub(super) fn settle(&self, mediator: &Mediator) -> Result<(), Fault> {
        let mut ledger = self.ledger();
        let Some(receipt) = ledger.receipt.take() else { return Ok(()) };
        let receipt = receipt.with(Peer { took: Some(self.began.elapsed()), ..ledger.peer.clone() });
        let totals = self.talk.get().map(|_| self.passed.totals());
        mediator.settle(receipt, &ledger.outcome, totals.as_ref())
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
