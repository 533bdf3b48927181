//! The broker's side of one call in a worker: what the guest asks is performed behind the same door as in this process, and
//! nothing that the worker says is believed.
use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use tokio::io::Interest;
use tokio::task::{AbortHandle, JoinSet, yield_now};
use toolward_host_fns::door::{Door, Fault, Limit, Reply, Request};
use toolward_host_fns::guest::Start;
use toolward_host_fns::in_process::InProcess;
use toolward_host_fns::standing::Standing;
use toolward_manifests::{Limits, Unit};

use super::channel::{nothing, wrong};
use super::cpu::WorkerCpu;
use super::lease::Lease;
use super::process::{Fall, Worker};
use super::spin::Looks;
use super::wire::{FromWorker, Run, Said, ToWorker};
use crate::call::{Cause, Ending, Ran, TaskStanding};

/// How often a call is looked at whatever its worker does: is it cancelled, over, out of time?
const LOOK: Duration = Duration::from_millis(5);
/// A worker ends its guest at the call's time by itself, and has so long to say so.
const GRACE: Duration = Duration::from_millis(500);
/// Questions that are under way at a time: more than a guest has handles for.
const MOST_PENDING: usize = 4096;
/// Answers that a worker has not taken yet, in bytes: until it has, nothing more is heard.
const MOST_UNTAKEN: usize = 8 << 20;

/// One call.
pub(crate) struct Job<'a> {
    /// The export that is called; none where it is a command.
    pub(crate) function: Option<String>,
    /// Of a function its input, as JSON.
    pub(crate) input: Option<Vec<u8>>,
    /// Arguments, standard input, working directory.
    pub(crate) start: Start,
    /// What it may use.
    pub(crate) limits: Limits,
    /// The task that it belongs to, if it belongs to one.
    pub(crate) task: Option<&'a TaskStanding>,
}

/// Makes one call in a worker, which then waits for the next, or has ended.
pub(crate) async fn serve(
    mut lease: Box<Lease>,
    job: Job<'_>,
    door: &Arc<InProcess>,
    cancel: impl Future<Output = ()>,
) -> Ran {
    let mut serving = Serving {
        door: Arc::clone(door),
        most: usize::try_from(job.limits.output).unwrap_or(usize::MAX),
        stdout: Vec::new(),
        stderr: Vec::new(),
        pending: JoinSet::new(),
        waiting: HashMap::new(),
        crossed: false,
        looks: Looks::default(),
    };
    let ending = match lease.take() {
        None => Ending::Worker { how: "it has ended".to_owned(), hostile: false },
        Some(mut worker) => {
            // Only a task with a budget of processor time has it measured.
            let counted = job.task.filter(|task| task.holder().bounds(Unit::Cpu));
            let counted = counted.map(|task| (task, WorkerCpu::start(worker.pid())));
            let ended = serving.run(&mut worker, job.run(door), (counted.as_ref(), job.task), cancel).await;
            if let Some((task, cpu)) = &counted {
                task.used(Unit::Cpu, cpu.since_last());
            }
            match ended {
                Ok(By::Itself(ending)) => {
                    // What this call has left on the way would be taken for the next one's.
                    if !serving.crossed && serving.pending.is_empty() && worker.channel.is_quiet() {
                        lease.back(worker);
                    }
                    ending
                }
                // The process ends with what runs in it.
                Ok(By::Broker(ending)) => ending,
                Err(error) => {
                    let Fall { how, hostile } = worker.fall(&error);
                    Ending::Worker { how, hostile }
                }
            }
        }
    };
    Ran { ending, stdout: serving.stdout, stderr: serving.stderr }
}

impl Job<'_> {
    fn run(&self, door: &InProcess) -> Run {
        Run {
            function: self.function.clone(),
            input: self.input.clone(),
            start: self.start.clone(),
            limits: self.limits,
            preopens: door.preopens(),
            counts_written: self.task.is_some_and(|task| task.holder().bounds(Unit::Written)),
        }
    }
}

