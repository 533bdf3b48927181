//! `toolward init`: the home with its keys, and a folder `toolward/` with an example policy.
use std::fmt::Display;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::Context;
use crate::failure::{Exit, Failure};
use crate::home::{Config, ConfigDurability};

const POLICY: &str = include_str!("policy.toml");

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder of policy and manifests, which is made where there is none.
    #[arg(long, value_name = "DIR", default_value = "toolward")]
    folder: PathBuf,
    /// Flush every record to the disk: they survive a power cut, at some milliseconds each.
    #[arg(long)]
    power: bool,
}

/// What is there already stays as it is.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let failed = |path: &Path, error: &dyn Display| Failure::usage(format!("`{}`: {error}", path.display()));
    let manifests = args.folder.join("manifests");
    std::fs::create_dir_all(&manifests).map_err(|error| failed(&manifests, &error))?;
    // Without links, so that no link in the way can be turned elsewhere later.
    let folder = args.folder.canonicalize().map_err(|error| failed(&args.folder, &error))?;
    let present = cx.home.config()?;
    let as_before = present.as_ref().map(|present| present.durability).unwrap_or_default();
    let durability = if args.power { ConfigDurability::Power } else { as_before };
    let compile = present.as_ref().map(|present| present.compile).unwrap_or_default();
    let config =
        Config { policy: folder.join("policy.toml"), manifests: folder.join("manifests"), durability, compile };
    if let Some(present) = present
        && (&present.policy, &present.manifests) != (&config.policy, &config.manifests)
    {
        let message = format!("`{}` works with `{}` already", cx.home.dir().display(), present.policy.display());
        return Err(Failure::usage(message).help("one home has one policy: name another home with `--home`"));
    }
    if !config.policy.exists() {
        std::fs::write(&config.policy, POLICY).map_err(|error| failed(&config.policy, &error))?;
    }
    cx.open_or_create_state()?;
    cx.home.write_config(&config)?;
    let value = json!({ "home": cx.home.dir(), "policy": config.policy, "manifests": config.manifests });
    let people = format!(
        "home       {}\npolicy     {}\nmanifests  {}",
        cx.home.dir().display(),
        config.policy.display(),
        config.manifests.display()
    );
    cx.print(&value, people)?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_example_policy_loads() {
        let source = toolward_manifests::Source { name: "policy.toml".into(), text: super::POLICY.into() };
        let policy = toolward_manifests::Policy::parse(&source);
        assert!(policy.is_ok(), "{:?}", policy.err());
    }
}
