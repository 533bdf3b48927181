//! `toolward call`: one call of one tool in a task.
use std::io::Write;
use std::sync::Arc;

use serde_json::{Value, json};
use toolward_host_fns::files::{Mount, MountMode, Mounts};
use toolward_host_fns::guest::Start;
use toolward_host_fns::in_process::Behind;
use toolward_host_fns::mediate::{Denial, NobodyThere};
use toolward_host_fns::record::{Entry, Outcome as Recorded, Recorder, Word};
use toolward_manifests::command::Output as Form;
use toolward_manifests::{Access, Call, GuestPath, Reason, Scope, Verdict};

use super::{Context, plain, stdout_closed};
use crate::audit::{Log, Mode, TaskRef};
use crate::call::{self, CallRecorder, Callee, Invocation, Outcome, Status};
use crate::callable::Callable;
use crate::engine::Engine;
use crate::failure::{Exit, Failure};
use crate::input::Input;
use crate::installation::{Installation, Terms};
use crate::state::tasks::{Reservation, Task, Tasks};
use crate::state::{State, Time, fresh_id};
use crate::typed::Artifact;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The tool; of a typed one a function, as `text.diff`.
    tool: String,
    /// Its input: JSON, `@FILE`, or `-` for standard input.
    #[arg(long, value_name = "JSON|@FILE|-", allow_hyphen_values = true)]
    input: Option<String>,
    /// Standard output verbatim instead of one JSON object.
    #[arg(long)]
    raw: bool,
    #[command(flatten)]
    task: super::handle::TaskArg,
}

/// One call under way.
struct Calling {
    id: String,
    task: Task,
    /// The name by which it is decided and recorded.
    name: String,
    callable: Callable,
    recorder: Arc<CallRecorder>,
}

pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let state = cx.open_state()?;
    let task = args.task.open(&state)?;
    let installation = Installation::load(&cx.home)?;
    super::handle::same_policy(&task, &installation)?;
    let callable = installation.callable(&args.tool)?;
    let terms = terms(&task);
    let scope = installation.scope(Some(&callable.tool), &terms)?;
    let input = crate::input::input(args.input.as_deref(), scope.limits().input)?;
    callable.check_input(&input.value)?;
    let loader = cx.loader(&state)?;
    let component = callable.tool.component(installation.policy.development(), Some(loader.cache()))?;
    let engine = Engine::new(scope.limits().stack).map_err(|error| Failure::internal(format!("{error:#}")))?;
    // A function's types are its component's: its input can be checked only once that is loaded, and is before the call
    // is decided and counted, as a command's is.
    let artifact = Artifact { component: &component, loader: &loader };
    let typed = callable.typed(&engine, artifact)?.map(|typed| typed.with(&input.value)).transpose()?;

    let task_ref =
        TaskRef { id: task.opening.id.as_str().into(), agent: task.opening.agent.as_deref().map(Into::into) };
    let id = fresh_id("c_")?;
    let log = Log::new(&state, Mode::SingleUser);
    let development = installation.policy.development();
    let name = callable.name();
    let recorder = CallRecorder::new(log, task_ref, id.as_str().into(), name.as_str().into(), development);
    let calling = Calling { id, task, name, callable, recorder: Arc::new(recorder) };

    let reason = match calling.admit(&scope, &state, &input, component.digest().hex())? {
        Admitted::Yes(reason) => reason,
        Admitted::No(word, reason) => return calling.refused(word, &reason, cx),
        Admitted::Spent(budget) => return calling.spent(budget, cx),
    };
    let callee = match typed {
        Some(call) => Callee::Function(call),
        None => {
            let command = engine.load(&component, &loader);
            Callee::Command(command.map_err(|unfit| unfit.failure(component.path()))?)
        }
    };
    // Held, so that what takes long to unmap is unmapped after the result is out.
    let _mapped = callee.clone();
    let invocation = calling.invocation(callee, scope, &installation, &input, cx)?;
    let outcome = call::drive(&engine, invocation)?;
    calling.finish(&outcome, reason, args.raw, cx)
}

