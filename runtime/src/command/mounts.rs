//! `--mount GUEST=HOST[:ro]`, `--set NAME=VALUE` and `--env NAME=VALUE`: the options that several commands share.
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use toolward_host_fns::files::{Mount, MountMode, Mounts};
use toolward_manifests::GuestPath;

use crate::failure::Failure;
use crate::home::Home;

/// A host directory for a guest path.
#[derive(Debug, Clone)]
pub(super) struct MountArg {
    pub(super) guest: GuestPath,
    pub(super) host: PathBuf,
    pub(super) mode: MountMode,
}

impl FromStr for MountArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (guest, host) = text.split_once('=').ok_or("a mount is GUEST=HOST or GUEST=HOST:ro")?;
        let (host, mode) = match (host.strip_suffix(":ro"), host.strip_suffix(":rw")) {
            (Some(host), _) => (host, MountMode::ReadOnly),
            (None, Some(host)) => (host, MountMode::ReadWrite),
            (None, None) => (host, MountMode::ReadWrite),
        };
        if host.is_empty() {
            return Err("the host directory is missing".to_owned());
        }
        let guest = GuestPath::parse(guest).map_err(|error| error.to_string())?;
        Ok(Self { guest, host: PathBuf::from(host), mode })
    }
}

/// `NAME=VALUE`.
#[derive(Debug, Clone)]
pub(super) struct Pair(pub(super) String, pub(super) String);

impl FromStr for Pair {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self(name.to_owned(), value.to_owned())),
            _ => Err("it is NAME=VALUE".to_owned()),
        }
    }
}

/// Pairs by name.
///
/// # Errors
/// Where a name stands twice.
pub(super) fn by_name(option: &str, pairs: &[Pair]) -> Result<BTreeMap<String, String>, Failure> {
    let mut map = BTreeMap::new();
    for Pair(name, value) in pairs {
        if map.insert(name.clone(), value.clone()).is_some() {
            return Err(Failure::usage(format!("`{option} {name}` stands twice")));
        }
    }
    Ok(map)
}

/// Opens the mounts.
///
/// # Errors
/// Where one cannot be opened, two overlap, or one holds the home.
pub(super) fn open(mounts: &[MountArg], home: &Home) -> Result<Mounts, Failure> {
    let open = |mount: &MountArg| Mount::open(mount.guest.clone(), &mount.host, mount.mode);
    let mounts = mounts.iter().map(open).collect::<Result<Vec<_>, _>>();
    let mounts = mounts.and_then(|mounts| Mounts::new(mounts, &home.secret_directories()));
    mounts.map_err(|error| Failure::from(error).or_help("see `--mount GUEST=HOST[:ro]`"))
}
