//! Names to addresses: asked once, absolute, and never remembered from one answer to the next.
//!
//! Both families are asked for at once, and one that is not answered for does not hold up the other (RFC 8305, section 3).
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
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

/// The longest that a lookup takes, whatever it waits for.
const LONGEST: Duration = Duration::from_secs(6);
/// How long the other family is waited for once one has given addresses. RFC 8305 proposes 50 ms; a loaded machine needs more.
const RESOLUTION_DELAY: Duration = Duration::from_millis(500);

/// The resolvers of the two families, which ask the same servers.
struct Families {
    v4: TokioResolver,
    v6: TokioResolver,
}

/// Who is asked for names.
pub(super) struct Resolver {
    server: Option<SocketAddr>,
    families: OnceLock<Option<Families>>,
}

impl Resolver {
    pub(super) fn new(server: Option<SocketAddr>) -> Self {
        Self { server, families: OnceLock::new() }
    }

    /// The addresses of a name, of both families where both are answered for in time: within `patience`, and never longer than
    /// six seconds. Search domains are never tried.
    pub(super) async fn addresses(&self, name: &str, patience: Duration) -> Result<Vec<IpAddr>, NetworkFault> {
        let families = self.families.get_or_init(|| make(self.server)).as_ref().ok_or(NetworkFault::NoSuchName)?;
        let name = format!("{name}.");
        let both = families.addresses(&name);
        let answer = tokio::time::timeout(patience.min(LONGEST), both).await;
        let mut addresses = answer.map_err(|_| NetworkFault::LookupTimeout)??;
        if addresses.len() > MOST {
            return Err(NetworkFault::NoSuchName);
        }
        addresses.dedup();
        Ok(addresses)
    }
}

impl Families {
    async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, NetworkFault> {
        let (mut v4, mut v6) = (pin!(ask(&self.v4, name)), pin!(ask(&self.v6, name)));
        let (first, other) = tokio::select! {
            v4_answer = &mut v4 => (v4_answer, v6),
            v6_answer = &mut v6 => (v6_answer, v4),
        };
        let Ok(mut addresses) = first else { return other.await.or(first) };
        // What comes later is not connected to, so nothing has to be decided about it.
        if let Ok(Ok(more)) = tokio::time::timeout(RESOLUTION_DELAY, other).await {
            addresses.extend(more);
        }
        Ok(addresses)
    }
}

/// The addresses of one family, or why there are none.
type Answer = Result<Vec<IpAddr>, NetworkFault>;

async fn ask(resolver: &TokioResolver, name: &str) -> Answer {
    let answer = resolver.lookup_ip(name).await.map_err(|error| fault(&error))?;
    let addresses: Vec<IpAddr> = answer.iter().take(MOST + 1).collect();
    if addresses.is_empty() { Err(NetworkFault::NoSuchName) } else { Ok(addresses) }
}

fn make(server: Option<SocketAddr>) -> Option<Families> {
    let of = |family| resolver(server, family);
    Some(Families { v4: of(LookupIpStrategy::Ipv4Only)?, v6: of(LookupIpStrategy::Ipv6Only)? })
}

fn resolver(server: Option<SocketAddr>, family: LookupIpStrategy) -> Option<TokioResolver> {
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
    builder.with_options(options(server.is_some(), family)).build().ok()
}

fn options(own_server: bool, family: LookupIpStrategy) -> ResolverOpts {
    let mut options = ResolverOpts::default();
    options.timeout = PATIENCE;
    options.attempts = ATTEMPTS;
    options.ip_strategy = family;
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
