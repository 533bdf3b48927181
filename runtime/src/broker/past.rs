//! What a task did before, and what a call adds to it: values are kept as keyed hashes alone.
use serde_json::Value;
use toolward_manifests::scope::{MOST_ATOMS, MarkId, Sighting};
use toolward_manifests::{Call, Scope, provenance};

use super::Broker;
use crate::call::Output;
use crate::failure::Failure;
use crate::installation::Installation;
use crate::json::Size;
use crate::state::SecretKey;
use crate::state::tasks::{Past, SeenValue, Supplied, Task, Tasks};

impl Broker {
    /// What the tree of a task did before, as far as a call's rules ask for it.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub(crate) fn past(
        &self,
        task: &Task,
        scope: &Scope,
        call: &Call,
        installation: &Installation,
    ) -> Result<Past, Failure> {
        let sightings = scope.sightings(call);
        let key = &self.state.keys.digest;
        let asked: Vec<SeenValue<'_>> = sightings
            .iter()
            .map(|sighting: &Sighting| SeenValue {
                sighting,
                hash: hash(key, task.root(), sighting.mark, &sighting.atom),
            })
            .collect();
        // A source counts by the digest that its manifest names now: another component of its name is another tool.
        let is_current = |tool: &str, sha256: &str| {
            let named = installation.callable(tool).ok();
            let named = named.as_ref().map(|callable| callable.tool.manifest.component_sha256());
            named.is_some_and(|named| named.is_none_or(|named| named == sha256))
        };
        Ok(self.state.db.past(task, &asked, scope.witnesses(), &is_current)?)
    }

    /// What a call that succeeded leaves behind for rules to ask about. A tree is made of its output only where a rule asks
    /// what it supplied.
    ///
    /// # Errors
    /// Where the output cannot be read for want of memory.
    pub(crate) fn supplied(
        &self,
        task: &Task,
        scope: &Scope,
        call: &Call,
        id: &str,
        (output, stdout): (&Output, &[u8]),
    ) -> Result<Supplied, Failure> {
        let marks = scope.marks(call);
        let mut values = Vec::new();
        if !marks.sources.is_empty() {
            let tree = Size::of(stdout).tree_bytes();
            values = self.memory.reading(stdout.len(), tree, || match output.tree(stdout) {
                Ok(output) => self.values(task, call, &marks.sources, &output),
                Err(excess) => {
                    tracing::warn!(tool = call.tool, "rules see no value of an output: {excess}");
                    Vec::new()
                }
            })?;
        }
        Ok(Supplied {
            call: id.to_owned(),
            tool: call.tool.clone(),
            sha256: call.sha256.clone().unwrap_or_default(),
            succeeded: marks.succeeded,
            values,
        })
    }

    /// The values that a call supplied to rules, as hashes.
    fn values(
        &self,
        task: &Task,
        call: &Call,
        sources: &[(MarkId, Option<provenance::Field>)],
        output: &Value,
    ) -> Vec<[u8; 32]> {
        let key = &self.state.keys.digest;
        let mut values = Vec::new();
        for (mark, field) in sources {
            let found = provenance::atoms(output, &call.input, field.as_ref(), MOST_ATOMS);
            if found.truncated {
                tracing::warn!(tool = call.tool, "the output has more values than are kept: rules do not see the rest");
            }
            values.extend(found.atoms.iter().map(|atom| hash(key, task.root(), *mark, atom)));
        }
        values
    }
}

/// A value as the store keeps it: BLAKE3 under the home's key, of the tree, the pattern and the value, so that neither
/// another task's values nor guesses can be compared with it.
fn hash(key: &SecretKey, root: &str, mark: MarkId, atom: &str) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_keyed(&key.0);
    hasher.update(b"seen\0").update(root.as_bytes()).update(&[0]);
    hasher.update(&mark.layer.0).update(&mark.pattern).update(atom.as_bytes());
    *hasher.finalize().as_bytes()
}
