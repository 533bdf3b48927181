//! One connection: its requests, one after the other.
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;

use super::guests::{Arrival, Guests, Place, is_reserved};
use crate::broker::{
    Broker, CallAnswer, CallRequest, Caller, Given, NarrowRequest, OpenRequest, OpenedTask, PassedMounts, Reserved,
};
use crate::call;
use crate::engine::Quiet;
use crate::failure::{Exit, Failure};
use crate::identity::{self, Challenge, Opening};
use crate::notice::{Notice, Part};
use crate::protocol::{
    Answer, Head, MOST_ASKED, MOST_UNPROVED, MOST_VALUES, Request, Sent, parse, receive_body, receive_head, send,
};
use crate::state::tasks::{End, Task, Tasks};
use crate::state::{Moment, Time};

/// How long a client may take to send a request that it has begun, or to take an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a client may take to prove itself.
const TIME_TO_PROVE: Duration = Duration::from_secs(10);

pub(super) struct Connection {
    stream: UnixStream,
    /// The client's user.
    uid: u32,
    broker: Arc<Broker>,
    /// Asked for, and not used yet.
    challenge: Option<Challenge>,
    stopped: watch::Receiver<bool>,
    arrived: Instant,
    place: Place,
}

/// A request, with the memory that it was counted with.
struct Received {
    request: Request,
    descriptors: Vec<OwnedFd>,
    held: Option<Reserved>,
}

/// What a client is answered.
enum Reply {
    Said(Answer),
    Called(Box<CallAnswer>),
}

impl Connection {
    /// A client whose socket is ready to be read.
    pub(super) fn arrive(stream: UnixStream, guests: &Guests) -> Option<Arrival> {
        match prepared(&stream) {
            Ok(uid) => Some(guests.arrive(stream, uid)),
            Err(error) => {
                tracing::warn!(%error, "a client was not served");
                None
            }
        }
    }

    /// Serves a client in a thread of its own, once there is a place for it.
    pub(super) fn begin(arrival: Arrival, broker: Arc<Broker>, stopped: watch::Receiver<bool>) {
        let (mut stream, place) = match arrival {
            Arrival::Served(stream, place) => (stream, place),
            Arrival::Waits => return,
            Arrival::Refused(mut stream) => {
                let busy = Failure::internal("the broker serves as many clients as it can").notice(Notice::Busy);
                return drop(send(&mut stream, &Answer::from(busy)));
            }
        };
        // Handed over once there is somebody to take it: until then it can be answered here.
        let (hand_over, taken) = mpsc::channel::<Self>();
        let begun = std::thread::Builder::new().spawn(move || {
            if let Ok(Err(error)) = taken.recv().map(|mut connection| connection.serve()) {
                tracing::warn!(%error, "a client was left");
            }
        });
        if let Err(error) = begun {
            tracing::warn!(%error, "a client was not served");
            let short = Failure::of_own_io("the broker cannot serve one more client", &error);
            return drop(send(&mut stream, &Answer::from(short.notice(Notice::Busy))));
        }
        let (arrived, uid) = (Instant::now(), place.uid());
        drop(hand_over.send(Self { stream, uid, broker, challenge: None, stopped, arrived, place }));
    }

    fn serve(&mut self) -> io::Result<()> {
        loop {
            self.stream.set_read_timeout(Some(self.patience()))?;
            let received = self.receive();
            let Received { request, descriptors, held } = match received {
                Ok(Some(received)) => received,
                Ok(None) => return Ok(()),
                Err(failure) => {
                    // What could not be read has no end that is known: the connection has one.
                    let error = io::Error::other(failure.message.clone());
                    send(&mut self.stream, &Answer::from(failure))?;
                    return Err(error);
                }
            };
            if *self.stopped.borrow() {
                return Ok(());
            }
            // Who asks for nothing but challenges proves nothing either.
            if self.place.agent().is_none() && self.arrived.elapsed() > TIME_TO_PROVE {
                return Ok(());
            }
            match self.answer(request, descriptors, held.as_ref().map_or(0, Reserved::bytes)) {
                Ok(Reply::Said(answer)) => send(&mut self.stream, &answer)?,
                Ok(Reply::Called(answer)) => send(&mut self.stream, &Sent::of(&answer))?,
                Err(failure) => {
                    // The agent is told less.
                    match failure.exit {
                        Exit::Internal => tracing::error!("{}", failure.message),
                        _ => tracing::warn!("{}", failure.message),
                    }
                    send(&mut self.stream, &Answer::from(failure))?;
                }
            }
        }
    }

