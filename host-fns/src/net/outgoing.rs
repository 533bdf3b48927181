//! The body of a request on its way out: exactly as long as the guest said, or as long as it writes.
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::{Mutex, mpsc};

use crate::door::{BodyLength, Fault, NetworkFault};

/// As many pieces wait between guest and connection.
const WAITING: usize = 2;

/// What hyper sends.
pub(super) struct Body {
    pieces: Option<mpsc::Receiver<Bytes>>,
    length: BodyLength,
    /// Whether the guest has said that it is whole: else its end is a break.
    whole: Arc<AtomicBool>,
}

/// What the guest writes to.
pub(super) struct Writer {
    sender: Mutex<Option<(mpsc::Sender<Bytes>, BodyLength)>>,
    whole: Arc<AtomicBool>,
}

/// The body ended before it was whole: hyper then breaks the connection, so that no server takes it for all.
#[derive(Debug)]
pub(super) struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the body of the request was not finished")
    }
}

impl std::error::Error for Broken {}

/// Both ends of a body of this length.
pub(super) fn body(length: BodyLength) -> (Writer, Body) {
    let nothing = matches!(length, BodyLength::Nothing | BodyLength::Exactly(0));
    let whole = Arc::new(AtomicBool::new(nothing));
    let (sender, pieces) = mpsc::channel(WAITING);
    let sender = (!nothing).then_some((sender, length));
    let writer = Writer { sender: Mutex::new(sender), whole: Arc::clone(&whole) };
    (writer, Body { pieces: (!nothing).then_some(pieces), length, whole })
}

impl Writer {
    /// Hands on bytes, once there is room for them.
    pub(super) async fn write(&self, bytes: Bytes) -> Result<(), Fault> {
        let mut sender = self.sender.lock().await;
        let Some((pieces, left)) = sender.as_mut() else { return Err(Fault::Network(NetworkFault::BodySize)) };
        if let BodyLength::Exactly(left) = left {
            let Some(rest) = left.checked_sub(bytes.len() as u64) else {
                *sender = None;
                return Err(Fault::Network(NetworkFault::BodySize));
            };
            *left = rest;
        }
        let sent = pieces.send(bytes).await;
        sent.map_err(|_| Fault::Network(NetworkFault::Terminated))
    }

    /// The body is whole; an error where it is shorter than it was to be.
    pub(super) async fn finish(&self) -> Result<(), Fault> {
        match self.sender.lock().await.take() {
            Some((_, BodyLength::Exactly(1..))) => Err(Fault::Network(NetworkFault::BodySize)),
            Some(_) | None => {
                self.whole.store(true, Ordering::Release);
                Ok(())
            }
        }
    }

    /// Whether all of it was written.
    pub(super) fn is_whole(&self) -> bool {
        self.whole.load(Ordering::Acquire)
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let Some(pieces) = self.pieces.as_mut() else { return Poll::Ready(None) };
        match pieces.poll_recv(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(bytes)) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            Poll::Ready(None) => {
                self.pieces = None;
                Poll::Ready((!self.whole.load(Ordering::Acquire)).then_some(Err(Broken)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match self.length {
            BodyLength::Nothing => SizeHint::with_exact(0),
            BodyLength::Exactly(length) => SizeHint::with_exact(length),
            BodyLength::Unknown => SizeHint::default(),
        }
    }
}
