//! `toolward audit key`: the public half of the installation's key.
use super::Context;
use crate::failure::{Exit, Failure};

/// Nothing to say.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Prints it, for those who verify elsewhere.
///
/// # Errors
/// [`Failure`] where there is no home.
pub(super) fn run(_args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let key = cx.open_state()?.keys.signing.public().to_string();
    cx.print(&serde_json::json!({ "key": key }), &key)?;
    Ok(Exit::Done)
}
