//! `toolward init`: the home with its keys, and a folder `toolward/` with an example policy.
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::Context;
use crate::failure::{Exit, Failure};
use crate::home::{Config, ConfigDurability};
use crate::network::NetworkConfig;

const POLICY: &str = include_str!("policy.toml");

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder of policy and manifests, which is made where there is none.
    #[arg(long, value_name = "DIR", default_value = "toolward")]
    folder: PathBuf,
    /// Flush every record to the disk: they survive a power cut, at some milliseconds each.
    #[arg(long)]
    power: bool,
    /// Trust the certificates of this PEM file too, beside the system's.
    #[arg(long, value_name = "FILE")]
    ca: Vec<PathBuf>,
    /// Ask this name server instead of the system's.
    #[arg(long, value_name = "IP:PORT")]
    resolver: Option<SocketAddr>,
}

/// What is there already stays as it is.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let present = cx.home.config()?;
    let folder = works_with(present.as_ref(), &args.folder, cx)?;
    let manifests = folder.join("manifests");
    std::fs::create_dir_all(&manifests).map_err(Failure::at(&manifests))?;
    let as_before = present.as_ref().map(|present| present.durability).unwrap_or_default();
    let durability = if args.power { ConfigDurability::Power } else { as_before };
    let compile = present.as_ref().map(|present| present.compile).unwrap_or_default();
    let isolation = present.as_ref().map(|present| present.isolation).unwrap_or_default();
    let quotas = present.as_ref().map(|present| present.quotas).unwrap_or_default();
    let audit = present.as_ref().map(|present| present.audit).unwrap_or_default();
    let network = network(args, present.as_ref().map(|present| &present.network))?;
    let (policy, manifests) = (folder.join("policy.toml"), folder.join("manifests"));
    let config = Config { policy, manifests, durability, compile, isolation, quotas, audit, network };
    if !config.policy.exists() {
        std::fs::write(&config.policy, POLICY).map_err(Failure::at(&config.policy))?;
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

/// The folder as an absolute path without symbolic links, so that none can be turned elsewhere later. If the home works with
/// another folder, that is an error, before anything is made.
fn works_with(present: Option<&Config>, folder: &Path, cx: &Context) -> Result<PathBuf, Failure> {
    let absolute = std::path::absolute(folder).map_err(Failure::at(folder))?;
    let there =
        absolute.ancestors().find_map(|above| Some((above.canonicalize().ok()?, absolute.strip_prefix(above).ok()?)));
    let folder = there.map_or_else(|| absolute.clone(), |(above, rest)| above.join(rest));
    let folder: PathBuf = folder.components().collect();
    let policy = folder.join("policy.toml");
    match present {
        Some(present) if (&present.policy, &present.manifests) != (&policy, &folder.join("manifests")) => {
            let message = format!("`{}` works with `{}` already", cx.home.dir().display(), present.policy.display());
            Err(Failure::usage(message).help("one home has one policy: name another home with `--home`"))
        }
        _ => Ok(folder),
    }
}

/// What was said before, and what is said now.
fn network(args: &Args, before: Option<&NetworkConfig>) -> Result<NetworkConfig, Failure> {
    let mut network = before.cloned().unwrap_or_default();
    for file in &args.ca {
        let absolute = file.canonicalize();
        let absolute = absolute.map_err(|error| Failure::of_io(format_args!("`--ca {}`", file.display()), &error))?;
        if !network.ca.contains(&absolute) {
            network.ca.push(absolute);
        }
    }
    network.resolver = args.resolver.or(network.resolver);
    network.roots()?;
    Ok(network)
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
