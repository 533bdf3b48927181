//! `toolward manifest schema`.
use crate::command::Context;
use crate::failure::{Exit, Failure};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Of which file.
    #[arg(value_enum, default_value = "manifest")]
    of: Of,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Of {
    /// A tool's manifest.
    Manifest,
    /// The operator's policy.
    Policy,
    /// A task's grant.
    Grant,
}

pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let schema = match args.of {
        Of::Manifest => toolward_manifests::schema::manifest(),
        Of::Policy => toolward_manifests::schema::policy(),
        Of::Grant => toolward_manifests::schema::grant(),
    };
    let pretty = serde_json::to_string_pretty(&schema).map_err(|error| Failure::internal(error.to_string()))?;
    cx.print(&schema, pretty)?;
    Ok(Exit::Done)
}
