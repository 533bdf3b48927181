//! The environment of a call.
use std::collections::BTreeMap;

use super::Scope;
use crate::access::Access;
use crate::verdict::{Layer, Verdict};

impl Scope {
    /// The environment of a call: each variable that a rule of every layer allows and some layer gives a value. The
    /// policy's value comes before the grant's; in a policy the type's comes before that of a set, and of all types.
    #[must_use]
    pub fn environment(&self) -> BTreeMap<String, String> {
        let mut environment = BTreeMap::new();
        for rule in self.layers.iter().filter(|layer| layer.layer != Layer::Manifest).flat_map(|layer| &layer.rules.env)
        {
            if let (Some(name), Some(value)) = (rule.on.name.literal(), &rule.on.value)
                && self.allows_reading(name)
            {
                environment.entry(name.to_owned()).or_insert_with(|| value.clone());
            }
        }
        environment
    }

    /// The same with values from whoever runs the tool by hand.
    ///
    /// # Errors
    /// A variable that no rule allows, or a value that no variable can have.
    pub fn environment_with(&self, given: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, String> {
        let mut environment = self.environment();
        for (name, value) in given {
            let shown = name.escape_debug();
            if !self.allows_reading(name) {
                let help = format!("add it to the manifest: `[[env]]`, `name = \"{shown}\"`, `allow = [\"read\"]`");
                return Err(format!("no rule lets the tool read the variable `{shown}` ({help})"));
            }
            if value.contains('\0') {
                return Err(format!("the value of the variable `{shown}` has a NUL"));
            }
            environment.insert(name.clone(), value.clone());
        }
        Ok(environment)
    }

    fn allows_reading(&self, name: &str) -> bool {
        matches!(self.decide(&Access::Env { name: name.to_owned() }), Verdict::Allow(_))
    }
}
