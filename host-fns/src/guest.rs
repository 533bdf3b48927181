//! What a store holds for one guest: the door, its standard streams, and the meters of its memory.
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wasmtime::component::ResourceTable;
use wasmtime_wasi::p2::pipe::MemoryInputPipe;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::WasiHttpCtx;

use toolward_manifests::Limits;

use crate::door::{Door, Limit};
pub use crate::view::ended::Ended;
pub use crate::view::fault::ending;
use crate::view::http::Outgoing;
use crate::view::logging::Ration;
pub use crate::view::memory::Meter;
pub use crate::view::output::Output;

/// The most random bytes of one request, as wasmtime has it by default: they are made in the host's memory.
const RANDOM_SIZE: u64 = 64 << 20;
/// The most bytes of one set of HTTP fields.
const FIELD_SIZE: usize = 16 << 10;

/// A limit was reached and the call ends: what a trap carries out of the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitReached(
    /// Which.
    pub Limit,
);

impl std::fmt::Display for LimitReached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the limit `{}` was reached", self.0)
    }
}

impl std::error::Error for LimitReached {}

/// The host could not do its work: what a trap carries out where nothing of it is the guest's fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostBroken;

impl std::fmt::Display for HostBroken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the host could not do its work")
    }
}

impl std::error::Error for HostBroken {}

/// The task is over, and the call with it: what a trap carries out of the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskOver;

impl std::fmt::Display for TaskOver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the task is over")
    }
}

impl std::error::Error for TaskOver {}

/// What a guest is started with.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Start {
    /// `argv`, the tool's name first.
    pub args: Vec<String>,
    /// Standard input.
    pub stdin: Vec<u8>,
    /// The working directory: the first mount.
    pub cwd: Option<String>,
    /// What it reads through `wasi:config`.
    pub config: std::collections::BTreeMap<String, String>,
    /// The tool's name, for its log messages.
    pub tool: String,
}

/// One guest's side of the host.
pub struct Guest {
    pub(crate) table: ResourceTable,
    pub(crate) wasi: WasiCtx,
    pub(crate) http: WasiHttpCtx,
    pub(crate) outgoing: Outgoing,
    pub(crate) ended: Arc<Ended>,
    pub(crate) ration: Ration,
    pub(crate) door: Arc<dyn Door>,
    pub(crate) start: Start,
    /// Names in all of its directory streams.
    pub(crate) names_held: usize,
    /// What its memories and tables take.
    pub meter: Meter,
}

impl Guest {
    /// A guest before its start; its output goes to `output`.
    pub fn new(door: Arc<dyn Door>, mut start: Start, output: &Output, limits: &Limits) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(usize::try_from(limits.handles).unwrap_or(usize::MAX));
        let wasi = WasiCtxBuilder::new()
            .stdin(MemoryInputPipe::new(std::mem::take(&mut start.stdin)))
            .stdout(output.stdout())
            .stderr(output.stderr())
            .allow_blocking_current_thread(true)
            .max_random_size(RANDOM_SIZE)
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .build();
        let ended = Arc::new(Ended::default());
        let outgoing = Outgoing::new(Arc::clone(&door), Arc::clone(&ended));
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(FIELD_SIZE);
        let (ration, meter) = (Ration::default(), Meter::new(limits));
        Self { table, wasi, http, outgoing, ended, ration, door, start, names_held: 0, meter }
    }
}

impl Guest {
    /// Tells what ends the call where no trap could be given.
    #[must_use]
    pub fn ended(&self) -> Arc<Ended> {
        Arc::clone(&self.ended)
    }
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}
