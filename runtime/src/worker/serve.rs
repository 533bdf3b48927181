//! The broker's side of one call in a worker: what the guest asks is performed behind the same door as in this process, and
//! nothing that the worker says is believed.
use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::io;
use std::mem::Discriminant;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use tokio::io::Interest;
use tokio::task::{AbortHandle, JoinError, JoinSet, yield_now};
use toolward_host_fns::door::{Door, Fault, NetworkFault, NetworkRequest, Reply, Request, StreamId};
use toolward_host_fns::guest::Start;
use toolward_host_fns::in_process::InProcess;
use toolward_host_fns::standing::Standing;
use toolward_manifests::{Limits, Unit};

use super::channel::{nothing, wrong};
use super::cpu::WorkerCpu;
use super::endings::{believable, ending_of};
use super::lease::Lease;
use super::mentioned::Mentioned;
use super::process::{Fall, Worker};
use super::spin::Looks;
use super::stop::{Counted, stopped};
use super::wire::{FromWorker, Run, Said, ToWorker};
use crate::call::{Ending, Ran, TaskStanding};

/// How often the call's time, its task and its cancellation are looked at, whatever its worker does.
const LOOK: Duration = Duration::from_millis(5);
/// A worker ends its guest by itself at the call's time, and after a limit; it has so long to say so.
const GRACE: Duration = Duration::from_millis(500);
/// Questions that are under way at a time. While there are as many, no more is heard.
const MAX_PENDING: usize = 4096;
/// Bytes of answers that a worker has not taken yet. While there are more, no more is heard.
const MAX_UNTAKEN_BYTES: usize = 8 << 20;
/// Descriptors among these answers, each of which is held open here. While there are as many, no more is heard.
const MAX_UNTAKEN_FILES: usize = 64;

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
        busy: HashSet::new(),
        mentioned: Mentioned::new(Arc::clone(door)),
        giving_up: 0,
        crossed: false,
        looks: Looks::default(),
        ends: None,
        heard: false,
    };
    let (reused, began) = (lease.is_reused(), Instant::now());
    let ending = match lease.take() {
        None => Ending::Worker { how: "it has ended".to_owned(), hostile: false },
        Some(mut worker) => {
            // Only a task with a budget of processor time has it measured.
            let counted = job.task.filter(|task| task.holder().bounds(Unit::Cpu));
            let counted = counted.map(|task| (task, WorkerCpu::start(worker.pid())));
            let ended = serving.run(&mut worker, job.run(door), (counted.as_ref(), job.task), cancel).await;
            serving.mentioned.record_after_the_end();
            if let Some((task, cpu)) = &counted {
                task.used(Unit::Cpu, cpu.since_last());
            }
            match ended {
                Ok(By::Itself(ending)) => {
                    let ending = serving.ended(ending);
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
    let died = matches!(ending, Ending::Worker { hostile: false, .. });
    let untouched = died && reused && !serving.heard && began.elapsed() < GRACE;
    Ran { ending, stdout: serving.stdout, stderr: serving.stderr, untouched }
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
    waiting: HashMap<u32, Waiting>,
    /// What of which stream a question waits for.
    busy: HashSet<StreamUse>,
    /// Questions that the worker has answered by itself, and that are not recorded yet.
    mentioned: Mentioned,
    /// How many questions were cancelled that have not ended yet. Until then they hold what counts towards limits.
    giving_up: usize,
    /// Whether the guest gave a question up whose answer was on its way: the worker will close what came of it, and say so.
    crossed: bool,
    looks: Looks,
    /// What ends the call, since the door has answered it, and until when the worker may say so.
    ends: Option<(Fault, Instant)>,
    /// Whether the worker has said anything.
    heard: bool,
}

/// A question that waits for something.
struct Waiting {
    begun: AbortHandle,
    uses: Option<StreamUse>,
}

/// A stream, and what is asked of it.
type StreamUse = (StreamId, Discriminant<NetworkRequest>);

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
            // Before each message, however many have arrived. Time goes on only where this thread gives way.
            if looked.elapsed() > LOOK {
                tokio::select! {
                    biased;
                    ending = &mut stopped => return Ok(By::Broker(self.ended(ending))),
                    () = yield_now() => {}
                }
                if let Some((fault, until)) = self.ends
                    && Instant::now() > until
                {
                    return Ok(By::Broker(ending_of(fault)));
                }
                looked = Instant::now();
            }
            let listens = self.listens(worker);
            if listens && let Some(message) = worker.channel.next()? {
                self.heard = true;
                if let Some(by) = self.take(worker, message)? {
                    return Ok(by);
                }
                continue;
            }
            worker.channel.flush()?;
            if let Some(ending) = self.mentioned.record() {
                return Ok(By::Broker(ending));
            }
            // What was not heard before has arrived already: the socket does not tell of it again.
            if (!listens && self.listens(worker)) || (listens && self.look(worker)?) {
                continue;
            }
            let has_room = worker.channel.waiting() < MAX_UNTAKEN_BYTES;
            tokio::select! {
                biased;
                ending = &mut stopped => return Ok(By::Broker(self.ended(ending))),
                Some(answered) = self.pending.join_next(), if has_room => {
                    self.answered(worker, answered)?;
                }
                ready = socket.readable(), if listens => {
                    ready?;
                    tried(socket.try_io(Interest::READABLE, || worker.channel.receive()?.then_some(()).ok_or_else(nothing)))?;
                }
                ready = socket.writable(), if worker.channel.waiting() > 0 => {
                    ready?;
                    tried(socket.try_io(Interest::WRITABLE, || worker.channel.flush()?.then_some(()).ok_or_else(nothing)))?;
                }
                // After a limit the worker has a bounded time to end its guest.
                () = tokio::time::sleep(LOOK), if self.ends.is_some() => {}
            }
        }
    }

    /// Whether the worker is heard: only while it takes what it is answered, and waits for no more than a guest can.
    fn listens(&self, worker: &Worker) -> bool {
        worker.channel.waiting() < MAX_UNTAKEN_BYTES
            && worker.channel.waiting_descriptors() < MAX_UNTAKEN_FILES
            && self.pending.len() < MAX_PENDING
            && self.giving_up == 0
    }

    /// Passes an answer on. A question that was cancelled in time has none.
    fn answered(&mut self, worker: &mut Worker, answered: Result<(u32, Reply), JoinError>) -> io::Result<()> {
        let (id, reply) = match answered {
            Ok(answered) => answered,
            Err(error) => {
                self.giving_up = self.giving_up.saturating_sub(usize::from(error.is_cancelled()));
                return Ok(());
            }
        };
        if self.forget(id).is_none() {
            self.giving_up = self.giving_up.saturating_sub(1);
            self.crossed = true;
        }
        self.reply_to(worker, id, reply)
    }

    /// Looks for a moment whether something arrives.
    fn look(&mut self, worker: &mut Worker) -> io::Result<bool> {
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

    /// Takes one message; how the call ended, if it has.
    fn take(&mut self, worker: &mut Worker, message: FromWorker) -> io::Result<Option<By>> {
        match message {
            FromWorker::Ask(id, request) => {
                if let Some(ending) = self.mentioned.record_before(&request) {
                    return Ok(Some(By::Broker(ending)));
                }
                self.ask(worker, id, request)?;
            }
            FromWorker::Mention(request @ Request::IdentityAt(_)) => {
                if !request.is_bounded() {
                    return Err(wrong("it asked for more than a guest can"));
                }
                return Ok(self.mentioned.put_off(request).map(By::Broker));
            }
            FromWorker::Mention(_) => return Err(wrong("it spoke out of turn")),
            FromWorker::MayWrite(id, bytes) => {
                let may = self.door.may_write(bytes);
                self.reply_to(worker, id, may.map_or_else(Reply::Fault, |()| Reply::Done))?;
            }
            FromWorker::Forget(id) => match self.forget(id) {
                Some(begun) => {
                    begun.abort();
                    self.giving_up += 1;
                }
                None => self.crossed = true,
            },
            FromWorker::CloseFile(id, totals) => self.door.close_file(id, totals),
            FromWorker::CloseDir(id) => {
                if let Some(ending) = self.mentioned.record() {
                    return Ok(Some(By::Broker(ending)));
                }
                self.door.close_dir(id);
            }
            FromWorker::CloseStream(id) => self.door.close_stream(id),
            FromWorker::Output(part) => self.stdout.extend(self.room_for(part)?),
            FromWorker::Talk(part) => self.stderr.extend(self.room_for(part)?),
            FromWorker::Ended(ending) => {
                let ending = believable(ending)?;
                return Ok(Some(self.mentioned.record().map_or(By::Itself(ending), By::Broker)));
            }
            FromWorker::Walled(_) | FromWorker::Loaded(_) | FromWorker::Linked(_) => {
                return Err(wrong("it spoke out of turn"));
            }
        }
        Ok(None)
    }

    /// Performs what a guest asks for: at once where nothing is waited for, as it is with files.
    fn ask(&mut self, worker: &mut Worker, id: u32, request: Request) -> io::Result<()> {
        if !request.is_bounded() {
            return Err(wrong("it asked for more than a guest can"));
        }
        // A guest that has reached a limit does nothing any more.
        if let Some((fault, _)) = self.ends {
            return self.reply_to(worker, id, Reply::Fault(fault));
        }
        // A sound worker waits for one answer at a time: what the others would hold lies in this process's memory.
        let uses = uses(&request);
        if uses.is_some_and(|uses| self.busy.contains(&uses)) {
            return self.reply_to(worker, id, Reply::Fault(Fault::Network(NetworkFault::NoStream)));
        }
        let door = Arc::clone(&self.door);
        let mut answer: Pin<Box<dyn Future<Output = (u32, Reply)> + Send>> =
            Box::pin(async move { (id, door.perform(request).await) });
        if let Poll::Ready((id, reply)) = answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return self.reply_to(worker, id, reply);
        }
        self.busy.extend(uses);
        let begun = self.pending.spawn(answer);
        match self.waiting.insert(id, Waiting { begun, uses }) {
            None => Ok(()),
            Some(_) => Err(wrong("it asked twice under one number")),
        }
    }

    /// A question that nobody waits for any more.
    fn forget(&mut self, id: u32) -> Option<AbortHandle> {
        let Waiting { begun, uses } = self.waiting.remove(&id)?;
        if let Some(uses) = uses {
            self.busy.remove(&uses);
        }
        Some(begun)
    }

    /// Answers a question. One that has reached a limit ends the call, whatever its worker goes on to say.
    fn reply_to(&mut self, worker: &mut Worker, id: u32, reply: Reply) -> io::Result<()> {
        if let Reply::Fault(fault @ (Fault::Limit(_) | Fault::Over)) = reply {
            self.ends.get_or_insert_with(|| (fault, Instant::now() + GRACE));
        }
        let (said, descriptor) = Said::of(reply);
        worker.channel.put(&ToWorker::Reply(id, said), descriptor)
    }

    /// How the call has ended: by what the door has answered, if that ends calls.
    fn ended(&self, ending: Ending) -> Ending {
        match (ending, self.ends) {
            (ending @ (Ending::Cancelled | Ending::Over | Ending::Broken(_)), _) | (ending, None) => ending,
            (_, Some((fault, _))) => ending_of(fault),
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

/// The stream whose bytes a request waits for, and their direction.
fn uses(request: &Request) -> Option<StreamUse> {
    match request {
        Request::Network(request @ (NetworkRequest::Read(id) | NetworkRequest::Write(id, _))) => {
            Some((*id, std::mem::discriminant(request)))
        }
        _ => None,
    }
}
