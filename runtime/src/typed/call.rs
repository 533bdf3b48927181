//! A typed function that is ready to be called: its signature read, its arguments made of an input.
use serde_json::Value;
use toolward_host_fns::program::{Datum, Function};

use super::Signature;
use crate::component::Component;
use crate::engine::Loader;
use crate::failure::Failure;
use crate::notice::Notice;

/// A function with its arguments.
#[derive(Clone)]
pub struct TypedCall {
    /// What is called.
    pub function: Function,
    /// What it takes and gives.
    pub signature: Signature,
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

impl Signature {
    /// The arguments of a function that its callers know as `name`.
    ///
    /// # Errors
    /// Where the input does not fit: the field is named.
    pub fn arguments_of(&self, name: &str, input: &Value) -> Result<Vec<Datum>, Failure> {
        self.arguments(input).map_err(|misfit| {
            let help = format!("`toolward tool show {name}` prints the schema");
            let message = misfit.to_string();
            Failure::usage(message.clone()).help(help).notice(Notice::BadInput(message, Some(name.to_owned())))
        })
    }
}
