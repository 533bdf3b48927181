//! A tool's program: loaded in this process, or in a worker, when it is needed.
use std::sync::Arc;

use toolward_manifests::Limits;

use super::Callee;
use crate::engine::{Engine, Exported, Unfit};
use crate::failure::Failure;
use crate::input::Input;
use crate::isolation::Isolation;
use crate::typed::{Artifact, Signature, TypedCall};
use crate::worker::{Key, Lease};

/// What is to be loaded, and for whom.
#[derive(Clone, Copy)]
pub struct Loading<'a> {
    /// The component.
    pub artifact: Artifact<'a>,
    /// The export that is called; none where it is a command.
    pub function: Option<&'a str>,
    /// What a call of it may use.
    pub limits: &'a Limits,
    /// Whether its scope holds a write.
    pub writes: bool,
    /// The task that it is called in, which no worker outlives; none for whoever only looks.
    pub task: &'a str,
    /// The agent whose task it is.
    pub agent: &'a str,
}

/// A program that may not be loaded yet.
pub struct Program<'a> {
    wanted: Loading<'a>,
    isolation: &'a Isolation,
    loaded: Option<Loaded>,
}

enum Loaded {
    Here { engine: Arc<Engine>, exported: Exported, signature: Option<Signature> },
    Worker(Box<Lease>),
}

/// A program with all that it is called with.
pub enum Ready {
    /// In this process.
    Here {
        /// What runs it.
        engine: Arc<Engine>,
        /// What is run.
        callee: Callee,
    },
    /// In a process of its own.
    Worker {
        /// That process.
        lease: Box<Lease>,
        /// The export that is called; none where it is a command.
        function: Option<String>,
        /// Of a function its input, as JSON.
        input: Option<Vec<u8>>,
    },
}

impl<'a> Program<'a> {
    /// A program that will be loaded when it is needed.
    #[must_use]
    pub fn new(isolation: &'a Isolation, wanted: Loading<'a>) -> Self {
        Self { wanted, isolation, loaded: None }
    }

    /// The signature of a function; none of a command.
    ///
    /// # Errors
    /// Where it cannot be loaded, exports no such function, or one whose types JSON cannot hold.
    pub fn signature(&mut self) -> Result<Option<&Signature>, Failure> {
        let function = self.wanted.function;
        Ok(match self.linked()? {
            Loaded::Here { signature, .. } => signature.as_ref(),
            Loaded::Worker(lease) => lease.signature(function),
        })
    }

    /// Has a worker begin to load it, while other things go on here.
    ///
    /// # Errors
    /// Where it cannot be read or compiled, or no worker can be started.
    pub fn begin(&mut self) -> Result<(), Failure> {
        if matches!(self.isolation, Isolation::Worker(_)) { self.loaded().map(drop) } else { Ok(()) }
    }

    /// Ready to be called; a function with this input, which its signature fits.
    ///
    /// # Errors
    /// Where it cannot be loaded, or the input does not fit.
    pub fn ready(mut self, name: &str, input: &Input) -> Result<Ready, Failure> {
        self.linked()?;
        let function = self.wanted.function.map(str::to_owned);
        match self.loaded {
            None => Err(Failure::internal("the program is not loaded")),
            Some(Loaded::Worker(lease)) => {
                let input = function.is_some().then(|| input.canonical.clone());
                Ok(Ready::Worker { lease, function, input })
            }
            Some(Loaded::Here { engine, exported: Exported::Command(command), .. }) => {
                Ok(Ready::Here { engine, callee: Callee::Command(command) })
            }
            Some(Loaded::Here { engine, exported: Exported::Function(function), signature }) => {
                let signature = signature.ok_or_else(|| Failure::internal("a function without a signature"))?;
                let arguments = signature.arguments_of(name, &input.value)?;
                Ok(Ready::Here { engine, callee: Callee::Function(TypedCall { function, signature, arguments }) })
            }
        }
    }

    /// Loaded, and the export that is called is ready.
    fn linked(&mut self) -> Result<&mut Loaded, Failure> {
        let Loading { artifact, function, .. } = self.wanted;
        let loaded = self.loaded()?;
        if let Loaded::Worker(lease) = loaded {
            lease.linked(function)?.map_err(|unfit| unfit.failure(artifact.component.path()))?;
        }
        Ok(loaded)
    }

    fn loaded(&mut self) -> Result<&mut Loaded, Failure> {
        let loaded = match self.loaded.take() {
            Some(loaded) => loaded,
            None => self.load()?,
        };
        Ok(self.loaded.insert(loaded))
    }

    fn load(&self) -> Result<Loaded, Failure> {
        let Loading { artifact: Artifact { component, loader }, function, limits, writes, task, agent } = self.wanted;
        let unfit = |unfit: Unfit| unfit.failure(component.path());
        match self.isolation {
            Isolation::InProcess => {
                let engine = Engine::new(limits.stack).map_err(|error| Failure::internal(format!("{error:#}")))?;
                let compiled = engine.load(component, loader).map_err(unfit)?;
                let exported = engine.export(&compiled, function).map_err(unfit)?;
                let signature = exported.signature(function).map_err(unfit)?;
                Ok(Loaded::Here { engine: Arc::new(engine), exported, signature })
            }
            Isolation::Worker(workers) => {
                let key = Key::new(task, component.digest(), limits, writes).of_agent(agent);
                let mut lease = workers.lease(key, limits.time, || loader.code(component).map_err(unfit))?;
                lease.link(function)?;
                Ok(Loaded::Worker(Box::new(lease)))
            }
        }
    }
}

impl Exported {
    /// The signature of a function, known by this name; none of a command.
    ///
    /// # Errors
    /// [`Unfit::NoTool`] where its types are none that JSON can hold.
    pub(crate) fn signature(&self, name: Option<&str>) -> Result<Option<Signature>, Unfit> {
        match self {
            Self::Command(_) => Ok(None),
            Self::Function(function) => Signature::of(function.ty()).map(Some).map_err(|refused| {
                let function = name.unwrap_or_default().to_owned();
                Unfit::NoTool { function, why: refused.to_string() }
            }),
        }
    }
}
