//! One question: a tool and its call, or an access that it makes.
use toolward_manifests::scope::History;
use toolward_manifests::{Access, Call, Scope, Verdict};

use crate::failure::Failure;
use crate::input::Input;
use crate::installation::{Installation, Terms};

/// What is asked about a tool.
pub(super) enum Asked {
    Call(Input),
    Access(Access),
}

/// A question with the scope that answers it.
pub(super) struct Question {
    pub(super) tool: String,
    pub(super) access: Access,
    scope: Scope,
}

impl Question {
    pub(super) fn new(
        installation: &Installation,
        terms: &Terms,
        tool: &str,
        asked: Asked,
        history: History,
    ) -> Result<Self, Failure> {
        let manifest = installation.tool(tool)?;
        let scope = installation.scope(Some(&manifest), terms)?;
        let access = match asked {
            Asked::Access(access) => access,
            Asked::Call(input) => {
                manifest.check_input(&input.value)?;
                Access::Tools(Call {
                    tool: tool.to_owned(),
                    // The digest that would be called: the one named, else, under development, whatever is there.
                    sha256: manifest.manifest.component_sha256().map(str::to_owned),
                    input: input.value,
                    history: Some(history),
                })
            }
        };
        Ok(Self { tool: tool.to_owned(), access, scope })
    }

    pub(super) fn verdict(&self) -> Verdict {
        self.scope.decide(&self.access)
    }
}

/// An access as a person writes it.
pub(super) fn access(text: &str) -> Result<Access, Failure> {
    text.parse().map_err(|error| {
        Failure::usage(format!("`{}` is no access: {error}", text.escape_debug()))
            .help("it is KIND OPERATION RESOURCE, as `files read /repo/x`")
    })
}
