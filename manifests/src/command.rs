//! How a call's input reaches a command component, and what its end and its output mean.
use serde_json::Value;

use crate::file::{ArgFile, CommandFile, EndFile, MappedFile, OutputFile, ScalarFile, StdinFile, StdinWord};

/// The mapping of one tool. By default the input's canonical JSON stands on stdin, and there are no arguments.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Command {
    args: Vec<Arg>,
    stdin: Stdin,
    success: Success,
    output: Output,
}

/// What stands on a command's stdin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Stdin {
    /// The input's canonical JSON.
    #[default]
    Input,
    /// Nothing.
    Nothing,
    /// The bytes of this field's text.
    Field(String),
}

/// What a command's stdout is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Output {
    /// Text.
    #[default]
    Text,
    /// One JSON value.
    Json,
    /// One JSON value a line.
    JsonLines,
}

/// Which of a command's two ends (it reports success, or failure) is a success of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Success {
    exit_0: bool,
    exit_1: bool,
    exit_1_without_stderr: bool,
    exit_1_with_refusals: bool,
}

/// How Rust's standard library for WASI ends a message about an access that was refused (WASI's `access`, errno 2).
const REFUSAL: &str = "Permission denied (os error 2)";

impl Default for Success {
    fn default() -> Self {
        Self { exit_0: true, ..Self::NONE }
    }
}

impl Success {
    /// Whether an end in success is one.
    #[must_use]
    pub fn holds_for_exit_0(self) -> bool {
        self.exit_0
    }

    /// Whether an end in failure is one all the same, with what the program wrote to stderr and whether the scope refused it
    /// anything.
    #[must_use]
    pub fn holds_for_exit_1(self, stderr: &[u8], was_refused: bool) -> bool {
        self.exit_1
            || (self.exit_1_without_stderr && stderr.is_empty())
            || (self.exit_1_with_refusals && was_refused && has_refusals_alone(stderr))
    }

    const NONE: Self = Self { exit_0: false, exit_1: false, exit_1_without_stderr: false, exit_1_with_refusals: false };
}

/// Whether there is a line, and each tells of an access that was refused.
fn has_refusals_alone(stderr: &[u8]) -> bool {
    let text = String::from_utf8_lossy(stderr);
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
    lines.peek().is_some() && lines.all(|line| line.trim_end().ends_with(REFUSAL))
}

/// One element of the mapping.
#[derive(Debug, Clone, PartialEq)]
enum Arg {
    Literal(String),
    Flag { argument: String, field: String },
    Option { name: String, field: String, is_path: bool },
    Field { field: String, default: Option<String>, is_path: bool },
}

impl Command {
    /// What stands on stdin.
    #[must_use]
    pub fn stdin(&self) -> &Stdin {
        &self.stdin
    }

    /// What stdout is.
    #[must_use]
    pub fn output(&self) -> Output {
        self.output
    }

    /// Which ends are a success.
    #[must_use]
    pub fn success(&self) -> Success {
        self.success
    }

    /// Whether the input reaches the command in any other way than as JSON on stdin.
    #[must_use]
    pub fn maps_input(&self) -> bool {
        !self.args.is_empty() || self.stdin != Stdin::Input
    }

    /// The fields of the input that the mapping passes on.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let of_args = self.args.iter().filter_map(|arg| match arg {
            Arg::Literal(_) => None,
            Arg::Flag { field, .. } | Arg::Option { field, .. } | Arg::Field { field, .. } => Some(field.as_str()),
        });
        let of_stdin = match &self.stdin {
            Stdin::Field(field) => Some(field.as_str()),
            Stdin::Input | Stdin::Nothing => None,
        };
        of_args.chain(of_stdin)
    }

    /// The arguments behind the tool's name. Only what the manifest writes down, and values behind a literal `--`, can
    /// begin with `-`: no value becomes an option that the manifest did not mean. Relative paths among the fields that are
    /// marked as paths are put behind `directory`, the working directory, where there is one.
    ///
    /// # Errors
    /// A field of another type than the mapping takes, or a value that begins with `-` or has a NUL: which field, in words.
    pub fn args(&self, input: &Value, directory: Option<&str>) -> Result<Vec<String>, String> {
        let mut args = Vec::new();
        let mut behind_dashes = false;
        for arg in &self.args {
            match arg {
                Arg::Literal(text) => {
                    behind_dashes |= text == "--";
                    args.push(text.clone());
                }
                Arg::Flag { argument, field } => match input.get(field) {
                    None | Some(Value::Bool(false)) => {}
                    Some(Value::Bool(true)) => args.push(argument.clone()),
                    Some(_) => return Err(format!("the field `{field}` is not `true` or `false`")),
                },
                Arg::Option { name, field, is_path } => {
                    let directory = directory.filter(|_| *is_path);
                    let values = values(input, field, directory, behind_dashes)?;
                    args.extend(values.into_iter().flatten().map(|value| format!("{name}={value}")));
                }
                Arg::Field { field, default, is_path } => {
                    let directory = directory.filter(|_| *is_path);
                    let default = || default.iter().map(|text| located(text.clone(), directory)).collect();
                    args.extend(values(input, field, directory, behind_dashes)?.unwrap_or_else(default));
                }
            }
        }
        Ok(args)
    }

    /// The bytes of a field's text, for stdin.
    ///
    /// # Errors
    /// The field is not there, or no text.
    pub fn stdin_field(&self, field: &str, input: &Value) -> Result<Vec<u8>, String> {
        match input.get(field) {
            Some(Value::String(text)) => Ok(text.as_bytes().to_vec()),
            Some(_) => Err(format!("the field `{field}` is no text")),
            None => Err(format!("the field `{field}` is missing")),
        }
    }
}

