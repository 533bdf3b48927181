//! Frames on the socket pair: a length, then a message. Neither side waits in here; each bounds what it takes.
use std::collections::VecDeque;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::io::Errno;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recvmsg, sendmsg,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is read at once, in bytes.
const AT_ONCE: usize = 32 << 10;
/// The bytes of a frame's length.
const HEAD: usize = 4;

/// One side's end.
#[derive(Debug)]
pub(super) struct Channel {
    socket: UnixStream,
    /// The longest frame that is taken.
    most: usize,
    /// Whether descriptors are taken: the broker takes none.
    takes_descriptors: bool,
    /// Where what arrives is read to.
    buffer: Vec<u8>,
    arrived: Vec<u8>,
    /// How much of that was taken.
    taken: usize,
    descriptors: VecDeque<OwnedFd>,
    leaving: VecDeque<Part>,
    /// Bytes in `leaving` that the socket has not taken.
    waiting_bytes: usize,
    /// Descriptors in `leaving` that the socket has not taken.
    waiting_descriptors: usize,
}

/// Bytes that leave, with the descriptor that travels with the first of them.
#[derive(Debug, Default)]
struct Part {
    bytes: Vec<u8>,
    sent: usize,
    descriptor: Option<OwnedFd>,
}

impl Channel {
    /// The end of a socket, which from here on does not wait.
    pub(super) fn new(socket: UnixStream, most: usize, takes_descriptors: bool) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        Ok(Self {
            socket,
            most,
            takes_descriptors,
            buffer: vec![0; AT_ONCE],
            arrived: Vec::new(),
            taken: 0,
            descriptors: VecDeque::new(),
            leaving: VecDeque::new(),
            waiting_bytes: 0,
            waiting_descriptors: 0,
        })
    }

    /// Puts a message into what leaves.
    pub(super) fn put(&mut self, message: &impl Serialize, descriptor: Option<OwnedFd>) -> io::Result<()> {
        let fresh = descriptor.is_some() || self.leaving.back().is_none_or(|part| part.descriptor.is_some());
        if fresh {
            self.waiting_descriptors += usize::from(descriptor.is_some());
            self.leaving.push_back(Part { descriptor, ..Part::default() });
        }
        let Some(part) = self.leaving.back_mut() else { return Ok(()) };
        let head = part.bytes.len();
        part.bytes.extend_from_slice(&[0; HEAD]);
        let bytes = std::mem::take(&mut part.bytes);
        part.bytes = postcard::to_extend(message, bytes).map_err(io::Error::other)?;
        let length = u32::try_from(part.bytes.len() - head - HEAD).map_err(io::Error::other)?;
        if let Some(place) = part.bytes.get_mut(head..head + HEAD) {
            place.copy_from_slice(&length.to_le_bytes());
        }
        self.waiting_bytes += part.bytes.len() - head;
        Ok(())
    }

    /// How many bytes wait to leave.
    pub(super) fn waiting(&self) -> usize {
        self.waiting_bytes
    }

    /// How many descriptors wait to leave: each is held open here until the socket takes it.
    pub(super) fn waiting_descriptors(&self) -> usize {
        self.waiting_descriptors
    }

    /// Whether nothing waits to leave, and nothing has arrived that was not taken.
    pub(super) fn is_quiet(&self) -> bool {
        self.leaving.is_empty() && self.taken == self.arrived.len()
    }

    /// Sends what the socket takes; whether that was all.
    pub(super) fn flush(&mut self) -> io::Result<bool> {
        while let Some(part) = self.leaving.front_mut() {
            let bytes = part.bytes.get(part.sent..).unwrap_or_default();
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut ancillary = SendAncillaryBuffer::new(&mut space);
            let descriptor: Option<[BorrowedFd<'_>; 1]> = part.descriptor.as_ref().map(|fd| [fd.as_fd()]);
            if let Some(descriptor) = &descriptor
                && !ancillary.push(SendAncillaryMessage::ScmRights(descriptor))
            {
                return Err(io::Error::other("a descriptor cannot be passed"));
            }
            match sendmsg(self.socket.as_fd(), &[IoSlice::new(bytes)], &mut ancillary, SendFlags::NOSIGNAL) {
                Ok(sent) => {
                    part.sent += sent;
                    self.waiting_bytes = self.waiting_bytes.saturating_sub(sent);
                    if part.descriptor.take().is_some() {
                        self.waiting_descriptors = self.waiting_descriptors.saturating_sub(1);
                    }
                }
                Err(Errno::AGAIN) => return Ok(false),
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
            if part.sent >= part.bytes.len() {
                self.leaving.pop_front();
            }
        }
        Ok(true)
    }

    /// Takes what has arrived; whether anything had. [`io::ErrorKind::UnexpectedEof`] where the other side is gone.
    pub(super) fn receive(&mut self) -> io::Result<bool> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let received = self.receive_into(&mut buffer);
        if let Ok(Some(received)) = received {
            self.arrived.extend_from_slice(buffer.get(..received).unwrap_or_default());
        }
        self.buffer = buffer;
        match received? {
            None => Ok(false),
            Some(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Some(_) => Ok(true),
        }
    }

    fn receive_into(&mut self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        // Without room for them the kernel drops descriptors and says so: no reference to one is ever held.
        let room = if self.takes_descriptors { &mut space[..] } else { &mut [] };
        let mut ancillary = RecvAncillaryBuffer::new(room);
        let flags = RecvFlags::CMSG_CLOEXEC;
        let received = match recvmsg(self.socket.as_fd(), &mut [IoSliceMut::new(buffer)], &mut ancillary, flags) {
            Ok(received) => received,
            Err(Errno::AGAIN | Errno::INTR) => return Ok(None),
            Err(Errno::CONNRESET) => return Ok(Some(0)),
            Err(errno) => return Err(errno.into()),
        };
        let mut came: Vec<OwnedFd> = Vec::new();
        for message in ancillary.drain() {
            if let RecvAncillaryMessage::ScmRights(descriptors) = message {
                came.extend(descriptors);
            }
        }
        if received.flags.contains(ReturnFlags::CTRUNC) {
            return Err(wrong("it sent a descriptor"));
        }
        // The padding of the buffer has room for more than it was made for (cmsg(3)); the surplus is closed here.
        if came.len() > 1 {
            return Err(wrong("it sent more than one descriptor"));
        }
        self.descriptors.extend(came);
        Ok(Some(received.bytes))
    }

    /// The socket, for whoever waits for it among other things.
    pub(super) fn watched(&self) -> io::Result<tokio::net::UnixStream> {
        tokio::net::UnixStream::from_std(self.socket.try_clone()?)
    }

    /// The next whole message of those that have arrived.
    pub(super) fn next<T: DeserializeOwned>(&mut self) -> io::Result<Option<T>> {
        Ok(self.next_of_length()?.map(|(message, _)| message))
    }

    /// The same with the bytes that it took.
    pub(super) fn next_of_length<T: DeserializeOwned>(&mut self) -> io::Result<Option<(T, usize)>> {
        let rest = self.arrived.get(self.taken..).unwrap_or_default();
        let Some((head, rest)) = rest.split_first_chunk::<HEAD>() else {
            self.forget();
            return Ok(None);
        };
        let length = usize::try_from(u32::from_le_bytes(*head)).unwrap_or(usize::MAX);
        if length > self.most {
            return Err(wrong("it sent a message that is too long"));
        }
        let Some(body) = rest.get(..length) else {
            self.forget();
            return Ok(None);
        };
        let message = parsed(body)?;
        self.taken += HEAD + length;
        Ok(Some((message, length)))
    }

    /// The descriptor that came with the message just taken.
    pub(super) fn descriptor(&mut self) -> Option<OwnedFd> {
        self.descriptors.pop_front()
    }

    /// Forgets what was taken.
    fn forget(&mut self) {
        if self.taken > 0 {
            self.arrived.drain(..self.taken);
            self.taken = 0;
        }
    }
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// The message that a frame is: all of it, and nothing behind it.
pub(super) fn parsed<T: DeserializeOwned>(frame: &[u8]) -> io::Result<T> {
    let (message, left) = postcard::take_from_bytes(frame).map_err(|_| wrong("it sent what is no message"))?;
    if left.is_empty() { Ok(message) } else { Err(wrong("it sent more than a message")) }
}

/// Nothing has arrived, or nothing more can leave.
pub(super) fn nothing() -> io::Error {
    io::ErrorKind::WouldBlock.into()
}

/// The other side broke the protocol: nothing that it says can be believed.
pub(super) fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of so many descriptors that arrive with the first byte of a frame.
    fn received(count: usize) -> io::Result<usize> {
        let (theirs, ours) = UnixStream::pair().unwrap();
        let mut channel = Channel::new(ours, 100, true).unwrap();
        let descriptors = vec![theirs.as_fd(); count];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(4))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        assert!(ancillary.push(SendAncillaryMessage::ScmRights(&descriptors)));
        sendmsg(&theirs, &[IoSlice::new(&[1])], &mut ancillary, SendFlags::NOSIGNAL).unwrap();
        channel.receive()?;
        Ok(channel.descriptors.len())
    }

    /// The buffer for one descriptor has padding, in which a second one fits.
    #[test]
    fn one_descriptor_comes_with_a_message_and_no_more() {
        assert_eq!(received(1).unwrap(), 1);
        for count in 2..=4 {
            assert!(received(count).is_err(), "{count}");
        }
    }
}
