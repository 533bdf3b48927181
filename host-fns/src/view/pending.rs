//! Something that the door was asked and has not answered yet, while the guest does other things.
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use wasmtime_wasi::runtime::{AbortOnDropJoinHandle, spawn};

use crate::door::{Door, NetworkRequest, Reply, Request};

/// An answer to come. Letting go of it gives up waiting.
pub(super) enum Pending {
    /// Not yet.
    Waiting(AbortOnDropJoinHandle<Reply>),
    /// It is here.
    Answered(Reply),
}

impl Pending {
    /// Asks. What can be decided at once is: a guest that lets go at once was refused and recorded all the same.
    pub(super) fn ask(door: &Arc<dyn Door>, request: NetworkRequest) -> Self {
        let door = Arc::clone(door);
        let mut asking = Box::pin(async move { door.perform(Request::Network(request)).await });
        match asking.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(reply) => Self::Answered(reply),
            Poll::Pending => Self::Waiting(spawn(asking)),
        }
    }

    /// Waits for the answer; may be given up and called again.
    pub(super) async fn ready(&mut self) {
        if let Self::Waiting(waiting) = self {
            *self = Self::Answered(waiting.await);
        }
    }

    /// The answer, if it is here.
    pub(super) fn now(self) -> Result<Reply, Self> {
        match self {
            Self::Answered(reply) => Ok(reply),
            Self::Waiting(mut waiting) => match Pin::new(&mut waiting).poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(reply) => Ok(reply),
                Poll::Pending => Err(Self::Waiting(waiting)),
            },
        }
    }
}
