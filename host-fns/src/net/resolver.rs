//! Names to addresses: asked once, absolute, and never remembered from one answer to the next.
use std::net::{IpAddr, SocketAddr};
use std::sync::OnceLock;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};

use crate::door::NetworkFault;

/// How long one server is waited for, and how often it is asked.
const PATIENCE: Duration = Duration::from_secs(3);
const ATTEMPTS: usize = 2;
/// The most addresses of one name that are looked at: more is an answer made to tire somebody.
const MOST: usize = 64;

/// Who is asked for names.
pub(super) struct Resolver {
    server: Option<SocketAddr>,
    resolver: OnceLock<Option<TokioResolver>>,
}

impl Resolver {
    pub(super) fn new(server: Option<SocketAddr>) -> Self {
        Self { server, resolver: OnceLock::new() }
    }

    /// All addresses of a name, of both families. Search domains are never tried.
    pub(super) async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, NetworkFault> {
        let resolver = self.resolver.get_or_init(|| make(self.server)).as_ref().ok_or(NetworkFault::NoSuchName)?;
        let answer = resolver.lookup_ip(format!("{name}.")).await.map_err(|error| fault(&error))?;
        let mut addresses: Vec<IpAddr> = answer.iter().take(MOST + 1).collect();
        if addresses.is_empty() || addresses.len() > MOST {
            return Err(NetworkFault::NoSuchName);
        }
        addresses.dedup();
        Ok(addresses)
    }
}

fn make(server: Option<SocketAddr>) -> Option<TokioResolver> {
    let provider = TokioRuntimeProvider::default();
    let builder = match server {
        Some(server) => {
            let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
            connections.iter_mut().for_each(|connection| connection.port = server.port());
            let server = NameServerConfig::new(server.ip(), true, connections);
            let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
            TokioResolver::builder_with_config(config, provider)
        }
        None => TokioResolver::builder(provider)
            .inspect_err(|error| tracing::warn!(%error, "the system says nobody who could be asked for names"))
            .ok()?,
    };
    builder.with_options(options(server.is_some())).build().ok()
}

fn options(own_server: bool) -> ResolverOpts {
    let mut options = ResolverOpts::default();
    options.timeout = PATIENCE;
    options.attempts = ATTEMPTS;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    // An answer that is kept could tell one task what another asked, and would outlive what it was checked for.
    options.cache_size = 0;
    options.use_hosts_file = if own_server { ResolveHosts::Never } else { ResolveHosts::Auto };
    options
}

fn fault(error: &NetError) -> NetworkFault {
    match error {
        NetError::Timeout => NetworkFault::LookupTimeout,
        NetError::Dns(DnsError::NoRecordsFound(_)) => NetworkFault::NoSuchName,
        error => {
            tracing::debug!(%error, "a name was not resolved");
            NetworkFault::NoSuchName
        }
    }
}