/// A task with a budget of processor time, and what its worker uses of it.
type Counted<'a> = (&'a TaskStanding, WorkerCpu);

/// Who has ended a call.
enum By {
    Itself(Ending),
    Broker(Ending),
}

struct Serving {
    door: Arc<InProcess>,
    /// Standard output and standard error together, in bytes.
    most: usize,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// Questions that wait for something.
    pending: JoinSet<(u32, Reply)>,
    /// The same by their numbers.
    waiting: HashMap<u32, AbortHandle>,
    /// Whether the guest gave a question up whose answer was on its way: the worker will close what came of it, and say so.
    crossed: bool,
    looks: Looks,
}

impl Serving {
    async fn run(
        &mut self,
        worker: &mut Worker,
        run: Run,
        (counted, task): (Option<&Counted<'_>>, Option<&TaskStanding>),
        cancel: impl Future<Output = ()>,
    ) -> io::Result<By> {
        let deadline = run.limits.time + GRACE;
        worker.channel.put(&ToWorker::Run(Box::new(run)), None)?;
        worker.channel.flush()?;
        let socket = worker.channel.watched()?;
        let mut stopped = pin!(stopped(cancel, deadline, task, counted));
        let mut looked = Instant::now();
        loop {
            if let Some(ending) = self.hear(worker)? {
                return Ok(By::Itself(ending));
            }
            worker.channel.flush()?;
            let due = looked.elapsed() > LOOK;
            if !due && self.look(worker)? {
                continue;
            }
            looked = Instant::now();
            let listens = worker.channel.waiting() < MOST_UNTAKEN;
            tokio::select! {
                biased;
                ending = &mut stopped => return Ok(By::Broker(ending)),
                Some(answered) = self.pending.join_next() => {
                    // What the guest gave up has no answer.
                    if let Ok((id, reply)) = answered {
                        self.waiting.remove(&id);
                        reply_to(worker, id, reply)?;
                    }
                }
                ready = socket.readable(), if listens => {
                    ready?;
                    tried(socket.try_io(Interest::READABLE, || worker.channel.receive()?.then_some(()).ok_or_else(nothing)))?;
                }
                ready = socket.writable(), if worker.channel.waiting() > 0 => {
                    ready?;
                    tried(socket.try_io(Interest::WRITABLE, || worker.channel.flush()?.then_some(()).ok_or_else(nothing)))?;
                }
                // Time goes on only where this thread gives way.
                () = yield_now(), if due => {}
            }
        }
    }

    /// Looks for a moment whether something arrives.
    fn look(&mut self, worker: &mut Worker) -> io::Result<bool> {
        if worker.channel.waiting() >= MOST_UNTAKEN {
            return Ok(false);
        }
        let (began, patience) = (Instant::now(), self.looks.next());
        loop {
            let received = worker.channel.receive()?;
            if received || began.elapsed() > patience {
                self.looks.ended(patience, received);
                return Ok(received);
            }
            // Whoever else has work to do, the log above all, goes first.
            std::thread::yield_now();
        }
    }

    /// Takes all that has arrived; how the call ended, if it has.
    fn hear(&mut self, worker: &mut Worker) -> io::Result<Option<Ending>> {
        while let Some(message) = worker.channel.next()? {
            match message {
                FromWorker::Ask(id, request) => self.ask(worker, id, request)?,
                FromWorker::Mention(request @ Request::IdentityAt(_)) => drop(self.door.perform_now(request)),
                FromWorker::Mention(_) => return Err(wrong("it spoke out of turn")),
                FromWorker::MayWrite(id, bytes) => {
                    let may = self.door.may_write(bytes);
                    reply_to(worker, id, may.map_or_else(Reply::Fault, |()| Reply::Done))?;
                }
                FromWorker::Forget(id) => match self.waiting.remove(&id) {
                    Some(begun) => begun.abort(),
                    None => self.crossed = true,
                },
                FromWorker::CloseFile(id, totals) => self.door.close_file(id, totals),
                FromWorker::CloseDir(id) => self.door.close_dir(id),
                FromWorker::CloseStream(id) => self.door.close_stream(id),
                FromWorker::Output(part) => self.stdout.extend(self.room_for(part)?),
                FromWorker::Talk(part) => self.stderr.extend(self.room_for(part)?),
                FromWorker::Ended(ending) => return believable(ending).map(Some),
                FromWorker::Walled(_) | FromWorker::Loaded(_) | FromWorker::Linked(_) => {
                    return Err(wrong("it spoke out of turn"));
                }
            }
        }
        Ok(None)
    }

    /// Performs what a guest asks for: at once where nothing is waited for, as it is with files.
    fn ask(&mut self, worker: &mut Worker, id: u32, request: Request) -> io::Result<()> {
        let door = Arc::clone(&self.door);
        let mut answer: Pin<Box<dyn Future<Output = (u32, Reply)> + Send>> =
            Box::pin(async move { (id, door.perform(request).await) });
        match answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready((id, reply)) => reply_to(worker, id, reply),
            Poll::Pending if self.pending.len() >= MOST_PENDING => Err(wrong("it asked more than a guest can")),
            Poll::Pending => {
                let begun = self.pending.spawn(answer);
                match self.waiting.insert(id, begun) {
                    None => Ok(()),
                    Some(_) => Err(wrong("it asked twice under one number")),
                }
            }
        }
    }

