//! A grant: what one task was given.
use crate::budget::Budget;
use crate::diagnostic::Diagnostic;
use crate::file::{FileKind, GrantFile, read};
use crate::limits::Limits;
use crate::lower::Lowering;
use crate::rule::Rules;
use crate::scope::Source;
use crate::verdict::Layer;

/// A task's grant, which can be enforced exactly as written.
#[derive(Debug, Clone)]
pub struct Grant {
    file: GrantFile,
    pub(crate) limits: Limits,
    budget: Budget,
    pub(crate) source: Source,
    /// The task that it was given to, where it was given to one.
    pub(crate) task: String,
    pub(crate) rules: Rules,
}

impl Grant {
    /// The longest grant, in bytes: some four thousand rules. An agent writes the grants of narrowed tasks, and each is
    /// parsed for every call.
    pub const MAX_BYTES: usize = 256 << 10;

    /// Parses a grant.
    ///
    /// # Errors
    /// What cannot be enforced exactly as written, the first in the file first.
    pub fn parse(source: &Source) -> Result<Self, Vec<Diagnostic>> {
        let (file, errors) = read::<GrantFile>(source, FileKind { name: "grant", max_bytes: Self::MAX_BYTES });
        let mut lowering = Lowering::new(source, Layer::Grant, errors);
        let grant = file.map(|file| {
            lowering.schema(&file.schema);
            let limits = lowering.limits(file.limits.as_ref(), Limits::MOST);
            let budget = lowering.budget(file.budget.as_ref());
            let mut rules = lowering.rules("", file.rules());
            rules.name_digests();
            Self { file, limits, budget, source: source.clone(), task: String::new(), rules }
        });
        lowering.finish(grant)
    }

    /// The grant as it was given to a task: what its rules count and ask about is what is done under it.
    #[must_use]
    pub fn given_to(self, task: &str) -> Self {
        Self { task: task.to_owned(), ..self }
    }

    /// What the task may use up, as far as the grant says.
    #[must_use]
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// The grant as it is written.
    #[must_use]
    pub fn file(&self) -> &GrantFile {
        &self.file
    }

    /// The grant as TOML that parses to the same.
    ///
    /// # Errors
    /// A value that TOML cannot hold; none that was parsed is one.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(&self.file)
    }
}
