//! JSON Schemas of the files, generated from the types that read them.
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;

use crate::file::{GrantFile, ManifestFile, PolicyFile};

/// The schema of a manifest.
#[must_use]
pub fn manifest() -> Value {
    let mut schema = of::<ManifestFile>();
    require_why(&mut schema);
    schema
}

/// The schema of a policy.
#[must_use]
pub fn policy() -> Value {
    of::<PolicyFile>()
}

/// The schema of a grant.
#[must_use]
pub fn grant() -> Value {
    of::<GrantFile>()
}

fn of<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
}

/// A manifest's rules have a reason, and no values for variables.
fn require_why(schema: &mut Value) {
    let definitions = schema.get_mut("$defs").and_then(Value::as_object_mut);
    for (name, definition) in definitions.into_iter().flatten().filter(|(name, _)| name.ends_with("Rule")) {
        if let Some(required) = definition.get_mut("required").and_then(Value::as_array_mut) {
            required.push("why".into());
        }
        if name == "EnvRule"
            && let Some(properties) = definition.get_mut("properties").and_then(Value::as_object_mut)
        {
            properties.remove("value");
        }
    }
}
