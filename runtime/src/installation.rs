//! What the operator has set up: the policy, the manifests, and the scope that they make of a task and a tool.
use std::collections::BTreeMap;
use std::path::Path;

use toolward_host_fns::files::Protected;
use toolward_manifests::{Diagnostic, Grant, Policy, Scope, Source};

use crate::callable::Callable;
use crate::failure::Failure;
use crate::home::{Config, Home};
use crate::tool::{Tool, source, unloadable};

/// The policy of a home, loaded.
#[derive(Debug)]
pub struct Installation {
    /// Where things lie.
    pub config: Config,
    /// The policy's text.
    pub source: Source,
    /// The policy.
    pub policy: Policy,
}

/// What a task adds to the policy: its type, its parameters, its grant.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The type of task.
    pub kind: String,
    /// Its parameters.
    pub parameters: BTreeMap<String, String>,
    /// Its grant.
    pub grant: Option<Source>,
}

impl Installation {
    /// Loads what `init` has set up.
    ///
    /// # Errors
    /// Where there is none, or the policy cannot be enforced exactly as written: then nothing is allowed.
    pub fn load(home: &Home) -> Result<Self, Failure> {
        let config = home.initialised()?;
        let source = source(&config.policy)?;
        let policy = Policy::parse(&source).map_err(|diagnostics| unloadable(&diagnostics, &source))?;
        Ok(Self { config, source, policy })
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
        let unfit = |diagnostics: Vec<Diagnostic>| {
            let named = diagnostics.first().map(|first| first.file.clone()).unwrap_or_default();
            let sources = [tool.map(|tool| &tool.source), terms.grant.as_ref(), Some(&self.source)];
            let source = sources.into_iter().flatten().find(|source| source.name == named).unwrap_or(&self.source);
            unloadable(&diagnostics, source)
        };
        let grant = terms.grant.as_ref().map(Grant::parse).transpose().map_err(unfit)?;
        let policy = Some((&self.policy, terms.kind.as_str()));
        Scope::of_parsed(tool.map(|tool| &tool.manifest), policy, grant.as_ref(), &terms.parameters).map_err(unfit)
    }

    /// What is never written through a mount: the policy and the folder of the manifests.
    ///
    /// # Errors
    /// Where they cannot be looked at.
    pub fn protected(&self) -> Result<Protected, Failure> {
        let mut protected = Protected::default();
        let failed = |path: &Path| {
            let name = path.display().to_string();
            move |error: std::io::Error| Failure::usage(format!("`{name}`: {error}"))
        };
        protected.add(&self.config.policy).map_err(failed(&self.config.policy))?;
        protected.add_dir(&self.config.manifests).map_err(failed(&self.config.manifests))?;
        // What other tools of the folder are made of, as far as it is there: a later call runs it.
        for (_, tool) in Tool::all(&self.config.manifests)? {
            let Ok(tool) = tool else { continue };
            for file in tool.files().into_iter().filter(|file| file.exists()) {
                protected.add(&file).map_err(failed(&file))?;
            }
        }
        Ok(protected)
    }
}
