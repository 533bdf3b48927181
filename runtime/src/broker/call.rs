//! One call of one tool in a task.
use std::sync::Arc;

use serde_json::Value;
use toolward_host_fns::files::Protected;
use toolward_host_fns::guest::Start;
use toolward_host_fns::in_process::Behind;
use toolward_host_fns::mediate::NobodyThere;
use toolward_host_fns::record::{Entry, Outcome as Recorded, Word};
use toolward_host_fns::standing::Standing;
use toolward_manifests::{Access, Budget, Call, Reason, Scope, Unit, Verdict};

use super::asked::{CallAnswer, CallRequest, Drive};
use super::beside::Beside;
use super::layers::Layers;
use super::{Broker, memory, over};
use crate::audit::TaskRef;
use crate::call::{self, CallRecorder, Invocation, Loading, Program, Ready, TaskStanding};
use crate::callable::{self, Callable};
use crate::engine::Loader;
use crate::failure::{Exit, Failure};
use crate::input::{self, Input};
use crate::installation::Installation;
use crate::notice::Notice;
use crate::own_files;
use crate::state::tasks::{Holder, Past, Reservation, Task, Tasks, Unspent, Wanted};
use crate::state::{LowWater, Moment, fresh_id};
use crate::typed::Artifact;
use crate::worker::User;

/// One call under way.
pub(super) struct Calling<'b> {
    pub(super) broker: &'b Broker,
    pub(super) id: String,
    pub(super) task: Task,
    pub(super) layers: Layers,
    pub(super) scope: Arc<Scope>,
    /// The name by which it is decided and recorded.
    pub(super) name: String,
    /// The component's digest, as far as it is known.
    pub(super) sha256: Option<String>,
    pub(super) recorder: Arc<CallRecorder>,
    pub(super) standing: Arc<TaskStanding>,
}

/// Whether a call may be made at all.
enum Admitted {
    Yes(Reason),
    No(Word, Reason),
    Spent(Unspent),
}

impl Broker {
    /// Calls a tool in a task.
    ///
    /// # Errors
    /// Where it could not be made, for another reason than that it was refused.
    pub fn call(
        &self,
        task: Task,
        request: &CallRequest<'_>,
        loader: &Loader,
        drive: Drive<'_>,
    ) -> Result<CallAnswer, Failure> {
        let called = self.try_call(task, request, loader, drive).inspect_err(|failure| {
            // Where this machine is short of something, what only waits must not keep the next call from it.
            if failure.exit == Exit::Internal {
                self.isolation.let_go();
            }
        });
        // What a task may call and cannot be loaded is its operator's to mend.
        called.map_err(|failure| match failure.exit {
            Exit::Usage => failure.or_notice(Notice::ToolBroken(request.tool.to_owned())),
            _ => failure,
        })
    }

