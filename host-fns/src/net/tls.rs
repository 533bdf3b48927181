//! TLS: rustls with the system's roots and those that the operator adds; nothing weaker is ever tried.
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use toolward_manifests::pattern::Host;

use crate::door::NetworkFault;

/// Certificates of authorities, from PEM.
#[derive(Debug, Clone, Default)]
pub struct Roots(Vec<CertificateDer<'static>>);

/// A file that holds no certificates that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRoots(String);

impl std::fmt::Display for BadRoots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadRoots {}

impl Roots {
    /// Adds the certificates of a PEM text; `file` is for the error.
    ///
    /// # Errors
    /// [`BadRoots`] where it holds none, or one that is no authority's.
    pub fn add_pem(&mut self, file: &Path, pem: &[u8]) -> Result<(), BadRoots> {
        let wrong = |what: &dyn std::fmt::Display| BadRoots(format!("`{}`: {what}", file.display()));
        let certificates: Vec<_> =
            CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|error| wrong(&error))?;
        if certificates.is_empty() {
            return Err(wrong(&"it holds no certificate"));
        }
        let mut store = RootCertStore::empty();
        for certificate in certificates {
            store.add(certificate.clone()).map_err(|error| wrong(&error))?;
            self.0.push(certificate);
        }
        Ok(())
    }
}

/// Whom this process trusts; the system's roots are read when first needed.
pub(super) struct Trust {
    roots: Roots,
    config: OnceLock<Option<Arc<ClientConfig>>>,
}

impl Trust {
    pub(super) fn new(roots: Roots) -> Self {
        Self { roots, config: OnceLock::new() }
    }

    pub(super) fn config(&self) -> Result<Arc<ClientConfig>, NetworkFault> {
        self.config.get_or_init(|| client(&self.roots)).clone().ok_or(NetworkFault::Tls)
    }
}

/// The name that a certificate must be for.
pub(super) fn server_name(host: &Host) -> Result<ServerName<'static>, NetworkFault> {
    match host {
        Host::Name(name) => ServerName::try_from(name.to_string()).map_err(|_| NetworkFault::Certificate),
        Host::Ip(ip) => Ok(ServerName::from(*ip)),
    }
}

fn client(own: &Roots) -> Option<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    let system = rustls_native_certs::load_native_certs();
    for error in &system.errors {
        tracing::warn!(%error, "a root certificate of the system cannot be read");
    }
    roots.add_parsable_certificates(system.certs);
    roots.add_parsable_certificates(own.0.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.inspect_err(|error| tracing::error!(%error, "TLS cannot be set up")).ok()?;
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Some(Arc::new(config))
}
