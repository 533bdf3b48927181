//! What a tool takes, for whoever may call it in a task: nothing of the host, and nothing of other tools.
use serde_json::{Value, json};

use super::Broker;
use crate::call::{Loading, Program};
use crate::callable;
use crate::engine::Loader;
use crate::failure::Failure;
use crate::notice::Notice;
use crate::state::tasks::Task;
use crate::typed::Artifact;
use crate::worker::User;

impl Broker {
    /// The name, the description and the schemas of a tool or a function that a task may call. One that it may not call is
    /// as one that is not there.
    ///
    /// # Errors
    /// Where there is none in this task, or it cannot be loaded.
    pub fn described(&self, task: &Task, name: &str, loader: &Loader) -> Result<Value, Failure> {
        let none = || Failure::from(Notice::NoSuchTool(name.to_owned()));
        if !callable::can_be_named(name) {
            return Err(none());
        }
        let installation = self.installation()?;
        let layers = self.layers(task, &installation)?;
        let found = installation.callable(name);
        let sha256 = found.as_ref().ok().and_then(|found| found.tool.manifest.component_sha256());
        let scope = installation.scope(None, &layers.terms)?;
        if !scope.may_call(name, sha256) {
            return Err(none());
        }
        let found = found?;
        let Some(function) = found.export() else {
            let input = found.tool.input_schema()?;
            return Ok(json!({ "name": name, "description": found.description(), "input": input }));
        };
        crate::prerequisites::check()?;
        self.isolation.gives(installation.policy().isolation())?;
        let component = found.tool.component(installation.policy().development(), loader.cache())?;
        let limits = found.tool.manifest.limits();
        let user = User::of_nobody(name);
        let wanted = Loading {
            artifact: Artifact { component: &component, loader },
            function: Some(function),
            limits: &limits,
            writes: false,
            user: &user,
        };
        let mut program = Program::new(&self.isolation, wanted);
        let signature = program.signature()?.ok_or_else(|| Failure::internal(format!("`{name}` has no signature")))?;
        Ok(json!({
            "name": name, "description": found.description(), "input": signature.input_schema(),
            "output": signature.output_schema(), "error": signature.error_schema(),
        }))
    }
}