    fn try_call(
        &self,
        task: Task,
        request: &CallRequest<'_>,
        loader: &Loader,
        drive: Drive<'_>,
    ) -> Result<CallAnswer, Failure> {
        let installation = self.installation()?;
        self.has_room(&installation)?;
        let layers = self.layers(&task, &installation)?;
        // By name and digest first: of what the task may not call nothing is loaded, and nothing is told.
        let callable = match installation.callable(request.tool) {
            Ok(callable) => Arc::new(callable),
            Err(failure) => return self.not_there(task, layers, request.tool, &installation, failure),
        };
        let scope = installation.scope(Some(&callable.tool), &layers.terms)?;
        let named = callable.tool.manifest.component_sha256().map(str::to_owned);
        let mut calling = self.calling(task, layers, scope, callable.name(), named, &installation)?;
        if !calling.may_be_made() {
            return calling.refused_by_name();
        }
        if let Some(whose) = calling.has_no_call_left()? {
            return calling.spent(whose);
        }
        crate::prerequisites::check()?;
        let component = callable.tool.component(installation.policy().development(), loader.cache())?;
        // Under development a manifest may name no digest.
        calling.sha256 = Some(component.digest().hex());
        if !calling.may_be_made() {
            return calling.refused_by_name();
        }
        self.isolation.gives(installation.policy().isolation())?;
        let (limits, schema) = (calling.scope.limits(), callable.input_schema()?);
        calling.describe_input(schema.as_ref());
        let text = request.input.text(limits.input)?;
        let size = input::measured(&text)?;
        let agent = calling.task.opening.agent.clone().unwrap_or_default();
        let held =
            self.memory.reserve(&agent, request.held, memory::of_call(&limits, &size, callable.is_function()))?;
        // From here on there is no other input than the one that is decided on.
        let mut input = Arc::new(Input::parse(&text)?.normal(&calling.scope, &calling.name)?);
        drop(text);
        // It takes as long as all that goes on beside it: the schema itself is checked, too.
        let fits = {
            let (callable, input) = (Arc::clone(&callable), Arc::clone(&input));
            Beside::begin(move || callable.check_input(schema.as_ref(), &input.value))
        };
        let function = callable.export().map(str::to_owned);
        let writes = calling.scope.may_write() && calling.task.opening.mounts.iter().any(|mount| !mount.read_only);
        let digest = calling.layers.digest(&calling.task, &callable.tool, &installation, &limits);
        let user = User { task: calling.task.opening.id.clone(), agent, tool: callable.name(), scope: digest };
        let wanted = Loading {
            artifact: Artifact { component: &component, loader },
            function: function.as_deref(),
            limits: &limits,
            writes,
            user: &user,
        };
        let mut program = Program::new(&self.isolation, wanted);
        program.begin().map_err(|failure| calling.lost(failure))?;
        fits.end()??;
        // A function's types are its component's: its input can be checked only once that is loaded, and is before the call
        // is decided and counted, as a command's is.
        if callable.is_function()
            && let Some(signature) = program.signature().map_err(|failure| calling.lost(failure))?
        {
            calling.describe_input(Some(&signature.input_schema()));
            input = Arc::new(Arc::unwrap_or_clone(input).normal(&calling.scope, &calling.name)?);
            signature.arguments_of(&calling.name, &input.value)?;
        }
        let (reason, asked) = match calling.admit(&installation, &input)? {
            (Admitted::Yes(reason), call) => (reason, call),
            (Admitted::No(word, reason), _) => return calling.refused(word, &reason),
            (Admitted::Spent(whose), _) => return calling.spent(whose),
        };
        if calling.standing.take(Unit::Cpu, 1).is_err() {
            let whose = calling.standing.unspent().unwrap_or(Unspent::Task(Unit::Cpu, 0));
            return calling.spent(whose);
        }
        let run = |program: Program<'_>| {
            let (behind, start) = calling.surroundings(&installation, &callable, &input, writes)?;
            let ready = program.ready(&calling.name, &input).map_err(|failure| calling.lost(failure))?;
            drive(calling.invocation(ready, behind, start))
        };
        let not_begun = |failure: &Failure| calling.not_begun(reason.clone(), failure);
        let mut outcome = run(program).inspect_err(not_begun)?;
        // A worker that waited for this call was killed just as it was taken. Nothing was done: a new one does it.
        if outcome.untouched {
            outcome = run(Program::new(&self.isolation, wanted)).inspect_err(not_begun)?;
        }
        let answer = calling.finish(outcome, reason, &asked, &callable)?;
        Ok(CallAnswer { held: Some(held), ..answer })
    }

    /// A call of what there is not, or what does not load: where the task may call nothing of that name, it is denied like
    /// any other, so that nobody learns which tools there are.
    fn not_there(
        &self,
        task: Task,
        layers: Layers,
        name: &str,
        installation: &Installation,
        failure: Failure,
    ) -> Result<CallAnswer, Failure> {
        if !callable::can_be_named(name) {
            return Err(failure.notice(Notice::NoSuchTool(name.to_owned())));
        }
        let scope = installation.scope(None, &layers.terms)?;
        let calling = self.calling(task, layers, scope, name.to_owned(), None, installation)?;
        if calling.may_be_made() { Err(failure) } else { calling.refused_by_name() }
    }

    fn calling(
        &self,
        task: Task,
        layers: Layers,
        scope: Scope,
        name: String,
        sha256: Option<String>,
        installation: &Installation,
    ) -> Result<Calling<'_>, Failure> {
        let standing = self.standing(&task, &layers, installation)?;
        let low_water = LowWater::new(self.home.dir(), installation.config.audit);
        let id = fresh_id("c_")?;
        let development = installation.policy().development();
        let reference = TaskRef::of(&task.opening);
        let recorder = CallRecorder::new(self.log(), reference, id.as_str().into(), name.as_str().into(), development);
        let recorder =
            Arc::new(recorder.isolated(&self.isolation).standing(Arc::clone(&standing)).while_room(low_water));
        Ok(Calling { broker: self, id, task, layers, scope: Arc::new(scope), name, sha256, recorder, standing })
    }

    /// Where a task stands, with all whose budgets its calls draw from.
    pub(crate) fn standing(
        &self,
        task: &Task,
        layers: &Layers,
        installation: &Installation,
    ) -> Result<Arc<TaskStanding>, Failure> {
        // The policy that the task was opened under binds its agent's day too.
        let policies = std::iter::once(&installation.loaded).chain(layers.terms.older.as_deref());
        let per_day = policies.filter_map(|loaded| loaded.per_day(&task.opening.kind));
        let per_day = per_day.reduce(Budget::lowered_by).unwrap_or_default();
        let now = layers.changed.as_ref().map(|terms| terms.budget).unwrap_or_default();
        let holder = Holder::new(task, &layers.above, per_day).lowered_by(now);
        let (db, lasts) = (Arc::clone(&self.state.db), installation.policy().taint_lasts());
        let (_, taint) = db.stands(task, &Moment::now())?;
        Ok(Arc::new(TaskStanding::new(db, task.clone(), holder, taint, lasts)))
    }
}

