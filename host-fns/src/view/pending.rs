//! Something that the door was asked and has not answered yet, while the guest does other things.
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use wasmtime_wasi::runtime::{AbortOnDropJoinHandle, spawn};

use crate::door::{Door, Fault, NetworkReply, NetworkRequest, Reply, Request};

/// An answer to come. Letting go of it gives up waiting, and whatever the answer has opened.
pub(super) struct Pending {
    door: Arc<dyn Door>,
    state: State,
}

enum State {
    /// Not yet.
    Waiting(AbortOnDropJoinHandle<Reply>),
    /// It is here.
    Answered(Reply),
    /// It was taken.
    Taken,
}

impl Pending {
    /// Asks. What can be decided at once is: a guest that lets go at once was refused and recorded all the same.
    pub(super) fn ask(door: &Arc<dyn Door>, request: NetworkRequest) -> Self {
        let asked = Arc::clone(door);
        let mut asking = Box::pin(async move { asked.perform(Request::Network(request)).await });
        let state = match asking.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(reply) => State::Answered(reply),
            Poll::Pending => State::Waiting(spawn(asking)),
        };
        Self { door: Arc::clone(door), state }
    }

    /// Waits for the answer; may be given up and called again.
    pub(super) async fn ready(&mut self) {
        if let State::Waiting(waiting) = &mut self.state {
            self.state = State::Answered(waiting.await);
        }
    }

    /// The fault, if that was answered at once.
    pub(super) fn fault(&self) -> Option<Fault> {
        match &self.state {
            State::Answered(Reply::Fault(fault)) => Some(*fault),
            _ => None,
        }
    }

    /// The answer, if it is here.
    pub(super) fn now(mut self) -> Result<Reply, Self> {
        self.take().ok_or(self)
    }

    fn take(&mut self) -> Option<Reply> {
        let (taken, state) = match std::mem::replace(&mut self.state, State::Taken) {
            State::Answered(reply) => (Some(reply), State::Taken),
            State::Taken => (None, State::Taken),
            State::Waiting(mut waiting) => match Pin::new(&mut waiting).poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(reply) => (Some(reply), State::Taken),
                Poll::Pending => (None, State::Waiting(waiting)),
            },
        };
        self.state = state;
        taken
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(Reply::Network(NetworkReply::Opened { id, .. })) = self.take() {
            self.door.close_stream(id);
        }
    }
}
