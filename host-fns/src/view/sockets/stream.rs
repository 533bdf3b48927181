//! Both ways of a connection of the door, as WASI's streams.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use wasmtime_wasi_io::poll::Pollable;
use wasmtime_wasi_io::streams::{InputStream, OutputStream, StreamError, StreamResult};

use crate::door::bounds::MAX_WRITE_BYTES;
use crate::door::{Door, Fault, NetworkReply, NetworkRequest, Reply, StreamId};
use crate::view::fault::ending;
use crate::view::pending::Pending;

/// A stream of the door. It ends when the last that holds it lets go.
pub(super) struct Held {
    pub(super) door: Arc<dyn Door>,
    pub(super) id: StreamId,
    /// The guest has shut down what arrives.
    receives_nothing: AtomicBool,
    /// The same of what is sent.
    sends_nothing: AtomicBool,
}

impl Held {
    pub(super) fn new(door: Arc<dyn Door>, id: StreamId) -> Arc<Self> {
        let (receives_nothing, sends_nothing) = (AtomicBool::new(false), AtomicBool::new(false));
        Arc::new(Self { door, id, receives_nothing, sends_nothing })
    }

    /// Nothing that arrives is read any more.
    pub(super) fn shut_down_receiving(&self) {
        self.receives_nothing.store(true, Ordering::Relaxed);
    }

    /// Nothing more is taken to be sent; what was taken before is sent. Whether that is new.
    pub(super) fn shut_down_sending(&self) -> bool {
        !self.sends_nothing.swap(true, Ordering::Relaxed)
    }

    fn receives_nothing(&self) -> bool {
        self.receives_nothing.load(Ordering::Relaxed)
    }

    fn sends_nothing(&self) -> bool {
        self.sends_nothing.load(Ordering::Relaxed)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.door.close_stream(self.id);
    }
}

fn failed(fault: Fault) -> StreamError {
    match fault {
        Fault::Limit(_) | Fault::Over | Fault::Broken => StreamError::Trap(ending(fault)),
        Fault::Network(fault) => StreamError::LastOperationFailed(wasmtime::Error::msg(fault.word())),
        Fault::Refused | Fault::CrossDevice | Fault::Os(_) => StreamError::Closed,
    }
}

/// What arrives.
pub(super) struct Input {
    held: Arc<Held>,
    state: Arriving,
}

enum Arriving {
    /// Nothing was asked for.
    Idle,
    Asked(Pending),
    Here(Bytes),
    Ended,
}

impl Input {
    pub(super) fn new(held: Arc<Held>) -> Self {
        Self { held, state: Arriving::Idle }
    }

    /// Asks for bytes where none are here, and takes the answer if there is one.
    fn look(&mut self) -> StreamResult<()> {
        let state = std::mem::replace(&mut self.state, Arriving::Ended);
        let pending = match state {
            Arriving::Idle => Pending::ask(&self.held.door, NetworkRequest::Read(self.held.id)),
            Arriving::Asked(pending) => pending,
            other => {
                self.state = other;
                return Ok(());
            }
        };
        match pending.now() {
            Err(pending) => self.state = Arriving::Asked(pending),
            Ok(Reply::Network(NetworkReply::Bytes(bytes))) => self.state = Arriving::Here(bytes),
            Ok(Reply::Network(NetworkReply::End { .. })) => self.state = Arriving::Ended,
            Ok(Reply::Fault(fault)) => return Err(failed(fault)),
            Ok(_) => return Err(failed(Fault::Broken)),
        }
        Ok(())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Input {
    async fn ready(&mut self) {
        if self.held.receives_nothing() {
            return;
        }
        if matches!(self.state, Arriving::Idle) {
            self.state = Arriving::Asked(Pending::ask(&self.held.door, NetworkRequest::Read(self.held.id)));
        }
        if let Arriving::Asked(pending) = &mut self.state {
            pending.ready().await;
        }
    }
}

#[wasmtime_wasi::async_trait]
impl InputStream for Input {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        if self.held.receives_nothing() {
            // Whatever was asked for is given up.
            self.state = Arriving::Ended;
        }
        self.look()?;
        match &mut self.state {
            Arriving::Here(bytes) => {
                let read = bytes.split_to(size.min(bytes.len()));
                if bytes.is_empty() {
                    self.state = Arriving::Idle;
                }
                Ok(read)
            }
            Arriving::Ended => Err(StreamError::Closed),
            Arriving::Idle | Arriving::Asked(_) => Ok(Bytes::new()),
        }
    }
}

/// What is sent.
pub(super) struct Output {
    held: Arc<Held>,
    state: Leaving,
}

enum Leaving {
    Free,
    Asked(Pending),
    Closed,
}

impl Output {
    pub(super) fn new(held: Arc<Held>) -> Self {
        Self { held, state: Leaving::Free }
    }

    /// Takes the answer to what was sent before, if there is one. A stream that was shut down is closed after that.
    fn look(&mut self) -> StreamResult<()> {
        match std::mem::replace(&mut self.state, Leaving::Closed) {
            Leaving::Free => self.state = Leaving::Free,
            Leaving::Closed => return Err(StreamError::Closed),
            Leaving::Asked(pending) => match pending.now() {
                Err(pending) => self.state = Leaving::Asked(pending),
                Ok(Reply::Network(NetworkReply::Taken)) => self.state = Leaving::Free,
                Ok(Reply::Fault(fault)) => return Err(failed(fault)),
                Ok(_) => return Err(failed(Fault::Broken)),
            },
        }
        if matches!(self.state, Leaving::Free) && self.held.sends_nothing() {
            self.state = Leaving::Closed;
            return Err(StreamError::Closed);
        }
        Ok(())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Output {
    async fn ready(&mut self) {
        if let Leaving::Asked(pending) = &mut self.state {
            pending.ready().await;
        }
    }
}

#[wasmtime_wasi::async_trait]
impl OutputStream for Output {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.look()?;
        if !matches!(self.state, Leaving::Free) || bytes.len() > MAX_WRITE_BYTES {
            return Err(StreamError::trap("bytes were written that there was no room for"));
        }
        if !bytes.is_empty() {
            self.state = Leaving::Asked(Pending::ask(&self.held.door, NetworkRequest::Write(self.held.id, bytes)));
        }
        self.look()
    }

    fn flush(&mut self) -> StreamResult<()> {
        self.look()
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        self.look()?;
        Ok(if matches!(self.state, Leaving::Free) { MAX_WRITE_BYTES } else { 0 })
    }
}
