//! `--task HANDLE`: the proof that the caller works on a task.
use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(super) struct TaskArg {
    /// The task's handle, or `@FILE`; better by the variable `TOOLWARD_TASK`, since arguments are public on a host.
    #[arg(long = "task", value_name = "HANDLE", env = "TOOLWARD_TASK", hide_env_values = true)]
    pub(super) handle: Option<String>,
}

impl TaskArg {
    /// The handle, as it was given or as its file has it.
    pub(super) fn text(&self) -> Result<String, Failure> {
        let named = self.handle.as_deref().filter(|named| !named.is_empty()).ok_or_else(|| {
            Failure::usage("no task is named")
                .help("`toolward task open` prints a handle; give it by `TOOLWARD_TASK` or `--task @FILE`")
        })?;
        match named.strip_prefix('@') {
            None => Ok(named.to_owned()),
            Some(file) => std::fs::read_to_string(file).map_err(Failure::at(file)),
        }
    }
}