/// What a task brings to a scope.
fn terms(task: &Task) -> Terms {
    let opening = &task.opening;
    Terms { kind: opening.kind.clone(), parameters: opening.parameters.clone(), grant: opening.grant.clone() }
}

/// Whether a call may be made at all.
enum Admitted {
    Yes(Reason),
    No(Word, Reason),
    Spent(u64),
}

impl Calling {
    /// Decides the call itself and counts it.
    fn admit(&self, scope: &Scope, state: &State, input: &Input, sha256: String) -> Result<Admitted, Failure> {
        let task = self.task.opening.id.as_str();
        loop {
            let history = state.db.history(task)?;
            let call = Call {
                tool: self.name.clone(),
                sha256: Some(sha256.clone()),
                input: input.value.clone(),
                history: Some(history.clone()),
            };
            let allow = match scope.decide(&Access::Tools(call)) {
                Verdict::Allow(allow) => allow,
                Verdict::Ask(ask) => return Ok(Admitted::No(Word::Ask, ask.reason().clone())),
                Verdict::Deny(reason) => return Ok(Admitted::No(Word::Deny, reason)),
            };
            match state.db.reserve_call(task, allow.counted(), &history, Time::now())? {
                Reservation::Made { .. } => return Ok(Admitted::Yes(allow.reason().clone())),
                Reservation::Spent { budget } => return Ok(Admitted::Spent(budget)),
                Reservation::Ended(life) => return Err(super::handle::over(life)),
                Reservation::Stale => {}
            }
        }
    }

    fn invocation(
        &self,
        callee: Callee,
        scope: Scope,
        installation: &Installation,
        input: &Input,
        cx: &Context,
    ) -> Result<Invocation, Failure> {
        let mounts = self.mounts(cx)?;
        let cwd = self.task.opening.mounts.first().map(|mount| mount.guest.clone());
        let start = match &callee {
            Callee::Command(_) => call::start(self.callable.tool.manifest.command(), input, &self.name, cwd)?,
            Callee::Function(_) => Start { args: vec![self.name.clone()], stdin: Vec::new(), cwd, ..Start::default() },
        };
        let protected = installation.protected()?;
        Ok(Invocation {
            callee,
            behind: Behind {
                mounts: Arc::new(mounts),
                protected: Arc::new(protected),
                environment: scope.environment().into_iter().collect(),
                network: installation.config.network.network()?,
                tool: self.callable.tool.manifest.name().into(),
            },
            scope: Arc::new(scope),
            start: Start { config: self.callable.tool.manifest.config().clone(), tool: self.name.clone(), ..start },
            recorder: Arc::clone(&self.recorder),
            approver: Arc::new(NobodyThere),
        })
    }

    /// Opens the task's mounts again; each must still be the very directory that it was when the task was opened.
    fn mounts(&self, cx: &Context) -> Result<Mounts, Failure> {
        let open = |kept: &crate::state::tasks::Mount| {
            let mode = if kept.read_only { MountMode::ReadOnly } else { MountMode::ReadWrite };
            let guest = GuestPath::parse(&kept.guest).map_err(|error| Failure::internal(error.to_string()))?;
            let mount = Mount::open(guest, &kept.host, mode).map_err(|error| Failure::usage(error.to_string()))?;
            if mount.identity() == (kept.dev, kept.ino) {
                return Ok(mount);
            }
            let message =
                format!("`{}` is not the directory that it was when the task was opened", kept.host.display());
            Err(Failure::new(Exit::Denied, message).help("open a task anew"))
        };
        let mounts = self.task.opening.mounts.iter().map(open).collect::<Result<Vec<_>, _>>()?;
        Mounts::new(mounts, Some(cx.home.dir())).map_err(|error| Failure::usage(error.to_string()))
    }

