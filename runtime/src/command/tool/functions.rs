//! What `tool show` says of a typed tool: each function with the schemas of its input, its output and its error.
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::call::{Loading, Program};
use crate::command::Context;
use crate::component::Component;
use crate::failure::Failure;
use crate::tool::Tool;
use crate::typed::Artifact;
use crate::worker::User;

/// One function as it is shown.
pub(super) struct Shown {
    name: String,
    description: String,
    /// Of input, output and error; none where the component is not there.
    schemas: Option<[Option<Value>; 3]>,
}

/// The functions of a tool, or the one of this name, with what the component says of their types.
pub(super) fn shown(
    tool: &Tool,
    only: Option<&str>,
    component: Option<&Component>,
    cx: &Context,
) -> Result<Vec<Shown>, Failure> {
    let loaded = match component {
        None => None,
        Some(component) => Some((cx.home.isolation()?, cx.loader(&cx.open_state()?)?, component)),
    };
    let functions = tool.manifest.functions().iter().filter(|(name, _)| only.is_none_or(|only| only == *name));
    let shown = functions.map(|(name, function)| {
        let name = format!("{}.{name}", tool.manifest.name());
        let schemas = match &loaded {
            None => None,
            Some((isolation, loader, component)) => {
                let wanted = Loading {
                    artifact: Artifact { component, loader },
                    function: Some(&function.export),
                    limits: &tool.manifest.limits(),
                    writes: false,
                    user: &User::of_nobody(&name),
                };
                let mut program = Program::new(isolation, wanted);
                let signature = program.signature()?;
                let signature = signature.ok_or_else(|| Failure::internal(format!("`{name}` has no signature")))?;
                Some([Some(signature.input_schema()), Some(signature.output_schema()), signature.error_schema()])
            }
        };
        Ok(Shown { name, description: function.description.clone(), schemas })
    });
    shown.collect()
}

impl Shown {
    pub(super) fn json(&self) -> Value {
        let [input, output, error] = self.schemas.clone().unwrap_or_default();
        json!({ "name": self.name, "description": self.description, "input": input, "output": output, "error": error })
    }

    pub(super) fn people(&self) -> Result<String, Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::internal(error.to_string());
        let mut text = format!("{}: {}", self.name, self.description);
        let schemas = self.schemas.iter().flatten();
        for (what, schema) in ["input", "output", "error"].into_iter().zip(schemas) {
            let Some(schema) = schema else { continue };
            let pretty = serde_json::to_string_pretty(schema).map_err(|error| failed(&error))?;
            write!(text, "\n\n{what} {pretty}").map_err(|error| failed(&error))?;
        }
        Ok(text)
    }
}