impl Calling<'_> {
    /// A worker that was lost before the call: its agent is told of it.
    fn lost(&self, failure: Failure) -> Failure {
        let is_ours = failure.exit == Exit::Internal;
        if is_ours { failure.or_notice(Notice::WorkerEnded(self.name.clone(), false)) } else { failure }
    }

    /// Tells the scope the schema of the tool's input, where that is known: conditions have types by it.
    fn describe_input(&mut self, schema: Option<&Value>) {
        // Nothing else holds the scope before the call is made.
        if let (Some(scope), Some(schema)) = (Arc::get_mut(&mut self.scope), schema) {
            scope.describe_input(&self.name, schema);
        }
    }

    /// Decides the call itself and counts it.
    fn admit(&self, installation: &Installation, input: &Input) -> Result<(Admitted, Call), Failure> {
        let mut call =
            Call { tool: self.name.clone(), sha256: self.sha256.clone(), input: input.value.clone(), history: None };
        let begins = self.scope.marks(&call).began;
        loop {
            let past = self.broker.past(&self.task, &self.scope, &call, installation)?;
            call.history = Some(past.history.clone());
            let allow = match self.scope.decide_when(&Access::Tools(call.clone()), past.taint) {
                Verdict::Allow(allow) => allow,
                Verdict::Ask(ask) => return Ok((Admitted::No(Word::Ask, ask.reason().clone()), call)),
                Verdict::Deny(reason) => return Ok((Admitted::No(Word::Deny, reason), call)),
            };
            match self.reserve(&past, allow.counted(), &begins)? {
                Reservation::Made { log } => {
                    self.standing.drawn(Unit::Log, log);
                    return Ok((Admitted::Yes(allow.reason().clone()), call));
                }
                Reservation::Spent(whose) => return Ok((Admitted::Spent(whose), call)),
                Reservation::Ended(life) => return Err(over(life)),
                Reservation::Stale => {}
            }
        }
    }

    fn reserve(
        &self,
        past: &Past,
        counted: &[toolward_manifests::scope::RuleId],
        begins: &[toolward_manifests::scope::MarkId],
    ) -> Result<Reservation, Failure> {
        let (task, holder) = (&self.task, self.standing.holder());
        let (witnesses, now) = (self.scope.witnesses(), &Moment::now());
        let wanted = Wanted { task, holder, counted, begins, witnesses, decided_on: past, now };
        Ok(self.broker.state.db.reserve_call(&wanted)?)
    }

    /// What stands behind the call's door, and what it is started with.
    fn surroundings(
        &self,
        installation: &Installation,
        callable: &Callable,
        input: &Input,
        writes: bool,
    ) -> Result<(Behind, Start), Failure> {
        let changed = self.layers.changed.as_ref();
        let mounts = self.broker.mounts(&self.task, changed, &installation.config.policy)?;
        let cwd = self.task.opening.mounts.first().map(|mount| mount.guest.clone());
        let manifest = &callable.tool.manifest;
        let start = if callable.is_function() {
            Start { args: vec![self.name.clone()], stdin: Vec::new(), cwd, ..Start::default() }
        } else {
            call::start(manifest.command(), input, &self.name, cwd)?
        };
        let behind = Behind {
            mounts: Arc::new(mounts),
            // Nothing is written by a call that no layer lets write.
            protected: Arc::new(if writes { self.protected(installation)? } else { Protected::default() }),
            environment: self.scope.environment().into_iter().collect(),
            network: installation.config.network.network()?,
            tool: manifest.name().into(),
        };
        Ok((behind, Start { config: manifest.config().clone(), tool: self.name.clone(), ..start }))
    }

    /// What is never written through a mount.
    fn protected(&self, installation: &Installation) -> Result<Protected, Failure> {
        let mut protected = installation.protected()?;
        let (home, socket) = (&self.broker.home, self.broker.socket.as_deref());
        own_files::protect(&mut protected, home, Some(&installation.config), socket)?;
        Ok(protected)
    }

    fn invocation(&self, program: Ready, behind: Behind, start: Start) -> Invocation {
        Invocation {
            program,
            behind,
            start,
            scope: Arc::clone(&self.scope),
            recorder: Arc::clone(&self.recorder),
            approver: Arc::new(NobodyThere),
            task: Some(Arc::clone(&self.standing)),
        }
    }

    pub(super) fn entry(&self, verdict: Word, reason: Reason, outcome: Recorded) -> Entry {
        call::entry(&self.name, verdict, reason, outcome)
    }
}
