//! A worker's door: whatever a guest asks, it asks of the broker.
use std::sync::Arc;

use toolward_host_fns::door::listed::Listed;
use toolward_host_fns::door::{Answer, DirId, Door, Fault, FileId, Reply, Request, StreamId};
use toolward_host_fns::record::Totals;

use super::link::{Link, leave};
use super::wire::FromWorker;

/// The door of one call.
pub(super) struct Asking {
    pub(super) link: Arc<Link>,
    pub(super) preopens: Vec<(DirId, String)>,
    /// What is known without asking again.
    pub(super) listed: Listed<()>,
    /// Whether bytes are asked for before they are written.
    pub(super) counts_written: bool,
}

/// A question while somebody waits for its answer.
struct Asked<'a> {
    id: u32,
    link: &'a Link,
}

impl Drop for Asked<'_> {
    /// What nobody waits for any more is not done, where it can still be helped.
    fn drop(&mut self) {
        self.link.forget(self.id);
    }
}

impl Door for Asking {
    fn perform(&self, request: Request) -> Answer<'_> {
        Box::pin(async move {
            let listing = match &request {
                Request::IdentityAt(at) if let Some(((), identity)) = self.listed.take(at) => {
                    self.link.mention(request);
                    return Reply::Identity(identity);
                }
                Request::Entries(dir) => Some(*dir),
                _ => None,
            };
            self.listed.heed(&request);
            let asked = Asked { id: self.link.ask(|id| FromWorker::Ask(id, request)), link: &self.link };
            let reply = asked.link.answer(asked.id).await;
            if let (Some(dir), Reply::Entries(entries)) = (listing, &reply) {
                self.listed.keep(dir, (), entries);
            }
            reply
        })
    }

    fn perform_now(&self, request: Request) -> Reply {
        let id = self.link.ask(|id| FromWorker::Ask(id, request));
        self.link.answer_now(id)
    }

    fn close_file(&self, id: FileId, totals: Totals) {
        self.link.say(&FromWorker::CloseFile(id, totals));
    }

    fn close_dir(&self, id: DirId) {
        self.link.say(&FromWorker::CloseDir(id));
    }

    fn close_stream(&self, id: StreamId) {
        self.link.tell(&FromWorker::CloseStream(id));
    }

    fn may_write(&self, bytes: u64) -> Result<(), Fault> {
        if !self.counts_written {
            return Ok(());
        }
        let id = self.link.ask(|id| FromWorker::MayWrite(id, bytes));
        leave(&self.link.answer_now(id))
    }

    /// The broker sees to that when the call has ended.
    fn end(&self) {}

    fn preopens(&self) -> Vec<(DirId, String)> {
        self.preopens.clone()
    }
}