    /// How long a request is waited for: who has proved nothing has so much from its arrival on.
    fn patience(&self) -> Duration {
        match self.place.agent() {
            Some(_) => PATIENCE,
            None => TIME_TO_PROVE.saturating_sub(self.arrived.elapsed()).max(Duration::from_millis(1)),
        }
    }

    /// The next request. Of who has proved nothing it is short; a long one is counted with the broker's memory.
    fn receive(&mut self) -> Result<Option<Received>, Failure> {
        let unreadable =
            |error: io::Error| Failure::from(Notice::BadRequest(format!("the request cannot be read: {error}")));
        let Some(Head { length, descriptors }) = receive_head(&mut self.stream).map_err(unreadable)? else {
            return Ok(None);
        };
        if descriptors.iter().any(is_reserved) {
            return Err(Failure::internal("the broker has few descriptors left").notice(Notice::Busy));
        }
        let (most, held) = match self.place.agent() {
            None => (MOST_UNPROVED, None),
            Some(_) if length <= MOST_UNPROVED || length > MOST_ASKED => (MOST_ASKED, None),
            // The frame, what is read of it, and its input once more.
            Some(agent) => {
                let bytes = u64::try_from(length).unwrap_or(u64::MAX).saturating_mul(3);
                (MOST_ASKED, Some(self.broker.memory.reserve(agent, 0, bytes)?))
            }
        };
        let deadline = Instant::now() + self.patience();
        let body = receive_body(&mut self.stream, length, most, deadline).map_err(unreadable)?;
        let request = parse(&body, MOST_VALUES).map_err(unreadable)?;
        Ok(Some(Received { request, descriptors, held }))
    }

    /// The task that a handle proves: by it the connection has proved itself.
    fn task(&mut self, handle: &str) -> Result<Task, Failure> {
        let task = self.broker.task(handle)?;
        self.place.prove(task.opening.agent.as_deref().unwrap_or_default())?;
        Ok(task)
    }

    fn answer(&mut self, request: Request, descriptors: Vec<OwnedFd>, held: u64) -> Result<Reply, Failure> {
        if !descriptors.is_empty() && !matches!(request, Request::Open { .. }) {
            return Err(Notice::BadRequest("descriptors come with `open` alone".to_owned()).into());
        }
        match request {
            Request::Call { handle, tool, input } => {
                self.call(&handle, &tool, input.as_deref(), held).map(|answer| Reply::Called(Box::new(answer)))
            }
            request => self.said(request, descriptors).map(Reply::Said),
        }
    }

    fn said(&mut self, request: Request, descriptors: Vec<OwnedFd>) -> Result<Answer, Failure> {
        match request {
            Request::Challenge {} => {
                let challenge = Challenge::fresh(self.broker.state.keys.signing.public())?;
                self.challenge = Some(challenge);
                let (audience, nonce) = (challenge.audience.to_string(), hex::encode(challenge.nonce));
                Ok(Answer::Challenge { audience, nonce })
            }
            Request::Prove { handle } => self.task(&handle).map(|_| Answer::Proved {}),
            Request::ProveAgent { claim, signature } => {
                let challenge = self.challenge.as_ref().ok_or(Notice::NoChallenge)?;
                let agent = identity::prove_agent(&self.broker.state, &claim, &signature, challenge)?;
                self.place.prove(&agent)?;
                Ok(Answer::Proved {})
            }
            request @ (Request::Open { .. } | Request::Call { .. }) => self.open(request, descriptors),
            Request::Narrow { handle, ttl, grant } => {
                let task = self.task(&handle)?;
                self.broker.narrow(&task, NarrowRequest { ttl, grant }).map(|task| opened(&task))
            }
            Request::Tools { handle } => {
                let task = self.task(&handle)?;
                let callable = self.broker.callable(&task)?;
                let (value, people) = crate::command::tools_of_a_task(&callable);
                Ok(Answer::Said { value, people })
            }
            Request::Tool { handle, tool } => {
                let task = self.task(&handle)?;
                let value = self.broker.described(&task, &tool, &self.broker.loader(Box::new(Quiet))?)?;
                let people = crate::command::tool_described(&value);
                Ok(Answer::Said { value, people })
            }
            Request::Show { handle } => {
                let task = self.task(&handle)?;
                let spending = self.broker.state.db.spending(&task.opening.id)?;
                let (value, people) = crate::command::task_shown_to_its_holder(&task, &Moment::now(), &spending);
                Ok(Answer::Said { value, people })
            }
            Request::Close { handle } => {
                let task = self.task(&handle)?;
                let life = self.broker.end(&task, End::Closed)?.to_string();
                let id = &task.opening.id;
                Ok(Answer::Said { value: json!({ "task": id, "state": life }), people: format!("{id} is {life}") })
            }
        }
    }

