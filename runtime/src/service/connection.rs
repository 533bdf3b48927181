//! One connection: its requests, one after the other.
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustix::fs::{OFlags, fcntl_getfl};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;
use toolward_host_fns::files::{Mount, MountMode, Mounts};
use toolward_manifests::GuestPath;

use super::guests::{Guests, Place};
use crate::broker::{Broker, CallRequest, Given, NarrowRequest, OpenRequest, OpenedTask};
use crate::call;
use crate::engine::Quiet;
use crate::failure::{Exit, Failure};
use crate::identity::{self, Challenge, Opening};
use crate::protocol::{Answer, MOST_ASKED, Request, receive_with_descriptors, send};
use crate::state::tasks::{End, Life, Tasks};
use crate::state::{Moment, Time};

/// How long a client may take to send a request that it has begun, or to take an answer.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Connection {
    stream: UnixStream,
    broker: Arc<Broker>,
    /// Asked for, and not used yet.
    challenge: Option<Challenge>,
    stopped: watch::Receiver<bool>,
    _place: Place,
}

impl Connection {
    /// Serves a client in a thread of its own, unless there are too many.
    pub(super) fn begin(mut stream: UnixStream, broker: Arc<Broker>, guests: &Guests, stopped: watch::Receiver<bool>) {
        let uid = match prepared(&stream) {
            Ok(uid) => uid,
            Err(error) => return tracing::warn!(%error, "a client was not served"),
        };
        let Some(place) = guests.place(uid) else {
            let busy = Failure::internal("the broker serves as many clients as it can").help("try again later");
            return drop(send(&mut stream, &Answer::from(busy)));
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
            return drop(send(&mut stream, &Answer::from(short.or_help("try again later"))));
        }
        drop(hand_over.send(Self { stream, broker, challenge: None, stopped, _place: place }));
    }

    fn serve(&mut self) -> io::Result<()> {
        loop {
            self.stream.set_read_timeout(Some(PATIENCE))?;
            let received = receive_with_descriptors(&mut self.stream, MOST_ASKED);
            let (request, descriptors) = match received {
                Ok(Some(received)) => received,
                Ok(None) => return Ok(()),
                Err(error) => {
                    // What could not be read has no end that is known: the connection has one.
                    let wrong = Failure::of_io("the request cannot be read", &error);
                    send(&mut self.stream, &Answer::from(wrong))?;
                    return Err(error);
                }
            };
            if *self.stopped.borrow() {
                return Ok(());
            }
            let answer = self.answer(request, descriptors).unwrap_or_else(|failure| {
                if failure.exit == Exit::Internal {
                    tracing::error!("{}", failure.message);
                }
                Answer::from(failure)
            });
            send(&mut self.stream, &answer)?;
        }
    }