    fn room_for(&self, part: Vec<u8>) -> io::Result<Vec<u8>> {
        let room = self.most.saturating_sub(self.stdout.len()).saturating_sub(self.stderr.len());
        if part.len() > room { Err(wrong("it gave more output than a guest can")) } else { Ok(part) }
    }
}

/// That there was nothing to do is no error.
fn tried(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
        result => result,
    }
}

fn reply_to(worker: &mut Worker, id: u32, reply: Reply) -> io::Result<()> {
    let (said, descriptor) = Said::of(reply);
    worker.channel.put(&ToWorker::Reply(id, said), descriptor)
}

/// What a worker may say of how its guest ended; its words are cut where they are long.
fn believable(ending: Ending) -> io::Result<Ending> {
    const MOST: usize = 1000;
    match ending {
        Ending::Trap(trap) => Ok(Ending::Trap(trap.chars().take(MOST).collect())),
        Ending::Exit(_) | Ending::Limit(_) | Ending::Broken(_) | Ending::Over => Ok(ending),
        Ending::Cancelled | Ending::Worker { .. } => Err(wrong("it said how it was ended")),
    }
}

/// Waits until the broker ends the call.
async fn stopped(
    cancel: impl Future<Output = ()>,
    deadline: Duration,
    task: Option<&TaskStanding>,
    counted: Option<&Counted<'_>>,
) -> Ending {
    tokio::select! {
        biased;
        () = cancel => Ending::Cancelled,
        ending = over(task) => ending,
        () = tokio::time::sleep(deadline) => Ending::Limit(Limit::Time),
        ending = spent(counted) => ending,
    }
}

/// Waits until the task is over.
async fn over(task: Option<&TaskStanding>) -> Ending {
    let Some(task) = task else { return std::future::pending().await };
    match task.over().await {
        Ok(_) => Ending::Over,
        Err(_) => Ending::Broken(Cause::Other),
    }
}

/// Waits until the task's budget of processor time is spent.
async fn spent(counted: Option<&Counted<'_>>) -> Ending {
    let Some((task, cpu)) = counted else { return std::future::pending().await };
    loop {
        tokio::time::sleep(LOOK).await;
        let used = cpu.since_last();
        match task.take(Unit::Cpu, used) {
            Ok(()) => {}
            Err(Fault::Limit(limit)) => {
                // It was used all the same: whatever is left is spent, so that no further call begins on it.
                task.used(Unit::Cpu, used);
                return Ending::Limit(limit);
            }
            Err(_) => return Ending::Broken(Cause::Other),
        }
    }
}
