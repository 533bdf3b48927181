//! A tool in a task of one process, and everything that happens at each of its calls.
use std::future::pending;
use std::sync::Arc;

use anyhow::{Result, bail, ensure};
use toolward::audit::{Log, Mode, TaskRef};
use toolward::call::{self, CallRecorder, Callee, Invocation, Loading, Program, Ready, Status, TaskStanding};
use toolward::component::Component;
use toolward::engine::{Engine, Loader};
use toolward::input::Input;
use toolward::installation::Terms;
use toolward::isolation::{Isolation, IsolationConfig};
use toolward::state::tasks::{Holder, Reservation, Task, Tasks, Wanted};
use toolward::state::{Moment, State, fresh_id};
use toolward::tool::Tool;
use toolward::typed::Artifact;
use toolward::worker::User;
use toolward_host_fns::files::{Mount, MountMode, Mounts, Protected};
use toolward_host_fns::in_process::Behind;
use toolward_host_fns::mediate::NobodyThere;
use toolward_host_fns::net::Network;
use toolward_host_fns::program::Command;
use toolward_host_fns::record::Word;
use toolward_manifests::scope::Taint;
use toolward_manifests::{Access, Budget, Call, GuestPath, Reason, Scope, Verdict};

use crate::load::{load, loader};
use crate::world::World;

/// What is done once for a tool in a task; [`Prepared::call`] is what is done each time.
pub(crate) struct Prepared {
    engine: Arc<Engine>,
    isolation: Isolation,
    component: Component,
    loader: Loader,
    state: State,
    log: Log,
    task: Task,
    holder: Holder,
    tool: Tool,
    sha256: String,
    program: Command,
    scope: Arc<Scope>,
    mounts: Arc<Mounts>,
    protected: Arc<Protected>,
    network: Arc<Network>,
}

impl Prepared {
    pub(crate) fn new(world: &World, name: &str) -> Result<Self> {
        let task = Task { opening: world.open_task()?.0, calls_used: 0, ended: None };
        let tool = world.installation.tool(name)?;
        let terms = Terms { kind: task.opening.kind.clone(), ..Terms::default() };
        let scope = world.installation.scope(Some(&tool), &terms)?;
        let engine = Arc::new(Engine::new(toolward_manifests::Limits::default().stack)?);
        let loader = loader(&world.home.own_cache(), &world.state)?;
        let component = tool.component(true, loader.cache())?;
        let program = load(&engine, &component, &loader)?;
        let mount = Mount::open(GuestPath::parse("/repo")?, &world.repo(), MountMode::ReadOnly)?;
        let mut protected = world.installation.protected()?;
        protected.add(&tool.component_path())?;
        protected.add(&tool.path)?;
        Ok(Self {
            engine,
            isolation: Isolation::InProcess,
            loader,
            state: world.state.clone(),
            log: Log::new(&world.state, Mode::SingleUser),
            holder: Holder::new(&task, &[], Budget::default()),
            task,
            sha256: component.digest().hex(),
            component,
            tool,
            program,
            scope: Arc::new(scope),
            mounts: Arc::new(Mounts::new(vec![mount], &[world.home.dir().to_owned()])?),
            protected: Arc::new(protected),
            network: world.installation.config.network.network()?,
        })
    }

    /// The same in a worker, which its first call starts.
    pub(crate) fn in_worker(world: &World, name: &str) -> Result<Self> {
        let isolation = IsolationConfig::Worker.isolation();
        ensure!(isolation.level() > toolward::walls::Level::InProcess, "this program cannot be a worker");
        Ok(Self { isolation, ..Self::new(world, name)? })
    }

    /// The program, ready to be called.
    fn program(&self, name: &str, input: &Input) -> Result<Ready> {
        if matches!(self.isolation, Isolation::InProcess) {
            let callee = Callee::Command(self.program.clone());
            return Ok(Ready::Here { engine: Arc::clone(&self.engine), callee });
        }
        let user = User { task: self.task.opening.id.clone(), ..User::of_nobody(name) };
        let loading = Loading {
            artifact: Artifact { component: &self.component, loader: &self.loader },
            function: None,
            limits: &self.scope.limits(),
            writes: false,
            user: &user,
        };
        Ok(Program::new(&self.isolation, loading).ready(name, input)?)
    }

    /// Reads and loads the component anew.
    pub(crate) fn load_again(&mut self) -> Result<()> {
        let component = self.tool.component(true, self.loader.cache())?;
        self.program = load(&self.engine, &component, &self.loader)?;
        Ok(())
    }

    /// One call, from the text of its input to the output that may leave: it is admitted, made, and its records are bound.
    pub(crate) async fn call(&self, input: &str) -> Result<String> {
        let input = Input::parse(input)?;
        let reason = self.admit(&input)?;
        let name = self.tool.manifest.name();
        let task = TaskRef::of(&self.task.opening);
        let standing =
            TaskStanding::new(Arc::clone(&self.state.db), self.task.clone(), self.holder.clone(), Taint::Clean, None);
        let standing = Arc::new(standing);
        let id = fresh_id("c_")?;
        let recorder = CallRecorder::new(self.log.clone(), task, id.as_str().into(), name.into(), true);
        let recorder = Arc::new(recorder.standing(Arc::clone(&standing)));
        let command = self.tool.manifest.command();
        let invocation = Invocation {
            program: self.program(name, &input)?,
            scope: Arc::clone(&self.scope),
            behind: Behind {
                mounts: Arc::clone(&self.mounts),
                protected: Arc::clone(&self.protected),
                environment: self.scope.environment().into_iter().collect(),
                network: Arc::clone(&self.network),
                tool: name.into(),
            },
            start: call::start(command, &input, name, Some("/repo".into()))?,
            recorder: Arc::clone(&recorder),
            approver: Arc::new(NobodyThere),
            task: Some(standing),
        };
        let outcome = call::make(invocation, pending()).await;
        let status = outcome.status(command.success());
        let entry = call::entry(name, Word::Allow, reason, call::recorded(&outcome, status));
        recorder.note_call(entry, Some(outcome.took), None)?;
        recorder.bind()?;
        ensure!(status == Some(Status::Ok), "the call of `{name}` failed: {outcome:?}");
        let output = call::output(command.output(), &outcome.stdout);
        Ok(serde_json::to_string(&output.shown(&outcome.stdout))?)
    }

    /// Decides the call itself and counts it.
    fn admit(&self, input: &Input) -> Result<Reason> {
        let past = self.state.db.past(&self.task, &[], self.scope.witnesses(), &|_, _| true)?;
        let call = Call {
            tool: self.tool.manifest.name().to_owned(),
            sha256: Some(self.sha256.clone()),
            input: input.value.clone(),
            history: Some(past.history.clone()),
        };
        let allow = match self.scope.decide_when(&Access::Tools(call), past.taint) {
            Verdict::Allow(allow) => allow,
            Verdict::Ask(_) | Verdict::Deny(_) => bail!("the call is not allowed"),
        };
        let (task, holder, counted) = (&self.task, &self.holder, allow.counted());
        let (witnesses, now) = (self.scope.witnesses(), &Moment::now());
        let wanted = Wanted { task, holder, counted, begins: &[], witnesses, decided_on: &past, now };
        match self.state.db.reserve_call(&wanted)? {
            Reservation::Made { .. } => Ok(allow.reason().clone()),
            other => bail!("the call is not admitted: {other:?}"),
        }
    }
}
