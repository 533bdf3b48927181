//! A connection that speaks HTTP/1.1, and how much may arrive on it before the answer that is waited for: interim responses, empty
//! lines and whatever else hyper reads past. What arrives later is counted as the body that it is.
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// As many bytes: several of the longest heads, each of which has a limit of its own.
const MOST: u64 = 2 << 20;

/// What may still arrive.
#[derive(Debug, Clone)]
pub(super) struct Allowance(Arc<AtomicU64>);

/// A stream under an allowance.
pub(super) struct Allowed<S> {
    stream: S,
    allowance: Allowance,
}

impl Allowance {
    pub(super) fn over<S>(stream: S) -> (Allowed<S>, Self) {
        let allowance = Self(Arc::new(AtomicU64::new(MOST)));
        (Allowed { stream, allowance: allowance.clone() }, allowance)
    }

    /// A request is sent: from here on its answer is waited for.
    pub(super) fn begin(&self) {
        self.0.store(MOST, Ordering::Relaxed);
    }

    /// The head of the answer is there.
    pub(super) fn end(&self) {
        self.0.store(u64::MAX, Ordering::Relaxed);
    }

    fn take(&self, bytes: u64) -> io::Result<()> {
        let taken = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| match left {
            u64::MAX => Some(left),
            left => left.checked_sub(bytes),
        });
        taken.map(|_| ()).map_err(|_| io::Error::other("more than any answer begins with"))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Allowed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        std::task::ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        Poll::Ready(self.allowance.take((buffer.filled().len() - before) as u64))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Allowed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
