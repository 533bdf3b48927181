//! The same requests by a guest, through the door.
use std::future::pending;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use toolward::audit::{Log, Mode, TaskRef};
use toolward::call::{self, CallRecorder, Callee, Ending, Invocation, Ready};
use toolward::component::Component;
use toolward::engine::Engine;
use toolward::state::{Durability, State, fresh_id};
use toolward_host_fns::files::{Mounts, Protected};
use toolward_host_fns::guest::Start;
use toolward_host_fns::in_process::Behind;
use toolward_host_fns::mediate::NobodyThere;
use toolward_host_fns::net::{Network, NetworkOptions, Roots};
use toolward_host_fns::program::{Command, Ended};
use toolward_manifests::{Scope, ScopeTexts, Source};

use super::server::Server;
use crate::load::{load, loader};

const GUEST: &str = "guests/target/wasm32-wasip2/release/get.wasm";

/// State comes first, so that it is closed before its directory goes.
pub(super) struct Mediated {
    state: State,
    runtime: Runtime,
    engine: Arc<Engine>,
    program: Command,
    scope: Arc<Scope>,
    network: Arc<Network>,
    authority: String,
    _dir: TempDir,
}

impl Mediated {
    pub(super) fn new(server: &Server) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("toolward-bench-").tempdir()?;
        let state = State::create(&dir.path().join("home"), Durability::Process)?;
        let engine = Arc::new(Engine::new(toolward_manifests::Limits::default().stack)?);
        let component = Component::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join(GUEST), None)?;
        let program = load(&engine, &component, &loader(&dir.path().join("cache"), &state)?)?;
        let authority = server.address.to_string();
        let manifest = Source { name: "get.toml".into(), text: manifest(&authority) };
        let scope = Scope::build(&ScopeTexts { manifest: Some(manifest), ..ScopeTexts::default() });
        let scope = scope.map_err(|wrong| anyhow::anyhow!("{wrong:?}"))?;
        let mut roots = Roots::default();
        roots.add_pem(Path::new("server"), server.pem.as_bytes())?;
        let network = Arc::new(Network::new(NetworkOptions { roots, ..NetworkOptions::default() }));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { state, runtime, engine, program, scope: Arc::new(scope), network, authority, _dir: dir })
    }

    /// So many requests in one call, and what each took by the guest's clock.
    pub(super) fn get(&self, path: &str, requests: usize) -> Result<Vec<Duration>> {
        let task = TaskRef::of_nobody(&fresh_id("t_")?);
        let log = Log::new(&self.state, Mode::SingleUser);
        let recorder = CallRecorder::new(log, task, fresh_id("c_")?.into(), "get".into(), true);
        let args = ["get", &self.authority, path, &requests.to_string()].map(str::to_owned).to_vec();
        let invocation = Invocation {
            program: Ready::Here { engine: Arc::clone(&self.engine), callee: Callee::Command(self.program.clone()) },
            behind: Behind {
                mounts: Arc::new(Mounts::new(Vec::new(), &[])?),
                protected: Arc::new(Protected::default()),
                environment: Vec::new(),
                network: Arc::clone(&self.network),
                tool: "get".into(),
            },
            scope: Arc::clone(&self.scope),
            start: Start { args, ..Start::default() },
            recorder: Arc::new(recorder),
            approver: Arc::new(NobodyThere),
            task: None,
        };
        let outcome = self.runtime.block_on(call::make(invocation, pending()));
        ensure!(outcome.ending == Ending::Exit(Ended::Success), "the guest failed: {outcome:?}");
        let printed = String::from_utf8(outcome.stdout)?;
        let took: Result<Vec<u64>, _> = printed.lines().map(str::parse).collect();
        Ok(took.context("what the guest prints")?.into_iter().map(Duration::from_nanos).collect())
    }
}

fn manifest(authority: &str) -> String {
    format!(
        "schema = 1\n[tool]\nname = \"get\"\ndescription = \"Sends requests.\"\ncomponent = \"get.wasm\"\n\
         [limits]\ntime = \"60s\"\nrequests = 1000\nreceived = \"1GiB\"\n\
         [[http]]\nurl = \"https://{authority}/**\"\nallow = [\"GET\"]\nwhy = \"requests are what is measured\"\n"
    )
}
