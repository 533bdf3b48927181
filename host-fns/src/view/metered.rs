//! Streams and handles of a file, with a count and a digest of what passed: the totals that close its record.
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use wasmtime_wasi_io::poll::Pollable;
use wasmtime_wasi_io::streams::{
    DynInputStream, DynOutputStream, InputStream, OutputStream, StreamError, StreamResult,
};

use super::fault::ending;
use crate::door::{Door, Fault, FileId};
use crate::passed::Passed;

/// What passes through one open file. When the last handle or stream lets go of it, its record is closed.
pub(super) struct Passage {
    door: Arc<dyn Door>,
    id: FileId,
    passed: Passed,
}

impl Passage {
    pub(super) fn new(door: Arc<dyn Door>, id: FileId) -> Arc<Self> {
        Arc::new(Self { door, id, passed: Passed::default() })
    }

    /// The file's number at the door.
    pub(super) fn id(&self) -> FileId {
        self.id
    }

    pub(super) fn read(&self, bytes: &[u8]) {
        self.passed.read(bytes);
    }

    /// Counts bytes that are about to be written, where the task's budget has room for them.
    pub(super) fn written(&self, bytes: &[u8]) -> Result<(), Fault> {
        self.door.may_write(bytes.len() as u64)?;
        self.passed.written(bytes);
        Ok(())
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        self.door.close_file(self.id, self.passed.totals());
    }
}

/// An input stream that counts.
pub(super) struct MeteredInput {
    pub(super) inner: DynInputStream,
    pub(super) passage: Arc<Passage>,
}

#[wasmtime_wasi::async_trait]
impl Pollable for MeteredInput {
    async fn ready(&mut self) {
        self.inner.ready().await;
    }
}

#[wasmtime_wasi::async_trait]
impl InputStream for MeteredInput {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        let bytes = self.inner.read(size)?;
        self.passage.read(&bytes);
        Ok(bytes)
    }

    async fn blocking_read(&mut self, size: usize) -> StreamResult<Bytes> {
        let bytes = self.inner.blocking_read(size).await?;
        self.passage.read(&bytes);
        Ok(bytes)
    }

    async fn cancel(&mut self) {
        self.inner.cancel().await;
    }
}

fn ended(fault: Fault) -> StreamError {
    StreamError::Trap(ending(fault))
}

/// An output stream that counts. What was handed to it counts as written, also where the write then failed.
pub(super) struct MeteredOutput {
    pub(super) inner: DynOutputStream,
    pub(super) passage: Arc<Passage>,
}

#[wasmtime_wasi::async_trait]
impl Pollable for MeteredOutput {
    async fn ready(&mut self) {
        self.inner.ready().await;
    }
}

#[wasmtime_wasi::async_trait]
impl OutputStream for MeteredOutput {
    /// Writes at once. A task in the background would be cancelled when the stream is dropped, or the guest ends, before the
    /// bytes are in the file; what was counted as written must be.
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        // A stream that has failed takes nothing more, and nothing more is counted.
        self.inner.check_write()?;
        self.passage.written(&bytes).map_err(ended)?;
        let mut write = self.inner.blocking_write_and_flush(bytes);
        match write.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(written) => written,
            Poll::Pending => Err(StreamError::trap("a write to a regular file cannot wait")),
        }
    }

    async fn blocking_write_and_flush(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.inner.check_write()?;
        self.passage.written(&bytes).map_err(ended)?;
        self.inner.blocking_write_and_flush(bytes).await
    }

    fn flush(&mut self) -> StreamResult<()> {
        self.inner.flush()
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        self.inner.check_write()
    }

    async fn cancel(&mut self) {
        self.inner.cancel().await;
    }
}
