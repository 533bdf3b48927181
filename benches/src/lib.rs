//! The baseline: a host that runs a component on wasmtime-wasi and does nothing else. No rule, record, limit or cache.
use std::path::{Path, PathBuf};

use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::error::Context as _;
use wasmtime::{Engine, Result, Store};
use wasmtime_wasi::p2::add_to_linker_async;
use wasmtime_wasi::p2::bindings::CommandPre;
use wasmtime_wasi::p2::pipe::{MemoryInputPipe, MemoryOutputPipe};
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

/// The most that a guest may write.
const OUTPUT: usize = 4 << 20;

/// wasmtime-wasi's side of one guest.
pub struct Guest {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// Where wasmtime-wasi blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocking {
    /// On a thread of tokio's: the default.
    Elsewhere,
    /// On the thread that runs the guest: `allow_blocking_current_thread(true)`, as Toolward does too.
    Here,
}

/// What a guest is started with.
#[derive(Debug, Clone)]
pub struct Start {
    /// `argv`, the program's name first.
    pub args: Vec<String>,
    /// Standard input.
    pub stdin: Vec<u8>,
    /// The host directory at `/repo`.
    pub repo: PathBuf,
    /// Where it blocks.
    pub blocking: Blocking,
}

/// A plain engine with wasmtime-wasi's own linker, every setting left as it comes.
pub struct Plain {
    engine: Engine,
    linker: Linker<Guest>,
}

/// A component that is linked and ready to be started.
pub type Program = CommandPre<Guest>;

impl Plain {
    /// Makes the engine and the linker.
    ///
    /// # Errors
    /// Where this machine cannot run it.
    pub fn new() -> Result<Self> {
        let engine = Engine::default();
        let mut linker = Linker::new(&engine);
        add_to_linker_async(&mut linker)?;
        Ok(Self { engine, linker })
    }

    /// Compiles a component to what [`Plain::load`] takes.
    ///
    /// # Errors
    /// Where the bytes are no component.
    pub fn precompile(&self, component: &[u8]) -> Result<Vec<u8>> {
        self.engine.precompile_component(component)
    }

    /// Maps a compiled component and links it.
    ///
    /// # Errors
    /// Where the file cannot be mapped or the component imports more than wasmtime-wasi has.
    #[expect(unsafe_code, reason = "loading compiled code, of our own making")]
    pub fn load(&self, compiled: &Path) -> Result<Program> {
        // SAFETY: `deserialize_file` trusts the file. The only caller of this benchmark wrote it a moment ago, with
        // `precompile`, into a directory that only this user can write.
        let component = unsafe { Component::deserialize_file(&self.engine, compiled) };
        let component = component.with_context(|| format!("`{}`", compiled.display()))?;
        CommandPre::new(self.linker.instantiate_pre(&component)?)
    }

    /// Runs a program in a fresh instance and answers its standard output.
    ///
    /// # Errors
    /// Where it fails.
    pub async fn run(&self, program: &Program, start: &Start) -> Result<Vec<u8>> {
        let stdout = MemoryOutputPipe::new(OUTPUT);
        let mut wasi = WasiCtxBuilder::new();
        wasi.args(&start.args).stdin(MemoryInputPipe::new(start.stdin.clone())).stdout(stdout.clone());
        wasi.allow_blocking_current_thread(start.blocking == Blocking::Here);
        wasi.preopened_dir(&start.repo, "/repo", FsPerms::ReadOnly)?;
        let guest = Guest { wasi: wasi.build(), table: ResourceTable::new() };
        let mut store = Store::new(&self.engine, guest);
        let command = program.instantiate_async(&mut store).await?;
        let ended = command.wasi_cli_run().call_run(&mut store).await?;
        ended.map_err(|()| wasmtime::Error::msg("the guest failed"))?;
        Ok(stdout.contents().to_vec())
    }
}
