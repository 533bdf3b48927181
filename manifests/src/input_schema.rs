//! What the JSON Schema of a tool's input says of a place in it, as far as conditions ask: whether `null` is allowed there,
//! and which `format` a text has (JSON Schema 2020-12, Validation, sections 6.1 and 7).
use serde_json::Value;

/// A place is described by at most this many schemas; further ones are not looked at, which allows nothing.
const MAX_SCHEMAS: usize = 64;

/// A place in an input, with every schema that describes it.
#[derive(Debug, Clone)]
pub(crate) struct Place<'s> {
    root: &'s Value,
    schemas: Vec<&'s Value>,
}

impl<'s> Place<'s> {
    /// The input itself.
    pub(crate) fn root(schema: &'s Value) -> Self {
        Self::described_by(schema, std::iter::once(schema))
    }

    /// The field of this name.
    pub(crate) fn field(&self, name: &str) -> Self {
        let schema =
            |of: &&'s Value| of.get("properties").and_then(|all| all.get(name)).or(of.get("additionalProperties"));
        Self::described_by(self.root, self.schemas.iter().filter_map(schema))
    }

    /// Every element of the array.
    pub(crate) fn element(&self) -> Self {
        let first = |of: &&'s Value| of.get("prefixItems").and_then(Value::as_array).into_iter().flatten();
        let others = self.schemas.iter().filter_map(|of| of.get("items"));
        Self::described_by(self.root, self.schemas.iter().flat_map(first).chain(others))
    }

    /// Whether `null` is named among the values that are allowed. A schema without a `type` names none.
    pub(crate) fn allows_null(&self) -> bool {
        let is_null = |value: &Value| value.is_null();
        let named = |of: &Value, key: &str, is_it: &dyn Fn(&Value) -> bool| match of.get(key) {
            Some(Value::Array(values)) => values.iter().any(is_it),
            Some(value) => is_it(value),
            None => false,
        };
        self.schemas.iter().any(|of| {
            named(of, "type", &|name| name == "null")
                || named(of, "enum", &is_null)
                || of.get("const").is_some_and(Value::is_null)
        })
    }

    /// The formats of a text there.
    pub(crate) fn formats(&self) -> impl Iterator<Item = &'s str> {
        self.schemas.iter().filter_map(|of| of.get("format")?.as_str())
    }

    /// A place with these schemas, and all those that they refer to or combine.
    fn described_by(root: &'s Value, schemas: impl Iterator<Item = &'s Value>) -> Self {
        let mut all: Vec<&'s Value> = Vec::new();
        let add = |all: &mut Vec<&'s Value>, schema: &'s Value| {
            if all.len() < MAX_SCHEMAS && !all.iter().any(|known| std::ptr::eq(*known, schema)) {
                all.push(schema);
            }
        };
        schemas.for_each(|schema| add(&mut all, schema));
        let mut at = 0;
        while let Some(schema) = all.get(at).copied() {
            let referred = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
            referred.and_then(|pointer| root.pointer(pointer)).into_iter().for_each(|schema| add(&mut all, schema));
            for key in ["allOf", "anyOf", "oneOf"] {
                let combined = schema.get(key).and_then(Value::as_array).into_iter().flatten();
                combined.for_each(|schema| add(&mut all, schema));
            }
            at += 1;
        }
        Self { root, schemas: all }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn null_is_allowed_where_a_schema_names_it() {
        for (schema, allows) in [
            (json!({ "type": "null" }), true),
            (json!({ "type": ["string", "null"] }), true),
            (json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] }), true),
            (json!({ "enum": ["a", null] }), true),
            (json!({ "const": null }), true),
            (json!({ "$ref": "#/$defs/maybe" }), true),
            (json!({ "type": "string" }), false),
            (json!({}), false),
            (json!(true), false),
            (json!({ "enum": ["null"] }), false),
            (json!({ "$ref": "#/$defs/loop" }), false),
            (json!({ "$ref": "other.json" }), false),
        ] {
            let root = json!({ "properties": { "x": schema.clone() }, "$defs": {
                "maybe": { "oneOf": [{ "const": 1 }, { "type": "null" }] }, "loop": { "$ref": "#/$defs/loop" } } });
            assert_eq!(Place::root(&root).field("x").allows_null(), allows, "{schema}");
            let list = json!({ "$defs": root["$defs"], "properties": { "x": { "items": schema } } });
            assert_eq!(Place::root(&list).field("x").element().allows_null(), allows, "{list}");
        }
    }

    #[test]
    fn a_format_is_found_below_references_and_combinations() {
        let root = json!({ "$ref": "#/$defs/input", "$defs": {
            "input": { "properties": { "to": { "type": ["array", "null"], "items": { "$ref": "#/$defs/mail" } } } },
            "mail": { "anyOf": [{ "format": "email" }, { "type": "null" }] } } });
        let place = Place::root(&root).field("to").element();
        assert_eq!((place.formats().collect::<Vec<_>>(), place.allows_null()), (vec!["email"], true));
        assert_eq!(Place::root(&root).field("to").formats().count(), 0);
        assert_eq!(Place::root(&root).field("other").field("x").schemas.len(), 0);
    }
}
