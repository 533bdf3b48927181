//! The engine: one per process. The only place that builds a store and a linker.
mod cache;
pub(crate) mod compile;
mod copy;
mod cpu;
mod loader;
mod settings;
mod ticker;

use std::sync::Arc;
use std::time::Instant;

use toolward_host_fns::door::Limit;
use toolward_host_fns::guest::{Guest, LimitReached, ending};
use toolward_host_fns::program::{Command, Function, NoFunction, functions};
use toolward_host_fns::standing::Standing;
use toolward_manifests::{Limits, Unit};
use wasmtime::component::{Component as Compiled, Linker};
use wasmtime::{Config, Store, UpdateDeadline};

pub use cache::Cache;
pub use compile::{CompileLimits, Compiler, Progress, Quiet};
pub(crate) use cpu::CpuMeter;
pub use loader::Loader;
use settings::settings;
use ticker::Ticker;

use crate::call::Cause;
use crate::component::Component;
use crate::failure::{Exit, Failure};
use crate::sealed::Sealed;

/// What the host's own functions may take of the stack that a guest runs on, in bytes.
const HOST_STACK: usize = 1536 << 10;

/// The engine with its linker and clock.
pub struct Engine {
    engine: wasmtime::Engine,
    linker: Linker<Guest>,
    ticker: Arc<Ticker>,
    stack: u64,
}

/// Why a component cannot be run.
#[derive(Debug)]
pub enum Unfit {
    /// The bytes are no component, or one that cannot be compiled.
    NoComponent(String),
    /// Compiling it took more than it may: of what, and how much.
    TooCostly(String),
    /// It needs, or lacks, something of the world that tools live in.
    WrongWorld(String),
    /// It could not be read again, or nothing can be compiled here.
    Failed(Failure),
    /// It is no command, and exports these functions.
    NoCommand(Vec<String>),
    /// It has no one function of the name that was asked for.
    NoFunction(NoFunction),
    /// The types of the function that was asked for are none that JSON can hold.
    NoTool {
        /// Its name, as it was asked for.
        function: String,
        /// Which type, and why.
        why: String,
    },
}

/// What of a component is called.
pub enum Exported {
    /// Its `wasi:cli/run`.
    Command(Command),
    /// One of its functions.
    Function(Function),
}

impl Engine {
    /// Makes the engine for guests with this much stack, in bytes: the one limit that is the engine's and not a call's.
    ///
    /// # Errors
    /// Where this machine cannot run it.
    pub fn new(stack: u64) -> wasmtime::Result<Self> {
        let engine = wasmtime::Engine::new(&config(stack)?)?;
        let mut linker = Linker::new(&engine);
        toolward_host_fns::link(&mut linker)?;
        let ticker = Ticker::new(engine.clone());
        Ok(Self { engine, linker, ticker, stack })
    }

