//! The door in this process: behind it stand decide → record → permit → effect.
use std::sync::Arc;

use toolward_manifests::{Access, Unit};

use crate::door::{Answer, DirId, Door, Fault, FileId, NetworkReply, NetworkRequest, Reply, Request, StreamId};
use crate::files::{Files, Mounts, Protected};
use crate::mediate::{Denial, Mediator, Weight, Wish};
use crate::net::{Net, Network};
use crate::record::Totals;

/// What stands behind the door of one call.
pub struct Behind {
    /// What is mounted.
    pub mounts: Arc<Mounts>,
    /// What is never written.
    pub protected: Arc<Protected>,
    /// The variables with their values, each of which is still decided when the guest asks.
    pub environment: Vec<(String, String)>,
    /// The network of this process.
    pub network: Arc<Network>,
    /// The tool that runs.
    pub tool: Arc<str>,
}

/// The door of one call.
pub struct InProcess {
    mediator: Mediator,
    files: Files,
    net: Net,
    environment: Vec<(String, String)>,
}

impl InProcess {
    /// A door for one call: what decides, and what stands behind the door.
    #[must_use]
    pub fn new(mediator: Mediator, behind: Behind) -> Self {
        let Behind { mounts, protected, environment, network, tool } = behind;
        let limits = mediator.scope().limits();
        let files = Files::new(mounts, protected, limits.open_files);
        let net = Net::new(network, tool, &limits, Arc::clone(mediator.standing()));
        Self { mediator, files, net, environment }
    }

    /// What was refused so far.
    pub fn denials(&self) -> Vec<Denial> {
        self.mediator.denials()
    }

    /// Why the host could not do its work, where it could not.
    pub fn why_broken(&self) -> Option<&str> {
        self.mediator.why_broken()
    }

    /// Whether the next access may taint the task, and decisions depend on that.
    pub fn may_become_tainted(&self) -> bool {
        self.mediator.may_become_tainted()
    }

    async fn environment(&self) -> Result<Reply, Fault> {
        let mut variables = Vec::with_capacity(self.environment.len());
        for (name, value) in &self.environment {
            let wishes = vec![Wish { access: Access::Env { name: name.clone() }, obstacle: None, told: None }];
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
}

impl Door for InProcess {
    fn perform(&self, request: Request) -> Answer<'_> {
        Box::pin(async move {
            let (records, sends) = (self.mediator.records_left(), sends(&request));
            let reply = match request {
                Request::Environment => self.environment().await.unwrap_or_else(Reply::Fault),
                Request::Network(request) => self.net.perform(&self.mediator, request).await,
                request => self.files.perform(&self.mediator, request).await,
            };
            let counted = records != self.mediator.records_left() || sends || receives(&reply);
            match if counted { Ok(()) } else { self.mediator.take_question() } {
                Ok(()) => reply,
                Err(fault) => Reply::Fault(fault),
            }
        })
    }

    fn close_file(&self, id: FileId, totals: Totals) {
        self.files.close_file(&self.mediator, id, &totals);
    }

    fn close_dir(&self, id: DirId) {
        self.files.close_dir(id);
    }

    fn close_stream(&self, id: StreamId) {
        // Where the record cannot be written the call fails at its own.
        let _told = self.net.close(&self.mediator, id);
    }

    fn may_write(&self, bytes: u64) -> Result<(), Fault> {
        self.mediator.standing().take(Unit::Written, bytes)
    }

    fn end(&self) {
        self.files.end(&self.mediator);
        self.net.end(&self.mediator);
    }

    fn preopens(&self) -> Vec<(DirId, String)> {
        self.files.preopens()
    }
}

/// Whether a request is counted by the bytes that it sends.
fn sends(request: &Request) -> bool {
    matches!(request, Request::Network(NetworkRequest::Write(_, bytes)) if !bytes.is_empty())
}

/// Whether a reply is counted by the bytes that it brings.
fn receives(reply: &Reply) -> bool {
    matches!(reply, Reply::Network(NetworkReply::Bytes(_)))
}
