//! The tools that a policy's rules name.
use super::Policy;
use crate::diagnostic::Diagnostic;
use crate::file::PolicyFile;
use crate::nearest::did_you_mean;

impl Policy {
    /// Each rule for one tool, or one function of a tool, of a name that is not among these: it can never match. A rule for
    /// a typed tool is one for all of its functions.
    #[must_use]
    pub fn unknown_tools(&self, known: &[String]) -> Vec<Diagnostic> {
        let is_known = |name: &str| {
            known.iter().any(|known| known == name || known.split_once('.').is_some_and(|(tool, _)| tool == name))
        };
        let mut unknown = Vec::new();
        for (file, source) in self.files().iter().zip(self.sources()) {
            for name in names(file).filter(|name| !name.contains(['*', '?', '{', '[']) && !is_known(name)) {
                let message = format!("no manifest has a tool `{}`", name.escape_debug());
                let help = did_you_mean(name, known.iter().map(String::as_str));
                unknown.push(Diagnostic::new(source, name.span.clone(), message).with_help(help));
            }
        }
        unknown
    }
}

/// The names in all rules for tools of a file.
fn names(file: &PolicyFile) -> impl Iterator<Item = &crate::file::At<String>> {
    let of_all = file.all.iter().flat_map(|all| &all.tools);
    let of_sets = file.sets.values().flat_map(|set| &set.tools);
    let of_types = file.types.values().flat_map(|task_type| &task_type.tools);
    of_all.chain(of_sets).chain(of_types).map(|rule| &rule.name)
}
