//! One question: a tool and its call, or an access that it makes.
use toolward_manifests::{Access, Call, Scope};

use crate::callable::split;
use crate::failure::Failure;
use crate::input::Input;
use crate::installation::{Installation, Terms};
use crate::notice::Notice;

/// What is asked about a tool.
pub(super) enum Asked {
    Call(Input),
    Access(Access),
}

/// A question with the scope that answers it.
pub(super) struct Question {
    pub(super) tool: String,
    pub(super) access: Access,
    pub(super) scope: Scope,
}

impl Question {
    pub(super) fn new(installation: &Installation, terms: &Terms, name: &str, asked: Asked) -> Result<Self, Failure> {
        match asked {
            Asked::Access(access) => {
                // All functions of a tool make their accesses under its one manifest.
                let scope = installation.scope(Some(&installation.tool(split(name).0)?), terms)?;
                Ok(Self { tool: name.to_owned(), access, scope })
            }
            Asked::Call(input) => {
                let callable = installation.callable(name)?;
                let schema = callable.input_schema()?;
                let scope = callable.describe(installation.scope(Some(&callable.tool), terms)?, schema.as_ref());
                let input = input.normal(&scope, &callable.name())?;
                callable.check_input(schema.as_ref(), &input.value)?;
                let access = Access::Tools(Call {
                    tool: callable.name(),
                    // The digest that would be called: the one named, else, under development, whatever is there.
                    sha256: callable.tool.manifest.component_sha256().map(str::to_owned),
                    input: input.value,
                    history: None,
                });
                Ok(Self { tool: name.to_owned(), access, scope })
            }
        }
    }
}

/// An access as a person writes it.
pub(super) fn access(text: &str) -> Result<Access, Failure> {
    text.parse().map_err(|error| {
        let message = format!("`{}` is no access: {error}", text.escape_debug());
        Failure::usage(message.clone())
            .help("it is KIND OPERATION RESOURCE, as `files read /repo/x`")
            .notice(Notice::BadInput(message, None))
    })
}
