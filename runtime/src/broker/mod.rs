//! The broker: what a framework asks for, answered by whoever holds state, keys and network.
//!
//! In single-user mode the command itself is the broker. In separated mode it is a service of its own user, and the command
//! is its client; what is asked and answered is the same.
mod asked;
mod beside;
mod call;
mod closing;
mod described;
mod finish;
mod held;
mod house;
mod layers;
mod listing;
mod memory;
mod mounts;
mod narrow;
mod open;
mod passed;
mod past;
mod refused;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

pub use asked::{CallAnswer, CallRequest, Drive, Given, Streams};
pub use held::Held;
pub(crate) use held::descriptors;
pub use memory::Memory;
pub(crate) use memory::{LEAST_MEMORY, Reserved};
pub use narrow::NarrowRequest;
pub(crate) use open::check;
pub use open::{OpenRequest, OpenedTask};
pub use passed::{Caller, PassedMounts, proof_name};

use crate::audit::policy::{self, Found};
use crate::audit::{Log, Mode};
use crate::engine::{Cache, Compiler, Loader, Progress};
use crate::failure::Failure;
use crate::home::{Config, Home};
use crate::installation::Installation;
use crate::isolation::Isolation;
use crate::notice::Notice;
use crate::policy::Loaded;
use crate::state::tasks::{Handle, Life, Task, Tasks};
use crate::state::{LowWater, Moment, State};

/// How long a broker takes the record to say of the policy what it said before.
const NOTICED_AGAIN: Duration = Duration::from_secs(1);

/// Whoever holds state, keys and network.
pub struct Broker {
    /// Where state lives.
    pub home: Home,
    /// The state.
    pub state: State,
    /// From whom the state is safe.
    pub mode: Mode,
    /// The mounts that are held open, where they are not found again by name.
    pub held: Held,
    /// Where guests run.
    pub isolation: Isolation,
    /// Where it listens, as a service.
    pub socket: Option<PathBuf>,
    /// The memory that its requests may hold.
    pub memory: Memory,
    /// The compiled components.
    cache: Cache,
    /// The last version of the policy that held.
    last: Mutex<Option<Arc<Loaded>>>,
    /// The digest of the policy that this broker has compared with the record, and when.
    noticed: Mutex<Option<([u8; 32], Instant)>>,
}

impl Broker {
    /// A broker of a home.
    #[must_use]
    pub fn new(home: Home, state: State, mode: Mode, isolation: Isolation) -> Self {
        let (memory, last, noticed) = (Memory::unbounded(), Mutex::default(), Mutex::default());
        let cache = home.code_cache(&state.keys);
        Self { home, state, mode, held: Held::default(), isolation, socket: None, memory, cache, last, noticed }
    }

    /// The same with so much memory for all requests.
    #[must_use]
    pub fn with_memory(self, memory: Memory) -> Self {
        Self { memory, ..self }
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> Log {
        Log::new(&self.state, self.mode)
    }

    /// What the operator has set up. A service that has loaded a policy keeps it where a newer version does not hold, and says
    /// so; a command has loaded none before, and allows nothing.
    ///
    /// # Errors
    /// As [`Installation::load`].
    pub fn installation(&self) -> Result<Installation, Failure> {
        let loaded = Installation::load(&self.home);
        match &loaded {
            Ok(installation) => self.notice(&installation.config, Found::Sound(&installation.loaded.sha256()))?,
            Err(failure) if failure.notice.as_deref() == Some(&Notice::PolicyBroken) => {
                let recorded = self.notice(&self.home.initialised()?, Found::Broken(&failure.message));
                if let Err(error) = recorded {
                    tracing::error!("that the policy does not load could not be recorded: {}", error.message);
                }
            }
            Err(_) => {}
        }
        self.keep_last(loaded)
    }

    /// Records how the policy was found, where this is new to this broker.
    fn notice(&self, config: &Config, found: Found<'_>) -> Result<(), Failure> {
        let mut noticed = self.noticed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = |sha256: &[u8; 32]| {
            // Another process may have recorded another one meanwhile.
            noticed.is_some_and(|(known, when)| known == *sha256 && when.elapsed() < NOTICED_AGAIN)
        };
        if matches!(found, Found::Sound(sha256) if is_known(sha256)) {
            return Ok(());
        }
        policy::notice(&self.state.db, &config.policy.to_string_lossy(), found)?;
        *noticed = if let Found::Sound(sha256) = found { Some((*sha256, Instant::now())) } else { None };
        Ok(())
    }

    /// That the home's disk has room for the records of one more call.
    ///
    /// # Errors
    /// [`Exit::Internal`] where it is below the low-water mark.
    pub(crate) fn has_room(&self, installation: &Installation) -> Result<(), Failure> {
        Ok(LowWater::new(self.home.dir(), installation.config.audit).holds()?)
    }

    fn keep_last(&self, loaded: Result<Installation, Failure>) -> Result<Installation, Failure> {
        if self.mode == Mode::SingleUser {
            return loaded;
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match (loaded, last.as_ref()) {
            (Ok(installation), _) => {
                *last = Some(Arc::new(installation.loaded.clone()));
                Ok(installation)
            }
            (Err(failure), Some(kept)) => {
                tracing::error!("{}: the version before it still holds", failure.message);
                Ok(Installation { config: self.home.initialised()?, loaded: Loaded::clone(kept) })
            }
            (Err(failure), None) => Err(failure),
        }
    }

    /// Where compiled components come from.
    ///
    /// # Errors
    /// Where the home's configuration cannot be read.
    pub fn loader(&self, progress: Box<dyn Progress>) -> Result<Loader, Failure> {
        let limits = self.home.config()?.map(|config| config.compile).unwrap_or_default();
        let compiler = Compiler::own(limits);
        Ok(Loader::new(self.cache.clone(), compiler.telling(progress)))
    }

    /// The open task that a handle proves.
    ///
    /// # Errors
    /// Where it proves none, or one that is over.
    pub fn task(&self, handle: &str) -> Result<Task, Failure> {
        // A handle is a secret: it is not repeated.
        let unknown = || Failure::from(Notice::NoSuchTask);
        let handle = Handle::parse(handle).ok_or_else(unknown)?;
        let task = self.state.db.by_handle(&handle.digest())?.ok_or_else(unknown)?;
        match task.life(&Moment::now()) {
            Life::Open => Ok(task),
            over_now => {
                if over_now == Life::Expired
                    && let Err(error) = self.state.db.note_expiry(Some(&task.opening.id), &Moment::now())
                {
                    tracing::error!(%error, "that a task has expired could not be recorded");
                }
                Err(over(over_now))
            }
        }
    }
}

/// A task that is no longer open.
#[must_use]
pub fn over(life: Life) -> Failure {
    Notice::Over(life).into()
}
