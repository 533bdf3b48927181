//! Frames on the socket: bounded before anything is read, and descriptors only where they are asked for.
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
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

/// How long one frame may take from its beginning to its end, on a socket of one machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// As many descriptors may come with one request.
pub const MOST_DESCRIPTORS: usize = 16;

/// Sends a frame.
///
/// # Errors
/// Where the other side is gone.
pub fn send(stream: &mut UnixStream, value: &impl Serialize) -> io::Result<()> {
    let (length, body) = frame(value)?;
    stream.write_all(&length)?;
    stream.write_all(&body)
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

/// Receives a frame of at most `most` bytes; `None` where the other side has ended.
///
/// # Errors
/// Where it is longer, is cut off, is not what was expected, or brings descriptors.
pub fn receive<T: DeserializeOwned>(stream: &mut UnixStream, most: usize) -> io::Result<Option<T>> {
    match receive_with_descriptors(stream, most)? {
        Some((_, descriptors)) if !descriptors.is_empty() => Err(io::Error::other("descriptors were not asked for")),
        received => Ok(received.map(|(value, _)| value)),
    }
}

/// Receives a frame with the descriptors that came with it.
///
/// # Errors
/// As [`receive`]; where there are more descriptors than [`MOST_DESCRIPTORS`].
pub fn receive_with_descriptors<T: DeserializeOwned>(
    stream: &mut UnixStream,
    most: usize,
) -> io::Result<Option<(T, Vec<OwnedFd>)>> {
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
    if length > most {
        return Err(io::Error::other(format!("a frame of {length} bytes, and at most {most} are taken")));
    }
    let body = body(stream, length)?;
    Ok(Some((serde_json::from_slice(&body)?, descriptors)))
}

/// Memory grows with what arrives, not with what is announced; and who sends byte by byte is not waited for without end.
fn body(stream: &mut UnixStream, length: usize) -> io::Result<Vec<u8>> {
    let deadline = Instant::now() + PATIENCE;
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