    /// Records that the call itself was refused, and says so.
    fn refused(&self, word: Word, reason: &Reason, cx: &Context) -> Result<Exit, Failure> {
        let id = fresh_id("d_")?;
        let entry = Entry { id: Some(id.clone()), ..self.entry(word, reason.clone(), Recorded::Refused) };
        self.recorder.note(entry).and_then(|()| self.recorder.bind()).map_err(unrecorded)?;
        let access = format!("tools call {}", self.name);
        let denial = Denial { access, verdict: word, reason: reason.clone(), id };
        let status = if word == Word::Ask { Status::Refused } else { Status::Denied };
        self.answer(status, &Value::Null, &[denial], "", 0.0, cx)
    }

    /// Records that the task's budget of calls is spent, and says so.
    fn spent(&self, budget: u64, cx: &Context) -> Result<Exit, Failure> {
        let note = format!("the budget of {budget} calls is spent");
        let layer = toolward_manifests::Layer::Limit;
        let reason = Reason { layer, rule: None, note: Some(note.into()) };
        let entry = self.entry(Word::Deny, reason, Recorded::Refused);
        self.recorder.note(entry).and_then(|()| self.recorder.bind()).map_err(unrecorded)?;
        self.answer(Status::Limit, &Value::Null, &[], "", 0.0, cx)
    }

    /// Binds the records; only then does the result leave.
    fn finish(&self, outcome: &Outcome, reason: Reason, raw: bool, cx: &Context) -> Result<Exit, Failure> {
        // A function has no mapping: its success is its own, and what it gives is JSON.
        let command = self.callable.tool.manifest.command();
        let form = if self.callable.is_function() { Form::Json } else { command.output() };
        let status = outcome.status(command.success());
        let entry = self.entry(Word::Allow, reason, call::recorded(outcome, status));
        self.recorder.note_taking(entry, outcome.took).and_then(|()| self.recorder.bind()).map_err(unrecorded)?;
        let status =
            status.ok_or_else(|| Failure::internal("the log could not be written, so the call was stopped"))?;
        if raw {
            cx.out().write_all(&outcome.stdout).map_err(stdout_closed)?;
            // Where standard error is closed there is nobody to tell.
            drop(std::io::stderr().write_all(&outcome.stderr));
            return Ok(status.exit());
        }
        let output = call::output(form, &outcome.stdout);
        let stderr = String::from_utf8_lossy(&outcome.stderr);
        let ms = outcome.took.as_secs_f64() * 1000.0;
        self.answer(status, &output, &outcome.denials, &stderr, ms, cx)
    }

    fn answer(
        &self,
        status: Status,
        output: &Value,
        denials: &[Denial],
        stderr: &str,
        ms: f64,
        cx: &Context,
    ) -> Result<Exit, Failure> {
        let denied: Vec<Value> = denials.iter().map(denied).collect();
        let answer = json!({
            "call": self.id, "task": self.task.opening.id, "tool": self.name, "status": status,
            "output": output, "denied": denied, "stderr": stderr, "ms": (ms * 100.0).round() / 100.0,
        });
        writeln!(cx.out(), "{}", plain::json(&answer)?).map_err(stdout_closed)?;
        Ok(status.exit())
    }

    fn entry(&self, verdict: Word, reason: Reason, outcome: Recorded) -> Entry {
        call::entry(&self.name, verdict, reason, outcome)
    }
}

/// What was refused, not which rule to work around.
fn denied(denial: &Denial) -> Value {
    let verdict = if denial.verdict == Word::Ask { "ask" } else { "deny" };
    json!({ "access": denial.access, "verdict": verdict, "id": denial.id })
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn unrecorded(error: toolward_host_fns::record::RecordError) -> Failure {
    Failure::internal(error.to_string()).help("the result is withheld; `toolward doctor` looks at the store")
}