    /// Makes an export of a component ready: a function, or without a name the command.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn export(&self, compiled: &Compiled, function: Option<&str>) -> Result<Exported, Unfit> {
        match function {
            Some(name) => self.function(compiled, name).map(Exported::Function),
            None => self.command(compiled).map(Exported::Command),
        }
    }

    /// Loads a component: from the cache, or compiled and put there.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn load(&self, component: &Component, loader: &Loader) -> Result<Compiled, Unfit> {
        loader.load(&self.engine, component)
    }

    /// Loads a component's code, which came from our own compiler or under our own MAC.
    ///
    /// # Errors
    /// Where it is not of this engine.
    pub(crate) fn deserialize(&self, code: &Sealed) -> wasmtime::Result<Compiled> {
        loader::load_compiled(&self.engine, code)
    }

    fn command(&self, compiled: &Compiled) -> Result<Command, Unfit> {
        Command::link(&self.linker, compiled).map_err(|error| match functions(compiled) {
            functions if !functions.is_empty() && !functions.iter().any(|name| name.starts_with("wasi:cli/run@")) => {
                Unfit::NoCommand(functions)
            }
            _ => Unfit::WrongWorld(format!("{error:#}")),
        })
    }

    fn function(&self, compiled: &Compiled, name: &str) -> Result<Function, Unfit> {
        Function::link(&self.linker, compiled, name).map_err(|error| match error.downcast::<NoFunction>() {
            Ok(none) => Unfit::NoFunction(none),
            Err(error) => Unfit::WrongWorld(format!("{error:#}")),
        })
    }

    /// A fresh store for one call, that ends at its deadline whatever the guest does. What the guest hands over at once
    /// takes at most `hostcall_fuel` bytes of host memory. Its CPU time is the task's that `standing` is.
    ///
    /// # Errors
    /// Where the call is to have less stack than this engine gives, or nothing could interrupt the guest.
    pub(crate) fn store(
        &self,
        guest: Guest,
        limits: &Limits,
        hostcall_fuel: usize,
        standing: Arc<dyn Standing>,
        cpu: Arc<CpuMeter>,
    ) -> Result<(Store<Guest>, ticker::Ticking), Cause> {
        if limits.stack < self.stack {
            tracing::error!("the engine gives more stack than this call may have");
            return Err(Cause::Other);
        }
        let ticking = self.ticker.start().map_err(|_| Cause::Thread)?;
        let mut store = Store::new(&self.engine, guest);
        store.limiter(|guest| &mut guest.meter);
        store.set_hostcall_fuel(hostcall_fuel);
        let deadline = Instant::now() + limits.time;
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |_| {
            if Instant::now() >= deadline {
                return Err(wasmtime::Error::new(LimitReached(Limit::Time)));
            }
            let used = cpu.since_last();
            if let Err(fault) = standing.take(Unit::Cpu, used) {
                // It was used all the same: whatever is left is spent, so that no further call begins on it.
                standing.used(Unit::Cpu, used);
                return Err(ending(fault));
            }
            Ok(UpdateDeadline::Yield(1))
        });
        Ok((store, ticking))
    }
}

/// How components are compiled and guests are run; the stack, in bytes, does not matter to the first.
fn config(stack: u64) -> wasmtime::Result<Config> {
    let wasm_stack = usize::try_from(stack)?;
    let mut config = Config::new();
    config.wasm_component_model(true);
    config.wasm_component_model_map(true);
    config.epoch_interruption(true);
    config.max_wasm_stack(wasm_stack);
    config.async_stack_size(wasm_stack + HOST_STACK);
    config.wasm_backtrace_max_frames(std::num::NonZeroUsize::new(16));
    // Both are for whoever debugs a guest in place, and are a sixth of what is read at each start.
    config.generate_address_map(false);
    config.native_unwind_info(false);
    Ok(config)
}

impl Unfit {
    /// As a command says it.
    #[must_use]
    pub fn failure(&self, component: &std::path::Path) -> Failure {
        let name = component.display();
        match self {
            Self::NoComponent(why) => {
                let message = format!("`{name}` is no component that can be run: {}", one_line(why));
                Failure::usage(message).help("build it for the target wasm32-wasip2")
            }
            Self::TooCostly(limit) => {
                let message = format!("the component `{name}` took {limit} to compile");
                Failure::new(Exit::Limit, message)
                    .help("if you trust it: `[compile]` in the home's `config.toml` has the limits")
            }
            Self::Failed(failure) => failure.clone(),
            Self::WrongWorld(why) => {
                let message = format!("`{name}` does not fit the world of tools: {}", one_line(why));
                Failure::usage(message).help("a tool is a component of the world `wasi:cli/command`")
            }
            Self::NoCommand(functions) => {
                let message = format!("`{name}` is no command: it exports functions, and one of them is to be named");
                Failure::usage(message).help(listed(functions))
            }
            Self::NoTool { function, why } => {
                Failure::usage(format!("`{name}`: the function `{function}` cannot be a tool: {}", one_line(why)))
                    .help("a tool takes and gives data alone: pass the content instead of a handle to it")
            }
            Self::NoFunction(NoFunction { name: function, functions }) => {
                let known =
                    functions.iter().filter(|known| *known == function || known.ends_with(&format!("#{function}")));
                let message = match known.count() {
                    0 => format!("`{name}` exports no function `{function}`"),
                    _ => format!("`{name}` exports more than one function `{function}`"),
                };
                Failure::usage(message).help(listed(functions))
            }
        }
    }
}

fn listed(functions: &[String]) -> String {
    if functions.is_empty() {
        return "it exports no function at all".to_owned();
    }
    let names: Vec<String> = functions.iter().map(|name| format!("`{name}`")).collect();
    format!("its functions are {}; a manifest's `[functions]` names them, or `run --function`", names.join(", "))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
