//! A tool as it lies on disk: a manifest, a component, a schema of its input.
use std::io::Read;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value;
use toolward_manifests::{Diagnostic, Manifest, Source};

use crate::component::{Component, regular};
use crate::engine::Cache;
use crate::failure::Failure;
use crate::notice::Notice;

/// The largest manifest, policy, grant or schema that is read.
const MAX_TEXT: u64 = 4 << 20;

/// As much of an error is told, in characters.
const MAX_MISFIT: usize = 500;

/// A tool whose manifest holds.
#[derive(Debug)]
pub struct Tool {
    /// What it may ever need.
    pub manifest: Manifest,
    /// The manifest's text.
    pub source: Source,
    /// The manifest's file.
    pub path: PathBuf,
}

/// A manifest's name, and the tool or why it does not load.
pub type Found = (String, Result<Tool, Failure>);

impl Tool {
    /// Reads a manifest.
    ///
    /// # Errors
    /// Where it cannot be read, or enforced exactly as written.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let source = source(path)?;
        let manifest = Manifest::parse(&source).map_err(|diagnostics| unloadable(&diagnostics, &source))?;
        Ok(Self { manifest, source, path: path.to_owned() })
    }

    /// The tool of this name in a folder of manifests: `NAME.toml`.
    ///
    /// # Errors
    /// Where there is none, or its manifest has another name inside.
    pub fn named(folder: &Path, name: &str) -> Result<Self, Failure> {
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let path = folder.join(format!("{name}.toml"));
        if !plain || !path.is_file() {
            return Err(Failure::usage(format!("there is no tool `{name}`"))
                .help(format!("`toolward tool list` shows them; its manifest would be `{}`", path.display()))
                .notice(Notice::NoSuchTool(name.to_owned())));
        }
        let tool = Self::read(&path)?;
        tool.has_the_name_of_its_file()?;
        Ok(tool)
    }

    /// A tool is found by its file's name: the manifest says the same one.
    ///
    /// # Errors
    /// Where it says another.
    pub fn has_the_name_of_its_file(&self) -> Result<(), Failure> {
        if self.path.file_stem().is_some_and(|stem| stem == self.manifest.name()) {
            return Ok(());
        }
        let message = format!("`{}` says that its tool is `{}`", self.path.display(), self.manifest.name());
        Err(Failure::usage(message).help("file and tool have one name, so that none passes for another"))
    }

    /// All tools of a folder, by name; a manifest that does not load is answered as its failure.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn all(folder: &Path) -> Result<Vec<Found>, Failure> {
        let failed = Failure::at(folder);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                names.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
            }
        }
        names.sort();
        Ok(names.into_iter().map(|name| (name.clone(), Self::named(folder, &name))).collect())
    }

    /// Its manifest, its component and the schema of its input.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let schema = self.manifest.input().map(|name| self.beside(name));
        [self.path.clone(), self.component_path()].into_iter().chain(schema).collect()
    }

    /// Where the component lies.
    #[must_use]
    pub fn component_path(&self) -> PathBuf {
        self.beside(self.manifest.component())
    }

    /// The component, whose digest is the one that the manifest names. Only under `development` may it name none. The
    /// digest of a large one is kept in the cache.
    ///
    /// # Errors
    /// Where it cannot be read or is another.
    pub fn component(&self, development: bool, cache: Option<&Cache>) -> Result<Component, Failure> {
        let component = Component::open(&self.component_path(), cache)?;
        if self.manifest.component_sha256().is_none() && !development {
            let message = format!("{}: `component_sha256` is missing", self.source.name);
            let digest = component.digest().hex();
            let help = format!("it is \"{digest}\"; only `development = true` in the policy goes without");
            return Err(Failure::usage(message).help(help));
        }
        self.is_of(&component)?;
        component.is_a_component()?;
        Ok(component)
    }

    /// Whether a component is the one that the manifest names, if it names any.
    ///
    /// # Errors
    /// Where it is another.
    pub fn is_of(&self, component: &Component) -> Result<(), Failure> {
        let digest = component.digest().hex();
        if self.manifest.component_sha256().is_none_or(|named| named == digest) {
            return Ok(());
        }
        let message = format!("the component `{}` is not the one that its manifest names", component.path().display());
        Err(Failure::usage(message).help(format!("its SHA-256 is {digest}")))
    }

    /// The JSON Schema of its input, where it has one.
    ///
    /// # Errors
    /// Where it cannot be read or is no JSON.
    pub fn input_schema(&self) -> Result<Option<Value>, Failure> {
        let Some(name) = self.manifest.input() else { return Ok(None) };
        let path = self.beside(name);
        let text = source(&path)?.text;
        let schema = serde_json::from_str(&text);
        schema.map(Some).map_err(|error| Failure::usage(format!("{}:{}: {error}", path.display(), error.line())))
    }

    /// What the tool's input is checked by.
    ///
    /// # Errors
    /// Where the schema is none, or does not have a field that the manifest passes on.
    pub fn validator(&self, schema: &Value) -> Result<Validator, Failure> {
        let name = self.manifest.input().unwrap_or_default();
        let validator = jsonschema::validator_for(schema).map_err(|error| {
            let at = error.instance_path().to_string();
            let at = if at.is_empty() { String::new() } else { format!(" at `{at}`") };
            Failure::usage(format!("{name}: the input's schema does not hold{at}: {error}"))
        })?;
        if let Some(field) = self.manifest.command().fields().find(|field| !may_have(schema, field)) {
            let message = format!("{}: `[command]` passes on `{}`", self.source.name, field.escape_debug());
            let help = "name a field that the schema has under `properties`".to_owned();
            return Err(Failure::usage(format!("{message}, which `{name}` does not have")).help(help));
        }
        Ok(validator)
    }

    /// Checks an input against the tool's schema, where it has one.
    ///
    /// # Errors
    /// Where it does not fit: the field is named.
    pub fn check_input(&self, schema: Option<&Value>, input: &Value) -> Result<(), Failure> {
        let Some(schema) = schema else { return Ok(()) };
        let validator = self.validator(schema)?;
        let Some(error) = validator.iter_errors(input).next() else { return Ok(()) };
        let field = error.instance_path().to_string();
        let field = if field.is_empty() { "the input".to_owned() } else { format!("the input's field `{field}`") };
        let help = format!("`toolward tool show {}` prints the schema", self.manifest.name());
        // It repeats what does not fit, which may be all of the input.
        let error: String = error.to_string().chars().take(MAX_MISFIT).collect();
        let message = format!("{field} does not fit: {error}");
        Err(Failure::usage(message.clone())
            .help(help)
            .notice(Notice::BadInput(message, Some(self.manifest.name().to_owned()))))
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new(".")).join(name)
    }
}

