//! Frames on the socket: bounded before anything is read, counted before it is parsed, and descriptors only where they are
//! asked for.
use std::io::{self, BufWriter, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recvmsg, sendmsg,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::json::{Bounds, Size};

/// How long one frame may take from its beginning to its end, on a socket of one machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// How much is written at once, in bytes.
const BUFFER: usize = 16 << 10;

/// As many descriptors may come with one request.
pub const MOST_DESCRIPTORS: usize = 16;

/// A frame's length, and the descriptors that came with it.
#[derive(Debug)]
pub struct Head {
    /// In bytes.
    pub length: usize,
    /// In the order in which they were passed.
    pub descriptors: Vec<OwnedFd>,
}

/// Sends a frame. Its JSON is written as it is made: no copy of it is held.
///
/// # Errors
/// Where the other side is gone, or takes it too slowly.
pub fn send(stream: &mut UnixStream, value: &impl Serialize) -> io::Result<()> {
    let mut counted = Counted(0);
    serde_json::to_writer(&mut counted, value)?;
    let length = u32::try_from(counted.0).map_err(|_| io::Error::other("it is too long for a frame"))?;
    let mut out = BufWriter::with_capacity(BUFFER, Timely { stream, deadline: Instant::now() + PATIENCE });
    out.write_all(&length.to_be_bytes())?;
    serde_json::to_writer(&mut out, value)?;
    out.flush()
}

/// Sends a frame with descriptors, which travel with its length.
///
/// # Errors
/// As [`send`]; where there are too many.
pub fn send_with_descriptors(
    stream: &mut UnixStream,
    value: &impl Serialize,
    descriptors: &[BorrowedFd<'_>],
) -> io::Result<()> {
    let (length, body) = frame(value)?;
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !descriptors.is_empty() && !ancillary.push(SendAncillaryMessage::ScmRights(descriptors)) {
        return Err(io::Error::other(format!("at most {MOST_DESCRIPTORS} mounts can be passed")));
    }
    let sent = sendmsg(stream.as_fd(), &[IoSlice::new(&length)], &mut ancillary, SendFlags::NOSIGNAL)?;
    stream.write_all(length.get(sent..).unwrap_or_default())?;
    stream.write_all(&body)
}

fn frame(value: &impl Serialize) -> io::Result<([u8; 4], Vec<u8>)> {
    let body = serde_json::to_vec(value)?;
    let length = u32::try_from(body.len()).map_err(|_| io::Error::other("it is too long for a frame"))?;
    Ok((length.to_be_bytes(), body))
}

/// How many bytes were written.
struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.saturating_add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A socket that is written to until a deadline: who takes an answer byte by byte does not hold it without end.
struct Timely<'s> {
    stream: &'s mut UnixStream,
    deadline: Instant,
}

impl Write for Timely<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if Instant::now() > self.deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Receives a frame of at most `most` bytes; `None` where the other side has ended.
///
/// # Errors
/// Where it is longer, is cut off, is not what was expected, or brings descriptors.
pub fn receive<T: DeserializeOwned>(stream: &mut UnixStream, most: usize) -> io::Result<Option<T>> {
    let Some(Head { length, descriptors }) = receive_head(stream)? else { return Ok(None) };
    if !descriptors.is_empty() {
        return Err(io::Error::other("descriptors were not asked for"));
    }
    let body = receive_body(stream, length, most, Instant::now() + PATIENCE)?;
    Ok(Some(serde_json::from_slice(&body)?))
}

/// Receives a frame's length, and the descriptors that came with it; `None` where the other side has ended.
///
/// # Errors
/// Where there are more descriptors than [`MOST_DESCRIPTORS`].
pub fn receive_head(stream: &mut UnixStream) -> io::Result<Option<Head>> {
    let mut length = [0; 4];
    let mut descriptors = Vec::new();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let received =
        recvmsg(stream.as_fd(), &mut [IoSliceMut::new(&mut length)], &mut ancillary, RecvFlags::CMSG_CLOEXEC)?;
    for message in ancillary.drain() {
        if let RecvAncillaryMessage::ScmRights(rights) = message {
            descriptors.extend(rights);
        }
    }
    // The padding of the buffer has room for one or two more than it was made for (cmsg(3)); these are closed here.
    if received.flags.contains(ReturnFlags::CTRUNC) || descriptors.len() > MOST_DESCRIPTORS {
        return Err(io::Error::other(format!("more than {MOST_DESCRIPTORS} descriptors")));
    }
    if received.bytes == 0 {
        return Ok(None);
    }
    stream.read_exact(length.get_mut(received.bytes..).unwrap_or_default())?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    Ok(Some(Head { length, descriptors }))
}

/// Receives the body of a frame of at most `most` bytes. Memory grows with what arrives, not with what is announced; and who
/// sends byte by byte is waited for until `deadline`.
///
/// # Errors
/// Where it is longer, or cut off.
pub fn receive_body(stream: &mut UnixStream, length: usize, most: usize, deadline: Instant) -> io::Result<Vec<u8>> {
    if length > most {
        return Err(io::Error::other(format!("a frame of {length} bytes, and at most {most} are taken")));
    }
    let (mut body, mut part) = (Vec::new(), [0; 64 << 10]);
    while body.len() < length {
        let most = part.len().min(length - body.len());
        let read = stream.read(part.get_mut(..most).unwrap_or_default())?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        body.extend_from_slice(part.get(..read).unwrap_or_default());
        if Instant::now() > deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
    }
    Ok(body)
}

/// Parses a body that may have so many values: inputs and grants are texts in it, so that a request has few.
///
/// # Errors
/// Where it has more, or is not what was expected.
pub fn parse<T: DeserializeOwned>(body: &[u8], most_values: usize) -> io::Result<T> {
    let bounds = Bounds { bytes: body.len(), nodes: most_values };
    Size::of(body).within(bounds).map_err(|excess| io::Error::other(excess.to_string()))?;
    Ok(serde_json::from_slice(body)?)
}
