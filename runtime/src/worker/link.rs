//! A worker's end of the socket: questions leave, answers find whoever waits for them.
use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, poll};
use tokio::io::Interest;
use tokio::net::UnixStream;
use toolward_host_fns::door::{Fault, NetworkReply, Reply, Request};
use toolward_host_fns::record::Totals;

use super::channel::{Channel, nothing};
use super::spin::Looks;
use super::wire::{FromWorker, ToWorker};

/// What a broker has said, or will.
enum Slot {
    Awaited(Option<Waker>),
    Here(Reply),
}

struct State {
    channel: Channel,
    next: u32,
    slots: HashMap<u32, Slot>,
    /// What is no answer: the broker's own wishes.
    wishes: VecDeque<(ToWorker, Option<OwnedFd>)>,
    wisher: Option<Waker>,
    looks: Looks,
}

/// Shared by the door and whoever takes the broker's wishes.
pub(super) struct Link(Mutex<State>);

impl Link {
    pub(super) fn new(channel: Channel) -> Self {
        let (slots, wishes) = (HashMap::new(), VecDeque::new());
        Self(Mutex::new(State { channel, next: 0, slots, wishes, wisher: None, looks: Looks::default() }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says something for which nobody waits; it leaves with the next that somebody does.
    pub(super) fn say(&self, message: &FromWorker) {
        self.done(self.state().channel.put(message, None));
    }

    /// Says something now.
    pub(super) fn tell(&self, message: &FromWorker) {
        self.say(message);
        self.flush();
    }

    /// Asks; the answer is to be waited for under this number.
    pub(super) fn ask(&self, question: impl FnOnce(u32) -> FromWorker) -> u32 {
        let mut state = self.state();
        let id = state.next;
        state.next = id.wrapping_add(1);
        state.slots.insert(id, Slot::Awaited(None));
        let put = state.channel.put(&question(id), None);
        drop(state);
        self.done(put);
        self.flush();
        id
    }

    /// Asks, and waits for no answer; it leaves with the next question.
    pub(super) fn mention(&self, request: Request) {
        self.say(&FromWorker::Mention(request));
    }

    /// Nobody waits for an answer any more. Where it was not there yet the broker is told.
    pub(super) fn forget(&self, id: u32) {
        let awaited = self.state().slots.remove(&id).is_some_and(|slot| matches!(slot, Slot::Awaited(_)));
        if awaited {
            self.tell(&FromWorker::Forget(id));
        }
    }

    /// Waits for an answer, and lets other things go on.
    pub(super) async fn answer(&self, id: u32) -> Reply {
        if let Some(reply) = self.spin(id) {
            return reply;
        }
        poll_fn(|cx| {
            let mut state = self.state();
            if let Some(reply) = state.take(id) {
                return Poll::Ready(reply);
            }
            state.slots.insert(id, Slot::Awaited(Some(cx.waker().clone())));
            Poll::Pending
        })
        .await
    }

    /// Waits for an answer, and lets nothing else go on.
    pub(super) fn answer_now(&self, id: u32) -> Reply {
        if let Some(reply) = self.spin(id) {
            return reply;
        }
        loop {
            self.wait(PollFlags::IN);
            self.pump();
            if let Some(reply) = self.state().take(id) {
                return reply;
            }
        }
    }

    /// Looks for an answer for a moment.
    fn spin(&self, id: u32) -> Option<Reply> {
        let (began, patience) = (Instant::now(), self.state().looks.next());
        loop {
            self.pump();
            let mut state = self.state();
            let reply = state.take(id);
            if reply.is_some() || began.elapsed() > patience {
                state.looks.ended(patience, reply.is_some());
                return reply;
            }
            drop(state);
            std::thread::yield_now();
        }
    }

    /// The next wish of the broker.
    pub(super) async fn wish(&self) -> (ToWorker, Option<OwnedFd>) {
        poll_fn(|cx| {
            let mut state = self.state();
            match state.wishes.pop_front() {
                Some(wish) => Poll::Ready(wish),
                None => {
                    state.wisher = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// The first wish, before anything else goes on.
    pub(super) fn first_wish(&self) -> (ToWorker, Option<OwnedFd>) {
        loop {
            self.pump();
            if let Some(wish) = self.state().wishes.pop_front() {
                return wish;
            }
            self.wait(PollFlags::IN);
        }
    }

    /// The socket, to be waited for among other things.
    pub(super) fn watched(&self) -> io::Result<UnixStream> {
        self.state().channel.watched()
    }

    /// Hands on whatever arrives, as long as this process lives.
    pub(super) async fn attend(self: Arc<Self>, socket: UnixStream) -> io::Result<()> {
        loop {
            socket.readable().await?;
            match socket.try_io(Interest::READABLE, || self.pump().then_some(()).ok_or_else(nothing)) {
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
        }
    }

    /// Takes what has arrived; whether anything had.
    fn pump(&self) -> bool {
        let mut state = self.state();
        let pumped = state.pump();
        drop(state);
        self.done(pumped)
    }

    /// Without the broker there is nobody to work for.
    fn done<T>(&self, result: io::Result<T>) -> T {
        result.unwrap_or_else(|_| super::child::end())
    }

    fn flush(&self) {
        loop {
            let flushed = self.state().channel.flush();
            if self.done(flushed) {
                return;
            }
            self.wait(PollFlags::IN | PollFlags::OUT);
            self.pump();
        }
    }

    fn wait(&self, flags: PollFlags) {
        let state = self.state();
        let waited = poll(&mut [PollFd::new(&state.channel, flags)], None);
        drop(state);
        match waited {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(errno) => self.done(Err(errno.into())),
        }
    }
}

impl State {
    fn take(&mut self, id: u32) -> Option<Reply> {
        if !matches!(self.slots.get(&id), Some(Slot::Here(_))) {
            return None;
        }
        match self.slots.remove(&id) {
            Some(Slot::Here(reply)) => Some(reply),
            _ => None,
        }
    }

    fn pump(&mut self) -> io::Result<bool> {
        let any = self.channel.receive()?;
        while any && let Some(message) = self.channel.next::<ToWorker>()? {
            match message {
                ToWorker::Reply(id, said) => {
                    let descriptor = if said.has_descriptor() { self.channel.descriptor() } else { None };
                    self.answered(id, said.reply(descriptor))?;
                }
                wish => {
                    let descriptor = if matches!(wish, ToWorker::Setup(_)) { self.channel.descriptor() } else { None };
                    self.wishes.push_back((wish, descriptor));
                    if let Some(waker) = self.wisher.take() {
                        waker.wake();
                    }
                }
            }
        }
        Ok(any)
    }

    /// What an answer opened that nobody waits for any more is closed at once.
    fn answered(&mut self, id: u32, reply: Reply) -> io::Result<()> {
        let Some(slot) = self.slots.get_mut(&id) else {
            let closes = match reply {
                Reply::File { id, .. } => FromWorker::CloseFile(id, Totals::default()),
                Reply::Dir(id) => FromWorker::CloseDir(id),
                Reply::Network(NetworkReply::Opened { id, .. }) => FromWorker::CloseStream(id),
                _ => return Ok(()),
            };
            self.channel.put(&closes, None)?;
            return self.channel.flush().map(|_| ());
        };
        if let Slot::Awaited(Some(waker)) = std::mem::replace(slot, Slot::Here(reply)) {
            waker.wake();
        }
        Ok(())
    }
}

/// What a reply to a question about writing means.
pub(super) fn leave(reply: &Reply) -> Result<(), Fault> {
    match reply {
        Reply::Done => Ok(()),
        Reply::Fault(fault) => Err(*fault),
        _ => Err(Fault::Broken),
    }
}
