//! A manifest: one tool, and what it may ever need.
use std::collections::BTreeMap;

use crate::command::Command;
use crate::diagnostic::Diagnostic;
use crate::file::{FileKind, ManifestFile, read};
use crate::limits::Limits;
use crate::lower::Lowering;
use crate::rule::Rules;
use crate::scope::{LayerId, Source};
use crate::verdict::Layer;

/// A function of a typed tool, called as `TOOL.NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The component's export: `toolward:text/text#diff`, or `diff` for a function that the world itself exports.
    pub export: String,
    /// What it does.
    pub description: String,
}

/// A tool's manifest, which can be enforced exactly as written.
#[derive(Debug, Clone)]
pub struct Manifest {
    file: ManifestFile,
    command: Command,
    config: BTreeMap<String, String>,
    functions: BTreeMap<String, Function>,
    limits: Limits,
    pub(crate) source: Source,
    pub(crate) id: LayerId,
    pub(crate) rules: Rules,
}

impl Manifest {
    /// The longest manifest, in bytes.
    pub const MAX_BYTES: usize = 1 << 20;

    /// Parses a manifest.
    ///
    /// # Errors
    /// What cannot be enforced exactly as written, the first in the file first.
    pub fn parse(source: &Source) -> Result<Self, Vec<Diagnostic>> {
        let (file, errors) = read::<ManifestFile>(source, FileKind { name: "manifest", max_bytes: Self::MAX_BYTES });
        let mut lowering = Lowering::new(source, Layer::Manifest, errors);
        let manifest = file.map(|file| Self::lower(file, &mut lowering));
        lowering.finish(manifest)
    }

    fn lower(file: ManifestFile, lowering: &mut Lowering<'_>) -> Self {
        lowering.schema(&file.schema);
        lowering.lower_name(&file.tool.name, "tool's name");
        lowering.some_text(&file.tool.description, "description");
        lowering.some_text(&file.tool.component, "component");
        if let Some(sha256) = &file.tool.component_sha256 {
            lowering.sha256(sha256);
        }
        if let Some(input) = &file.tool.input {
            lowering.some_text(input, "input");
        }
        let command = lowering.command(file.command.as_deref());
        let limits = lowering.limits(file.limits.as_ref(), Limits::default());
        let rules = lowering.rules("", file.rules());
        let (config, functions) = (lowering.config(&file.config), lowering.functions(&file));
        let source = lowering.source.clone();
        let id = LayerId::of_texts(Layer::Manifest, std::slice::from_ref(&source));
        Self { file, command, config, functions, limits, source, id, rules }
    }

    /// The tool's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.tool.name
    }

    /// What the tool does.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.file.tool.description
    }

    /// The component, relative to the manifest's folder.
    #[must_use]
    pub fn component(&self) -> &str {
        &self.file.tool.component
    }

    /// The component's SHA-256 in lower-case hex, where the manifest names it.
    #[must_use]
    pub fn component_sha256(&self) -> Option<&str> {
        self.file.tool.component_sha256.as_ref().map(|sha256| sha256.as_str())
    }

    /// The JSON Schema of the input, relative to the manifest's folder.
    #[must_use]
    pub fn input(&self) -> Option<&str> {
        self.file.tool.input.as_ref().map(|input| input.as_str())
    }

    /// How the input reaches a command, and what its end and output mean.
    #[must_use]
    pub fn command(&self) -> &Command {
        &self.command
    }

    /// Values that the tool reads through `wasi:config`, by key.
    #[must_use]
    pub fn config(&self) -> &BTreeMap<String, String> {
        &self.config
    }

    /// The functions of a typed tool, by name; empty for a command.
    #[must_use]
    pub fn functions(&self) -> &BTreeMap<String, Function> {
        &self.functions
    }

    /// The tool's own limits: the manifest's values, or the defaults.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The manifest as it is written: for linters, differences and documentation.
    #[must_use]
    pub fn file(&self) -> &ManifestFile {
        &self.file
    }

    /// The manifest as TOML that parses to the same.
    ///
    /// # Errors
    /// A value that TOML cannot hold; none that was parsed is one.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(&self.file)
    }
}
