//! The operator's policy as files: one, or one with the parts that it includes.
use std::path::Path;

use sha2::{Digest as _, Sha256};
use toolward_manifests::{Budget, Policy, Source};

use crate::failure::Failure;
use crate::tool::{source, unloadable};

/// A policy with the texts that it was read from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The texts, the main file's first.
    pub texts: Vec<Source>,
    /// What they mean together.
    pub policy: Policy,
}

impl Loaded {
    /// Reads a policy and what it includes: all of it, or nothing.
    ///
    /// # Errors
    /// Where a file cannot be read, or the whole cannot be enforced exactly as written.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let main = source(path)?;
        let included = Policy::includes(&main).map_err(|diagnostics| unloadable(&diagnostics, &main))?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        let mut texts = vec![main];
        for name in included {
            // A part goes by the name that the main file gives it: two folders may have files of one name.
            texts.push(Source { name: name.clone(), ..source(&folder.join(&name))? });
        }
        Self::parse(texts)
    }

    /// A policy of texts that were read before.
    ///
    /// # Errors
    /// Where it cannot be enforced exactly as written.
    pub fn parse(texts: Vec<Source>) -> Result<Self, Failure> {
        let Some((main, parts)) = texts.split_first() else {
            return Err(Failure::internal("a policy without a text"));
        };
        match Policy::parse_split(main, parts) {
            Ok(policy) => Ok(Self { texts, policy }),
            Err(diagnostics) => {
                let named = diagnostics.first().map(|first| first.file.clone()).unwrap_or_default();
                let source = texts.iter().find(|text| text.name == named).unwrap_or(main);
                Err(unloadable(&diagnostics, source))
            }
        }
    }

    /// What one agent may use up in a day, in tasks of a type; `None` where there is no such type.
    #[must_use]
    pub fn per_day(&self, kind: &str) -> Option<Budget> {
        self.policy.types().find(|(name, _)| *name == kind).map(|(_, task_type)| task_type.per_day())
    }

    /// What tells this version from every other: of one file the SHA-256 of its text, of several that of all their names and
    /// texts, each after its length.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        if let [only] = self.texts.as_slice() {
            return Sha256::digest(&only.text).into();
        }
        let mut hash = Sha256::new();
        for text in self.texts.iter().flat_map(|source| [&source.name, &source.text]) {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
        hash.finalize().into()
    }
}
