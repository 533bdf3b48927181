//! What the operator says of the network, in `config.toml`: extra roots, who is asked for names.
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use toolward_host_fns::net::{Network, NetworkOptions, Roots};

use crate::failure::Failure;

/// The table `[network]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    /// PEM files of certificates that are trusted beside the system's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ca: Vec<PathBuf>,
    /// The name server to ask instead of the system's: an address with its port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolver: Option<SocketAddr>,
}

impl NetworkConfig {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The network as it says; nothing is opened yet.
    ///
    /// # Errors
    /// Where a file of certificates cannot be read, or holds none.
    pub fn network(&self) -> Result<Arc<Network>, Failure> {
        let options = NetworkOptions { roots: self.roots()?, resolver: self.resolver, own_listeners: Vec::new() };
        Ok(Arc::new(Network::new(options)))
    }

    /// The certificates of its files.
    ///
    /// # Errors
    /// As [`NetworkConfig::network`].
    pub fn roots(&self) -> Result<Roots, Failure> {
        let mut roots = Roots::default();
        for file in &self.ca {
            let pem = crate::tool::source(file)?.text;
            let added = roots.add_pem(file, pem.as_bytes());
            added.map_err(|error| Failure::usage(error.to_string()).help(ca_help(file)))?;
        }
        Ok(roots)
    }
}

fn ca_help(file: &Path) -> String {
    format!("`ca` names PEM files of certificates of authorities; look at `{}`", file.display())
}
