//! How an input reaches a program: through its standard input and arguments, as the manifest maps them.
use toolward_host_fns::guest::Start;
use toolward_manifests::command::{Command, Stdin};

use crate::failure::Failure;
use crate::input::Input;
use crate::notice::Notice;

/// What a program is started with.
///
/// # Errors
/// Where the input does not fit the manifest's mapping.
pub fn start(command: &Command, input: &Input, name: &str, cwd: Option<String>) -> Result<Start, Failure> {
    let wrong = |what: String| {
        let failure = Failure::usage(what.clone()).help(format!("`toolward tool show {name}` prints the mapping"));
        failure.notice(Notice::BadInput(what, Some(name.to_owned())))
    };
    let args = command.args(&input.value, cwd.as_deref()).map_err(wrong)?;
    let stdin = match command.stdin() {
        Stdin::Input => input.canonical.clone(),
        Stdin::Nothing => Vec::new(),
        Stdin::Field(field) => command.stdin_field(field, &input.value).map_err(wrong)?,
    };
    let args = std::iter::once(name.to_owned()).chain(args).collect();
    Ok(Start { args, stdin, cwd, ..Start::default() })
}