/// The values of a field as arguments, relative paths behind a directory where one is given; `None` where it is absent.
fn values(
    input: &Value,
    field: &str,
    directory: Option<&str>,
    behind_dashes: bool,
) -> Result<Option<Vec<String>>, String> {
    let one = |value: &Value| argument(value, field, directory, behind_dashes);
    match input.get(field) {
        None => Ok(None),
        Some(Value::Array(items)) => items.iter().map(one).collect::<Result<_, _>>().map(Some),
        Some(value) => Ok(Some(vec![one(value)?])),
    }
}

/// A path as the program is given it: behind the directory where it is relative, so that it has one name. Nothing is
/// resolved: what `..` means is decided where the path is walked.
fn located(path: String, directory: Option<&str>) -> String {
    let Some(directory) = directory.filter(|_| !path.starts_with('/') && !path.is_empty()) else { return path };
    let mut rest = path.as_str();
    while let Some(shorter) = rest.strip_prefix("./") {
        rest = shorter.trim_start_matches('/');
    }
    match rest {
        "" | "." => directory.to_owned(),
        rest => format!("{}/{rest}", directory.trim_end_matches('/')),
    }
}

fn argument(value: &Value, field: &str, directory: Option<&str>, behind_dashes: bool) -> Result<String, String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            return Err(format!(
                "the field `{field}` is not a string, a number, `true` or `false`, or an array of these"
            ));
        }
    };
    let text = located(text, directory);
    if text.starts_with('-') && !behind_dashes {
        return Err(format!("the field `{field}` begins with `-`, which the tool would read as an option"));
    }
    if text.contains('\0') {
        return Err(format!("the field `{field}` has a NUL"));
    }
    Ok(text)
}

/// From a file that was checked.
impl From<&CommandFile> for Command {
    fn from(file: &CommandFile) -> Self {
        Self {
            args: file.args.iter().map(|arg| Arg::from(&arg.value)).collect(),
            stdin: match &file.stdin {
                None | Some(StdinFile::Word(StdinWord::Input)) => Stdin::Input,
                Some(StdinFile::Word(StdinWord::None)) => Stdin::Nothing,
                Some(StdinFile::Field(field)) => Stdin::Field(field.field.value.clone()),
            },
            success: file
                .success
                .as_ref()
                .map(|ends| Success::among(ends.iter().map(|end| end.value)))
                .unwrap_or_default(),
            output: match file.output.unwrap_or_default() {
                OutputFile::Text => Output::Text,
                OutputFile::Json => Output::Json,
                OutputFile::JsonLines => Output::JsonLines,
            },
        }
    }
}

impl Success {
    fn among(ends: impl Iterator<Item = EndFile>) -> Self {
        ends.fold(Self::NONE, |success, end| match end {
            EndFile::Exit0 => Self { exit_0: true, ..success },
            EndFile::Exit1 => Self { exit_1: true, ..success },
            EndFile::Exit1WithoutStderr => Self { exit_1_without_stderr: true, ..success },
            EndFile::Exit1WithRefusals => Self { exit_1_with_refusals: true, ..success },
        })
    }
}

impl From<&ArgFile> for Arg {
    fn from(file: &ArgFile) -> Self {
        let MappedFile { flag, option, field, default, path } = match file {
            ArgFile::Literal(text) => return Self::Literal(text.clone()),
            ArgFile::Mapped(mapped) => mapped,
        };
        let field = field.value.clone();
        let is_path = path.as_ref().is_some_and(|path| path.value);
        match (flag, option) {
            (Some(flag), _) => Self::Flag { argument: flag.value.clone(), field },
            (None, Some(option)) => Self::Option { name: option.value.clone(), field, is_path },
            (None, None) => {
                Self::Field { field, default: default.as_ref().map(|default| scalar_text(default)), is_path }
            }
        }
    }
}

fn scalar_text(scalar: &ScalarFile) -> String {
    match scalar {
        ScalarFile::Bool(value) => value.to_string(),
        ScalarFile::Integer(value) => value.to_string(),
        ScalarFile::Float(value) => value.to_string(),
        ScalarFile::Text(text) => text.clone(),
    }
}
