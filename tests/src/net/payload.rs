//! Bodies of answers: some end, some do not.
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// What follows an answer's head.
#[derive(Debug, Clone)]
pub enum Payload {
    /// These bytes.
    Whole(Bytes),
    /// These bytes over and over: the second number says how often. `HttpServer::sent` counts what was taken.
    Repeated(Bytes, u64),
    /// Nothing, and no end either.
    Silent,
}

impl From<&str> for Payload {
    fn from(text: &str) -> Self {
        Self::Whole(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<Vec<u8>> for Payload {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Whole(bytes.into())
    }
}

/// A payload on its way.
pub(super) struct Sending {
    payload: Option<Payload>,
    /// Counts the bytes that were asked for.
    sent: Arc<AtomicU64>,
}

impl Sending {
    pub(super) fn new(payload: Payload, sent: Arc<AtomicU64>) -> Self {
        Self { payload: Some(payload), sent }
    }

    fn next(&mut self) -> Poll<Option<Bytes>> {
        match self.payload.take() {
            None | Some(Payload::Repeated(_, 0)) => Poll::Ready(None),
            Some(Payload::Whole(bytes)) => Poll::Ready(Some(bytes).filter(|bytes| !bytes.is_empty())),
            Some(Payload::Repeated(bytes, times)) => {
                self.payload = Some(Payload::Repeated(bytes.clone(), times - 1));
                Poll::Ready(Some(bytes))
            }
            Some(Payload::Silent) => {
                self.payload = Some(Payload::Silent);
                Poll::Pending
            }
        }
    }
}

impl Body for Sending {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        this.next().map(|next| {
            next.map(|bytes| {
                this.sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                Ok(Frame::data(bytes))
            })
        })
    }

    fn size_hint(&self) -> SizeHint {
        match &self.payload {
            Some(Payload::Whole(bytes)) => SizeHint::with_exact(bytes.len() as u64),
            _ => SizeHint::default(),
        }
    }
}
