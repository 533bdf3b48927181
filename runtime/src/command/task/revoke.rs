//! `toolward task revoke`: the operator takes it away.
use super::close::end;
use crate::command::Context;
use crate::failure::{Exit, Failure};
use crate::state::tasks::End;

/// Which task.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The task
    #[arg(value_name = "t_…")]
    task: String,
}

/// Revokes it: no call can be made with its handle from here on.
///
/// # Errors
/// [`Failure`] where there is no such task, or the store cannot be written.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    end(Some(&args.task), End::Revoked, cx)
}