/// Whether an input may have a field by its schema. One that lists no fields, or takes others from elsewhere, says nothing of it.
fn may_have(schema: &Value, field: &str) -> bool {
    const FROM_ELSEWHERE: [&str; 8] =
        ["$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "not", "patternProperties"];
    let Some(fields) = schema.get("properties").and_then(Value::as_object) else { return true };
    fields.contains_key(field) || FROM_ELSEWHERE.iter().any(|key| schema.get(key).is_some())
}

/// Reads a regular file of at most `limit` bytes.
fn read_file(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    regular(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 <= limit {
        return Ok(bytes);
    }
    Err(std::io::Error::other(format!("it is larger than {} MiB", limit >> 20)))
}

/// Reads a manifest, policy, grant or schema.
///
/// # Errors
/// Where it cannot be read, is too large, or is not UTF-8.
pub fn source(path: &Path) -> Result<Source, Failure> {
    let named = format_args!("cannot read `{}`", path.display());
    let bytes = read_file(path, MAX_TEXT).map_err(|error| Failure::of_io(named, &error))?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::usage(format!("{named}: it is not UTF-8")))?;
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    Ok(Source { name, text })
}

/// The error of a file that cannot be enforced exactly as written: every diagnostic, each with its line and a caret.
#[must_use]
pub fn unloadable(diagnostics: &[Diagnostic], source: &Source) -> Failure {
    let Some((first, others)) = diagnostics.split_first() else {
        return Failure::usage(format!("{}: cannot be loaded", source.name));
    };
    // The first line is the failure's own.
    let rendered = first.render(&source.text);
    let mut detail = rendered.split_once('\n').map(|(_, rest)| rest.to_owned()).unwrap_or_default();
    for other in others {
        detail = format!("{}\n\n{}", detail.trim_end(), other.render(&source.text));
    }
    Failure::usage(first.to_string()).detail(detail)
}