    fn answer(&mut self, request: Request, descriptors: Vec<OwnedFd>) -> Result<Answer, Failure> {
        if !descriptors.is_empty() && !matches!(request, Request::Open { .. }) {
            return Err(Failure::usage("descriptors come with `open` alone"));
        }
        match request {
            Request::Challenge {} => {
                let challenge = Challenge::fresh(self.broker.state.keys.signing.public())?;
                self.challenge = Some(challenge);
                let (audience, nonce) = (challenge.audience.to_string(), hex::encode(challenge.nonce));
                Ok(Answer::Challenge { audience, nonce })
            }
            request @ Request::Open { .. } => self.open(request, descriptors),
            Request::Narrow { handle, ttl, grant } => {
                let task = self.broker.task(&handle)?;
                self.broker.narrow(&task, NarrowRequest { ttl, grant }).map(|task| opened(&task))
            }
            Request::Call { handle, tool, input } => self.call(&handle, &tool, input.as_deref()),
            Request::Tools { handle } => {
                let callable = self.broker.callable(&self.broker.task(&handle)?)?;
                let (value, people) = crate::command::tools_of_a_task(&callable);
                Ok(Answer::Said { value, people })
            }
            Request::Show { handle } => {
                let task = self.broker.task(&handle)?;
                let spending = self.broker.state.db.spending(&task.opening.id)?;
                let (value, people) = crate::command::task_shown(&task, &Moment::now(), &spending);
                Ok(Answer::Said { value, people })
            }
            Request::Close { handle } => {
                let task = self.broker.task(&handle)?;
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
        let challenge = self.challenge.take().ok_or_else(|| {
            Failure::new(Exit::Denied, "no challenge was asked for").help("each is good for one opening")
        })?;
        let grant_sha256 = grant.as_ref().map(|grant| Sha256::digest(&grant.text).into());
        let asked = Opening { agent, kind, ttl, mounts, set, grant_sha256 };
        let proved = identity::prove_claim(&self.broker.state, &claim, &signature, &asked, &challenge);
        let refused = |failure: &Failure| self.broker.opening_refused(&asked.agent, &asked.kind, None, failure);
        let opened_by = proved.inspect_err(refused)?.to_string();
        if asked.mounts.len() != descriptors.len() {
            let message = format!("{} mounts are asked for, and {} came", asked.mounts.len(), descriptors.len());
            return Err(Failure::usage(message));
        }
        let (mut held, mut opened_mounts, mut hosts) = (Vec::new(), Vec::new(), Vec::new());
        for ((guest, host, read_only), directory) in asked.mounts.iter().zip(descriptors) {
            readable(&directory, host)?;
            let guest = GuestPath::parse(guest).map_err(|error| Failure::usage(error.to_string()))?;
            let mode = if *read_only { MountMode::ReadOnly } else { MountMode::ReadWrite };
            held.push(directory.try_clone().map_err(Failure::at(host))?);
            // Where it lies is seen here, and not taken from whoever passed it.
            let place = std::fs::read_link(format!("/proc/self/fd/{}", directory.as_raw_fd()));
            let place = place.map_err(Failure::at(host))?;
            let mount = Mount::of_descriptor(guest, &place, directory, mode);
            hosts.push(place);
            opened_mounts.push(mount?);
        }
        let mounts = Mounts::new(opened_mounts, Some(self.broker.home.dir()))?;
        let Opening { agent, kind, ttl, set: parameters, .. } = asked;
        let task = self.broker.open(OpenRequest { agent, opened_by, kind, ttl, mounts, hosts, parameters, grant })?;
        let now = Moment::now();
        let db = &self.broker.state.db;
        let is_open = |id: &str| matches!(db.by_id(id), Ok(Some(task)) if task.life(&now) == Life::Open);
        self.broker.held.keep_only(&is_open);
        self.broker.held.hold(&task.id, held);
        Ok(opened(&task))
    }

    /// Makes a call, which ends when its client does.
    fn call(&mut self, handle: &str, tool: &str, input: Option<&str>) -> Result<Answer, Failure> {
        let task = self.broker.task(handle)?;
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
        let request = CallRequest { tool, input: Given::Text(input) };
        let answered = self.broker.call(task, &request, &loader, &drive);
        // Watching made the socket one that does not wait.
        self.stream.set_nonblocking(false).map_err(|error| Failure::internal(error.to_string()))?;
        let answered = answered?;
        let encode = |bytes: &[u8]| BASE64_STANDARD.encode(bytes);
        let streams = answered.streams.as_ref().map(|(stdout, stderr)| (encode(stdout), encode(stderr)));
        Ok(Answer::Called { exit: answered.exit as u8, value: answered.value, streams })
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

/// What a client passes it must have been able to read itself: an `O_PATH` descriptor proves nothing of the kind.
fn readable(directory: &OwnedFd, host: &str) -> Result<(), Failure> {
    let flags = fcntl_getfl(directory).map_err(|errno| Failure::at(host)(errno.into()))?;
    if flags.contains(OFlags::PATH) {
        return Err(Failure::usage(format!("`{host}` was not opened for reading")));
    }
    Ok(())
}

fn opened(task: &OpenedTask) -> Answer {
    let expires: Time = task.expires;
    Answer::Opened { task: task.id.clone(), handle: task.handle.reveal().to_owned(), expires: expires.to_string() }
}
