//! What the operator has set up: the policy, the manifests, and the scope that they make of a task and a tool.
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use toolward_host_fns::files::Protected;
use toolward_manifests::{Diagnostic, Grant, Policy, Scope, Source};

use crate::callable::Callable;
use crate::failure::{Exit, Failure};
use crate::home::{Config, Home};
use crate::notice::Notice;
use crate::policy::Loaded;
use crate::tool::{Tool, unloadable};

/// The policy of a home, loaded.
#[derive(Debug)]
pub struct Installation {
    /// Where things lie.
    pub config: Config,
    /// The policy with its texts.
    pub loaded: Loaded,
}

/// A grant, and the task that it was given to.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The task (`t_…`); empty for one that is not opened yet.
    pub task: String,
    /// The grant's text.
    pub text: Source,
}

/// What a task adds to the policy: its type, its parameters, its grants.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The type of task.
    pub kind: String,
    /// Its parameters.
    pub parameters: BTreeMap<String, String>,
    /// Its grants: those of the tasks that it was narrowed from, the root's first, and its own.
    pub grants: Vec<Given>,
    /// The policy that it was opened under, where that is not the one that holds now: both decide.
    pub older: Option<Arc<Loaded>>,
}

impl Installation {
    /// Loads what `init` has set up.
    ///
    /// # Errors
    /// Where there is none, or the policy cannot be enforced exactly as written: then nothing is allowed.
    pub fn load(home: &Home) -> Result<Self, Failure> {
        let config = home.initialised()?;
        let loaded = Loaded::read(&config.policy).map_err(|failure| failure.or_notice(Notice::PolicyBroken))?;
        Ok(Self { config, loaded })
    }

    /// The policy that holds now.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.loaded.policy
    }

    /// The tool of this name.
    ///
    /// # Errors
    /// As [`Tool::named`].
    pub fn tool(&self, name: &str) -> Result<Tool, Failure> {
        Tool::named(&self.config.manifests, name)
    }

    /// What this name means: a tool, or one function of a typed tool.
    ///
    /// # Errors
    /// As [`Callable::named`].
    pub fn callable(&self, name: &str) -> Result<Callable, Failure> {
        Callable::named(&self.config.manifests, name)
    }

    /// The scope of a tool in a task.
    ///
    /// # Errors
    /// Where a layer cannot be enforced with the task's parameters.
    pub fn scope(&self, tool: Option<&Tool>, terms: &Terms) -> Result<Scope, Failure> {
        let policies = [Some(&self.loaded), terms.older.as_deref()];
        let texts = || policies.iter().flatten().flat_map(|loaded| &loaded.texts);
        let unfit = |diagnostics: Vec<Diagnostic>| {
            let named = diagnostics.first().map(|first| first.file.clone()).unwrap_or_default();
            let mut sources = tool
                .map(|tool| &tool.source)
                .into_iter()
                .chain(terms.grants.iter().map(|given| &given.text))
                .chain(texts());
            let source = sources.find(|source| source.name == named).cloned().unwrap_or_default();
            unloadable(&diagnostics, &source)
        };
        let grant = |given: &Given| Ok(Grant::parse(&given.text)?.given_to(&given.task));
        let grants: Vec<Grant> = terms.grants.iter().map(grant).collect::<Result<_, _>>().map_err(unfit)?;
        let grants: Vec<&Grant> = grants.iter().collect();
        let policies: Vec<_> = policies.iter().flatten().map(|loaded| (&loaded.policy, terms.kind.as_str())).collect();
        Scope::of_parsed(tool.map(|tool| &tool.manifest), &policies, &grants, &terms.parameters).map_err(unfit)
    }

    /// What is never written through a mount: the files of the policy and the folder of the manifests.
    ///
    /// # Errors
    /// Where they cannot be looked at.
    pub fn protected(&self) -> Result<Protected, Failure> {
        let mut protected = Protected::default();
        let folder = self.config.policy.parent().unwrap_or(Path::new("/"));
        protected.add(&self.config.policy).map_err(Failure::at(&self.config.policy))?;
        for part in self.loaded.texts.iter().skip(1) {
            let part = folder.join(&part.name);
            protected.add(&part).map_err(Failure::at(&part))?;
        }
        protected.add_dir(&self.config.manifests).map_err(Failure::at(&self.config.manifests))?;
        // What other tools of the folder are made of, as far as it is there: a later call runs it.
        for (_, tool) in Tool::all(&self.config.manifests)? {
            let tool = match tool {
                Ok(tool) => tool,
                // What this machine is too short of to look at may be loaded by a later call all the same.
                Err(failure) if failure.exit == Exit::Internal => return Err(failure),
                Err(_) => continue,
            };
            for file in tool.files().into_iter().filter(|file| file.exists()) {
                protected.add(&file).map_err(Failure::at(&file))?;
            }
        }
        Ok(protected)
    }
}
