//! Narrowing: a task for a sub-agent, never wider, never longer, its budget out of the parent's.
use std::time::Duration;

use toolward_manifests::Source;

use super::layers::given;
use super::open::{budget_of, opened};
use super::{Broker, OpenedTask};
use crate::failure::{Exit, Failure};
use crate::notice::Notice;
use crate::state::tasks::{self, Handle, Kin, NewTask, Task, Tasks};
use crate::state::{Moment, fresh_id};

/// What is wanted of a narrower task.
#[derive(Debug, Default)]
pub struct NarrowRequest {
    /// How long it shall live.
    pub ttl: Option<Duration>,
    /// One layer more.
    pub grant: Option<Source>,
}

impl Broker {
    /// Narrows a task: what its scope allows, every layer of the parent allows too.
    ///
    /// # Errors
    /// Where the policy lets it be narrowed no further, the time is longer than the parent's, or the grant does not load.
    pub fn narrow(&self, parent: &Task, request: NarrowRequest) -> Result<OpenedTask, Failure> {
        let Task { opening, .. } = parent;
        let agent = opening.agent.as_deref().unwrap_or_default();
        let refused = |failure: &Failure| self.opening_refused(agent, &opening.kind, Some(&opening.id), failure);
        self.try_narrow(parent, request).inspect_err(refused)
    }

    fn try_narrow(&self, parent: &Task, request: NarrowRequest) -> Result<OpenedTask, Failure> {
        let installation = self.installation()?;
        self.has_room(&installation)?;
        let depth = parent.opening.kin.as_ref().map_or(0, |kin| kin.depth) + 1;
        let kind = &parent.opening.kind;
        let task_type = installation.policy().types().find(|(name, _)| name == kind).map(|(_, task_type)| task_type);
        let deepest = task_type.map_or(0, |task_type| task_type.narrow());
        if depth > deepest {
            let message = match deepest {
                0 => format!("a task of type `{kind}` may not be narrowed"),
                _ => format!("a task of type `{kind}` may be narrowed {deepest} deep, and this one is"),
            };
            let failure = Failure::new(Exit::Denied, message).help("`narrow` in the policy's type says how deep");
            return Err(failure.notice(Notice::NotNarrowed));
        }
        let now = Moment::now();
        let (left, ttl) = (parent.left(&now), request.ttl);
        if let Some(asked) = ttl.filter(|asked| *asked > left || asked.is_zero()) {
            if asked.is_zero() {
                return Err(Failure { exit: Exit::Denied, ..Notice::NoTime.into() });
            }
            let message = format!("the task lives {} more, and none narrowed from it lives longer", shown(left));
            let failure = Failure::new(Exit::Denied, message).help("leave `--ttl` out, or ask for less");
            return Err(failure.notice(Notice::LongerThanParent));
        }
        let budget = budget_of(request.grant.as_ref())?;
        let handle = Handle::fresh()?;
        let task = NewTask {
            id: fresh_id("t_")?,
            handle: handle.digest(),
            kin: Some(Kin { parent: parent.opening.id.clone(), root: parent.root().to_owned(), depth }),
            opened_by: format!("task {}", parent.opening.id),
            grant: request.grant,
            expires: ttl.map_or(parent.opening.expires, |ttl| (now.wall + ttl).min(parent.opening.expires)),
            opened: now,
            budget,
            ..parent.opening.clone()
        };
        // A grant that cannot be enforced is found here, and not at the first call.
        let mut layers = self.layers(parent, &installation)?;
        layers.terms.grants.extend(given(&task));
        installation.scope(None, &layers.terms).map_err(|failure| failure.or_notice(Notice::UnfitGrant))?;
        let per_day = task_type.map(|task_type| task_type.per_day()).unwrap_or_default();
        let terms = tasks::Terms { per_day, ..tasks::Terms::default() };
        opened(self.state.db.create(&task, &terms)?, &task)?;
        // What its mounts leave out was told when the task was opened.
        Ok(OpenedTask { id: task.id, handle, expires: task.expires, unreachable: Vec::new() })
    }
}

fn shown(left: Duration) -> String {
    toolward_manifests::unit::duration_text(Duration::from_secs(left.as_secs()))
}
