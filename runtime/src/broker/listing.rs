//! What a task may call.
use super::Broker;
use crate::callable::Callable;
use crate::failure::Failure;
use crate::state::tasks::Task;
use crate::tool::Tool;

impl Broker {
    /// The names and descriptions of what a task may call, with some input and at some time.
    ///
    /// # Errors
    /// Where policy, manifests or store cannot be read.
    pub fn callable(&self, task: &Task) -> Result<Vec<(String, String)>, Failure> {
        let installation = self.installation()?;
        let layers = self.layers(task, &installation)?;
        let scope = installation.scope(None, &layers.terms)?;
        let mut found = Vec::new();
        for (_, tool) in Tool::all(&installation.config.manifests)? {
            let Ok(tool) = tool else { continue };
            let sha256 = tool.manifest.component_sha256();
            let open = Callable::all_of(&tool).into_iter().filter(|(name, _)| scope.may_call(name, sha256));
            found.extend(open.map(|(name, description)| (name, description.to_owned())));
        }
        Ok(found)
    }
}
