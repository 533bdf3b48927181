//! What a caller names: `search`, a tool that is a command, or `text.diff`, one function of a typed tool.
use std::path::Path;

use serde_json::Value;
use toolward_manifests::{Function, Scope};

use crate::call::{Loading, Program};
use crate::engine::Loader;
use crate::failure::Failure;
use crate::isolation::Isolation;
use crate::notice::Notice;
use crate::tool::Tool;
use crate::typed::Artifact;
use crate::worker::User;

/// The longest name of what is called, in bytes.
const MAX_NAME_BYTES: usize = 256;

/// A tool with what of it is called.
#[derive(Debug)]
pub struct Callable {
    /// The tool.
    pub tool: Tool,
    /// The function's own name, and what the manifest says of it.
    function: Option<(String, Function)>,
}

impl Callable {
    /// What a name means in a folder of manifests.
    ///
    /// # Errors
    /// As [`Tool::named`]; where a typed tool is named without a function, or with one that it has not.
    pub fn named(folder: &Path, name: &str) -> Result<Self, Failure> {
        let (tool, function) = split(name);
        Self::of(Tool::named(folder, tool)?, function)
    }

    /// A function of a tool, or the tool itself.
    ///
    /// # Errors
    /// As [`Callable::named`].
    pub fn of(tool: Tool, function: Option<&str>) -> Result<Self, Failure> {
        let name = tool.manifest.name();
        let functions = tool.manifest.functions();
        let listed = || {
            let names: Vec<String> = functions.keys().map(|function| format!("`{name}.{function}`")).collect();
            format!("its functions are {}", names.join(", "))
        };
        let Some(function) = function else {
            if functions.is_empty() {
                return Ok(Self { tool, function: None });
            }
            let message = format!("`{name}` is a typed tool, of which one function is called");
            return Err(Failure::usage(message).help(listed()).notice(Notice::NoSuchTool(name.to_owned())));
        };
        let none = || Notice::NoSuchTool(format!("{name}.{function}"));
        match functions.get(function) {
            Some(found) => {
                let function = Some((function.to_owned(), found.clone()));
                Ok(Self { tool, function })
            }
            None if functions.is_empty() => {
                let message =
                    format!("there is no tool `{name}.{function}`: `{name}` is a command, and has no functions");
                Err(Failure::usage(message).help(format!("call it as `{name}`")).notice(none()))
            }
            None => Err(Failure::usage(format!("`{name}` has no function `{function}`")).help(listed()).notice(none())),
        }
    }

    /// All that a tool can be called as: itself, or each of its functions.
    #[must_use]
    pub fn all_of(tool: &Tool) -> Vec<(String, &str)> {
        let name = tool.manifest.name();
        let functions = tool.manifest.functions();
        if functions.is_empty() {
            return vec![(name.to_owned(), tool.manifest.description())];
        }
        functions.iter().map(|(function, what)| (format!("{name}.{function}"), what.description.as_str())).collect()
    }

    /// The name by which policies, grants and records know it.
    #[must_use]
    pub fn name(&self) -> String {
        let tool = self.tool.manifest.name();
        self.function.as_ref().map_or_else(|| tool.to_owned(), |(function, _)| format!("{tool}.{function}"))
    }

    /// Whether it is a function of a typed tool.
    #[must_use]
    pub fn is_function(&self) -> bool {
        self.function.is_some()
    }

    /// What it does.
    #[must_use]
    pub fn description(&self) -> &str {
        let tool = self.tool.manifest.description();
        self.function.as_ref().map_or(tool, |(_, function)| &function.description)
    }

    /// The component's export that is called; none where the tool is a command.
    #[must_use]
    pub fn export(&self) -> Option<&str> {
        self.function.as_ref().map(|(_, function)| function.export.as_str())
    }

    /// The JSON Schema of the input of a command, where it has one. A function has its types, which are the component's.
    ///
    /// # Errors
    /// As [`Tool::input_schema`].
    pub fn input_schema(&self) -> Result<Option<Value>, Failure> {
        if self.function.is_some() { Ok(None) } else { self.tool.input_schema() }
    }

    /// Checks the input of a command against its schema. A function's is checked by its types.
    ///
    /// # Errors
    /// Where it does not fit: the field is named.
    pub fn check_input(&self, schema: Option<&Value>, input: &Value) -> Result<(), Failure> {
        if self.function.is_some() { Ok(()) } else { self.tool.check_input(schema, input) }
    }

    /// A scope that knows the schema of this input.
    #[must_use]
    pub fn describe(&self, scope: Scope, schema: Option<&Value>) -> Scope {
        match schema {
            Some(schema) => scope.with_input_schema(&self.name(), schema),
            None => scope,
        }
    }
}

/// Loads a tool with all that a call of it needs: the component of the digest that its manifest names, the schema of its
/// input, and each export that it is called by.
///
/// # Errors
/// What a call would fail with.
pub fn load(tool: &Tool, development: bool, isolation: &Isolation, loader: &Loader) -> Result<(), Failure> {
    let component = tool.component(development, loader.cache())?;
    if let Some(schema) = tool.input_schema()? {
        tool.validator(&schema)?;
    }
    let functions = tool.manifest.functions().values().map(|function| Some(function.export.as_str()));
    let command = tool.manifest.functions().is_empty().then_some(None);
    for function in functions.chain(command) {
        let artifact = Artifact { component: &component, loader };
        let wanted = Loading {
            artifact,
            function,
            limits: &tool.manifest.limits(),
            writes: false,
            user: &User::of_nobody(tool.manifest.name()),
        };
        Program::new(isolation, wanted).signature()?;
    }
    Ok(())
}

/// Whether a tool or a function can have this name: what cannot is not decided on, and not recorded.
#[must_use]
pub fn can_be_named(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !name.is_empty() && name.len() <= MAX_NAME_BYTES && name.bytes().all(plain)
}

/// A name's tool, and its function where it names one.
#[must_use]
pub fn split(name: &str) -> (&str, Option<&str>) {
    name.split_once('.').map_or((name, None), |(tool, function)| (tool, Some(function)))
}
