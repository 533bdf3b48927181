//! The door in this process: behind it stand decide → record → permit → effect.
use std::sync::Arc;

use toolward_manifests::{Access, Kind};

use crate::door::{Answer, DirId, Door, Fault, FileId, NetworkRequest, Reply, Request};
use crate::files::{Files, Mounts, Protected};
use crate::mediate::{Denial, Mediator, Weight, Wish};
use crate::record::Totals;

/// The door of one call.
pub struct InProcess {
    mediator: Mediator,
    files: Files,
    environment: Vec<(String, String)>,
}

impl InProcess {
    /// A door for one call: what decides, what is mounted, what is protected, and the variables with their values,
    /// each of which is still decided when the guest asks.
    #[must_use]
    pub fn new(
        mediator: Mediator,
        mounts: Arc<Mounts>,
        protected: Arc<Protected>,
        environment: Vec<(String, String)>,
    ) -> Self {
        let files = Files::new(mounts, protected, mediator.open_files());
        Self { mediator, files, environment }
    }

    /// What was refused so far.
    pub fn denials(&self) -> Vec<Denial> {
        self.mediator.denials()
    }

    async fn environment(&self) -> Result<Reply, Fault> {
        let mut variables = Vec::with_capacity(self.environment.len());
        for (name, value) in &self.environment {
            let wishes = vec![Wish { access: Access::Env { name: name.clone() }, obstacle: None }];
            match self.mediator.mediate(wishes, Weight::Look).await {
                Ok(permit) => {
                    let (variable, receipt) = permit.spend(|| (name.clone(), value.clone()));
                    self.mediator.settle(receipt, &crate::record::Outcome::Done, None)?;
                    variables.push(variable);
                }
                Err(Fault::Refused) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(Reply::Environment(variables))
    }

    /// The network is closed in this version: whatever rules say, this is refused and recorded.
    fn network(&self, request: &NetworkRequest) -> Fault {
        let (kind, op, resource) = match request {
            NetworkRequest::Http { method, url } => (Kind::Http, method.as_str(), url.as_str()),
            NetworkRequest::Tcp => (Kind::Tcp, "connect", "*"),
            NetworkRequest::Udp => (Kind::Tcp, "connect", "udp"),
            NetworkRequest::Dns { name } => (Kind::Dns, "lookup", name.as_str()),
        };
        self.mediator.refuse_unruled(kind, bounded(op), bounded(resource), "this version opens no network")
    }
}

/// As much of what a guest named as is kept: a host name has 253 bytes at most, a URL some thousand.
const MAX_NAMED: usize = 4096;

fn bounded(text: &str) -> &str {
    let end = (0..=MAX_NAMED.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

impl Door for InProcess {
    fn perform(&self, request: Request) -> Answer<'_> {
        Box::pin(async move {
            match request {
                Request::Environment => self.environment().await.unwrap_or_else(Reply::Fault),
                Request::Network(request) => Reply::Fault(self.network(&request)),
                request => self.files.perform(&self.mediator, request).await,
            }
        })
    }

    fn close_file(&self, id: FileId, totals: Totals) {
        self.files.close_file(&self.mediator, id, &totals);
    }

    fn close_dir(&self, id: DirId) {
        self.files.close_dir(id);
    }

    fn preopens(&self) -> Vec<(DirId, String)> {
        self.files.preopens()
    }
}
