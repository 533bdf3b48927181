//! The time between a decision and an answer: room that is held, and records that are closed, whoever gives up waiting.
use std::sync::Arc;

use super::Net;
use super::streams::Stream;
use crate::door::{Fault, StreamId};
use crate::mediate::{Mediator, Receipt};
use crate::record::Peer;

/// Room for one more connection; given back when this is dropped, unless a stream has taken it.
pub(super) struct Room<'a> {
    net: &'a Net,
    is_taken: bool,
}

/// A stream that nobody holds yet. Dropped, it is closed, and its record with it.
pub(super) struct Opening<'a> {
    net: &'a Net,
    mediator: &'a Mediator,
    id: StreamId,
    pub(super) stream: Arc<Stream>,
    is_kept: bool,
}

impl Net {
    /// Room for one more connection.
    pub(super) fn room(&self) -> Result<Room<'_>, Fault> {
        self.streams().take_room()?;
        Ok(Room { net: self, is_taken: false })
    }

    /// A stream for something that is about to be done under this receipt: from now on its record is closed, come what may.
    pub(super) fn open<'a>(&'a self, mediator: &'a Mediator, receipt: Receipt, room: Option<Room<'a>>) -> Opening<'a> {
        let has_room = room.is_some_and(|mut room| {
            room.is_taken = true;
            true
        });
        let (id, stream) = self.streams().open(receipt, has_room);
        Opening { net: self, mediator, id, stream, is_kept: false }
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        if !self.is_taken {
            self.net.streams().give_room();
        }
    }
}

impl Opening<'_> {
    /// It is answered: whoever has its number holds it.
    pub(super) fn keep(mut self) -> StreamId {
        self.is_kept = true;
        self.id
    }

    /// It is over.
    pub(super) fn close(mut self) -> Result<(), Fault> {
        self.is_kept = true;
        self.net.close(self.mediator, self.id)
    }
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        if !self.is_kept {
            // That the record cannot be written is logged, and found by the next one.
            let _logged = self.net.close(self.mediator, self.id);
        }
    }
}

/// How far a request has come: it has room, or already a stream, since a name was looked up for it.
pub(super) enum Begun<'a> {
    Room(Room<'a>),
    Stream(Opening<'a>),
}

impl<'a> Begun<'a> {
    /// What was learned since its first intent made it a refusal, of which there is a record too.
    pub(super) fn refused(&self) {
        if let Self::Stream(opening) = self {
            opening.stream.refused();
        }
    }

    /// Its stream, from now on under this receipt.
    pub(super) fn under(self, mediator: &'a Mediator, receipt: Receipt, peer: Peer) -> Opening<'a> {
        let opening = match self {
            Self::Room(room) => room.net.open(mediator, receipt, Some(room)),
            Self::Stream(opening) => {
                opening.stream.under(receipt);
                opening
            }
        };
        opening.stream.with(peer);
        opening
    }
}