    /// Opens a task for an agent that proves itself: nobody else opens one here.
    fn open(&mut self, request: Request, descriptors: Vec<OwnedFd>) -> Result<Answer, Failure> {
        let Request::Open { claim, signature, mounts, agent, kind, ttl, set, grant } = request else {
            return Err(Failure::internal("no opening"));
        };
        // Good once, whatever comes of it.
        let challenge = self.challenge.take().ok_or(Notice::NoChallenge)?;
        let grant_sha256 = grant.as_ref().map(|grant| Sha256::digest(&grant.text).into());
        let asked = Opening { agent, kind, ttl, mounts, set, grant_sha256 };
        let refused = |failure: &Failure| self.broker.opening_refused(&asked.agent, &asked.kind, None, failure);
        let proved = identity::prove_claim(&self.broker.state, &claim, &signature, &asked, &challenge);
        // Before that anyone may give any agent's name.
        let unproved = |failure: &Failure| self.broker.opening_refused("", &asked.kind, None, failure);
        let opened_by = proved.inspect_err(unproved)?.to_string();
        self.place.prove(&asked.agent)?;
        let caller = Caller { uid: self.uid, nonce: challenge.nonce };
        let passed = self.broker.passed(&asked, descriptors, caller);
        let PassedMounts { mounts, hosts, held } = passed
            .inspect_err(refused)
            .map_err(|failure| failure.or_notice(Notice::NotAllowed(Part::Mount(guests_of(&asked)))))?;
        let Opening { agent, kind, ttl, set: parameters, .. } = asked;
        let request = OpenRequest { agent, opened_by, kind, ttl, mounts, hosts, parameters, grant, held };
        self.broker.open(request).map(|task| opened(&task))
    }

    /// Makes a call, which ends when its client does.
    fn call(&mut self, handle: &str, tool: &str, input: Option<&str>, held: u64) -> Result<CallAnswer, Failure> {
        let task = self.task(handle)?;
        let loader = self.broker.loader(Box::new(Quiet))?;
        let (stream, stopped) = (&self.stream, &self.stopped);
        let drive = |invocation| {
            let mut stopped = stopped.clone();
            let watched =
                stream.try_clone().map_err(|error| Failure::of_own_io("the client cannot be watched", &error))?;
            call::drive_until(invocation, async move {
                tokio::select! {
                    () = gone(watched) => {}
                    _ = stopped.wait_for(|stopped| *stopped) => {}
                }
            })
        };
        // A path, or standard input, would be this process's, not the client's.
        let request = CallRequest { tool, input: Given::Text(input), held };
        let answered = self.broker.call(task, &request, &loader, &drive);
        // Watching made the socket one that does not wait.
        self.stream.set_nonblocking(false).map_err(|error| Failure::internal(error.to_string()))?;
        answered
    }
}

/// Makes a connection ready, and answers whose it is (`SO_PEERCRED`, unix(7)).
fn prepared(stream: &UnixStream) -> io::Result<u32> {
    stream.set_nonblocking(false)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let peer = rustix::net::sockopt::socket_peercred(stream.as_fd())?;
    tracing::info!(uid = peer.uid.as_raw(), pid = peer.pid.as_raw_nonzero().get(), "a client");
    Ok(peer.uid.as_raw())
}

/// Waits until the client is gone, or says something though it was not asked.
async fn gone(stream: UnixStream) {
    let watched = stream.set_nonblocking(true).and_then(|()| tokio::net::UnixStream::from_std(stream));
    match watched {
        Ok(watched) => drop(watched.readable().await),
        // Nobody can tell: then the call goes on to its own end.
        Err(_) => std::future::pending().await,
    }
}

/// Where the mounts that are asked for lie, for the agent that asks.
fn guests_of(asked: &Opening) -> String {
    asked.mounts.iter().map(|(guest, ..)| guest.as_str()).collect::<Vec<_>>().join("`, `")
}

fn opened(task: &OpenedTask) -> Answer {
    let expires: Time = task.expires;
    Answer::Opened {
        task: task.id.clone(),
        handle: task.handle.reveal().to_owned(),
        expires: expires.to_string(),
        unreachable: task.unreachable.clone(),
    }
}
