//! A typed function that is ready to be called: linked, its signature read, its arguments made of an input.
use serde_json::Value;
use toolward_host_fns::program::{Datum, Function};

use super::Signature;
use crate::component::Component;
use crate::engine::{Engine, Loader, Unfit};
use crate::failure::Failure;

/// A function with its signature.
#[derive(Clone)]
pub struct Typed {
    /// The name that a caller gives: `text.diff`.
    pub name: String,
    /// What is called.
    pub function: Function,
    /// What it takes and gives.
    pub signature: Signature,
}

/// A function with its arguments.
#[derive(Clone)]
pub struct TypedCall {
    /// What is called.
    pub typed: Typed,
    /// With what.
    pub arguments: Vec<Datum>,
}

/// A component, with where its compiled form comes from.
#[derive(Clone, Copy)]
pub struct Artifact<'a> {
    /// The component.
    pub component: &'a Component,
    /// The cache and the compiler.
    pub loader: &'a Loader,
}

impl Typed {
    /// Loads a component for one of its functions, which its callers know as `name`.
    ///
    /// # Errors
    /// Where it cannot be run, exports no such function, or one whose types JSON cannot hold.
    pub fn load(engine: &Engine, artifact: Artifact<'_>, name: String, export: &str) -> Result<Self, Failure> {
        let Artifact { component, loader } = artifact;
        let path = component.path();
        let unfit = |unfit: Unfit| unfit.failure(path);
        let function = engine.load_function(component, loader, export).map_err(unfit)?;
        let signature = Signature::of(function.ty());
        let signature = signature.map_err(|refused| {
            let message = format!("`{}`: the function `{export}` cannot be a tool: {refused}", path.display());
            Failure::usage(message)
                .help("a tool takes and gives data alone: pass the content instead of a handle to it")
        })?;
        Ok(Self { name, function, signature })
    }

    /// Ready to be called with this input.
    ///
    /// # Errors
    /// Where the input does not fit: the field is named.
    pub fn with(self, input: &Value) -> Result<TypedCall, Failure> {
        let misfit = |misfit: super::Misfit| {
            let help = format!("`toolward tool show {}` prints the schema", self.name);
            Failure::usage(misfit.to_string()).help(help)
        };
        let arguments = self.signature.arguments(input).map_err(misfit)?;
        Ok(TypedCall { typed: self, arguments })
    }
}
