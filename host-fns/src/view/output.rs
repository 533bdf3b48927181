//! Standard output and standard error: captured, limited together, never the host's own.
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi_io::poll::Pollable;
use wasmtime_wasi_io::streams::{OutputStream, StreamError, StreamResult};

use crate::door::Limit;
use crate::guest::LimitReached;

#[derive(Debug)]
struct Buffers {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    room: usize,
    as_one: bool,
}

/// What a guest has written.
#[derive(Debug, Clone)]
pub struct Output(Arc<Mutex<Buffers>>);

#[derive(Debug, Clone, Copy)]
enum Which {
    Out,
    Err,
}

#[derive(Debug, Clone)]
struct Captured {
    output: Output,
    which: Which,
}

impl Output {
    /// Room for so many bytes on both streams together.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self::with(limit, false)
    }

    /// The same, where standard output goes with standard error: the guest answers in another way.
    #[must_use]
    pub fn as_one(limit: u64) -> Self {
        Self::with(limit, true)
    }

    fn with(limit: u64, as_one: bool) -> Self {
        let room = usize::try_from(limit).unwrap_or(usize::MAX);
        Self(Arc::new(Mutex::new(Buffers { stdout: Vec::new(), stderr: Vec::new(), room, as_one })))
    }

    /// For how many bytes there is still room.
    #[must_use]
    pub fn room(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).room
    }

    /// Takes what was written so far: stdout and stderr.
    #[must_use]
    pub fn take(&self) -> (Vec<u8>, Vec<u8>) {
        let mut buffers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (std::mem::take(&mut buffers.stdout), std::mem::take(&mut buffers.stderr))
    }

    pub(crate) fn stdout(&self) -> impl StdoutStream + 'static {
        Captured { output: self.clone(), which: Which::Out }
    }

    pub(crate) fn stderr(&self) -> impl StdoutStream + 'static {
        Captured { output: self.clone(), which: Which::Err }
    }
}

impl IsTerminal for Captured {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Captured {
    fn async_stream(&self) -> Box<dyn tokio::io::AsyncWrite + Send + Sync> {
        // Only WASI 0.3 asks for this one, which is not linked.
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Captured {
    async fn ready(&mut self) {}
}

#[wasmtime_wasi::async_trait]
impl OutputStream for Captured {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let mut buffers = self.output.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(room) = buffers.room.checked_sub(bytes.len()) else {
            return Err(StreamError::Trap(wasmtime::Error::new(LimitReached(Limit::Output))));
        };
        buffers.room = room;
        match self.which {
            Which::Out if !buffers.as_one => buffers.stdout.extend_from_slice(&bytes),
            Which::Out | Which::Err => buffers.stderr.extend_from_slice(&bytes),
        }
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 << 10)
    }
}
