//! From text to a file type, with as many of its errors at once as can be told apart.
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer};

use super::explain::explain;
use crate::diagnostic::Diagnostic;
use crate::scope::Source;

/// More errors than this help nobody.
const MOST: usize = 20;

/// What a kind of file is called, and how long one may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileKind {
    pub(crate) name: &'static str,
    pub(crate) max_bytes: usize,
}

/// Reads a file's text. Where a rule, or an unknown key, is wrong, it is left out of the value and the rest is read, so
/// that its errors are found as well: a value that comes with diagnostics is for finding more of them, and nothing else.
pub(crate) fn read<T: DeserializeOwned>(source: &Source, kind: FileKind) -> (Option<T>, Vec<Diagnostic>) {
    if source.text.len() > kind.max_bytes {
        let message = format!("the {} has {} bytes, and may have {}", kind.name, source.text.len(), kind.max_bytes);
        return (None, vec![Diagnostic::new(source, 0..0, message)]);
    }
    let (mut document, errors) = DeTable::parse_recoverable(&source.text);
    if !errors.is_empty() {
        return (None, errors.iter().take(MOST).map(|error| explain(source, error)).collect());
    }
    let mut found = Vec::new();
    while found.len() < MOST {
        let error = match T::deserialize(Deserializer::from(document.clone())) {
            Ok(value) => return (Some(value), found),
            Err(error) => error,
        };
        // What is missing may be the key that was left out before, under its wrong name.
        if !found.is_empty() && error.message().starts_with("missing field") {
            break;
        }
        found.push(explain(source, &error));
        let Some(at) = error.span() else { break };
        let in_table = |table: &mut DeTable<'_>| prune(table, at.start, error.message().starts_with("unknown field"));
        if !in_table(document.get_mut()) {
            break;
        }
    }
    (None, found)
}

/// Removes the innermost rule (a table in an array) that holds a place, or else the key there where it is unknown.
/// Returns whether anything was removed.
fn prune(table: &mut DeTable<'_>, at: usize, is_unknown_key: bool) -> bool {
    if table.iter_mut().any(|(_, value)| prune_value(value, at, is_unknown_key)) {
        return true;
    }
    let unknown = table.keys().find(|key| is_unknown_key && key.span().start == at).cloned();
    unknown.is_some_and(|key| table.remove(&key).is_some())
}

fn prune_value(value: &mut Spanned<DeValue<'_>>, at: usize, is_unknown_key: bool) -> bool {
    match value.get_mut() {
        DeValue::Table(table) => prune(table, at, is_unknown_key),
        DeValue::Array(items) => {
            if items.iter_mut().any(|item| !is_table(item) && prune_value(item, at, is_unknown_key)) {
                return true;
            }
            let Some(index) = items.iter().position(|item| is_table(item) && holds(item, at)) else { return false };
            let others =
                std::mem::replace(items, DeArray::new()).into_iter().enumerate().filter(|(at, _)| *at != index);
            *items = others.map(|(_, item)| item).collect();
            true
        }
        DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            false
        }
    }
}

fn is_table(value: &Spanned<DeValue<'_>>) -> bool {
    value.get_ref().is_table()
}

/// Whether a value, or anything in it, stands at a place. A table's own span is its header where it has one.
fn holds(value: &Spanned<DeValue<'_>>, at: usize) -> bool {
    if value.span().contains(&at) {
        return true;
    }
    match value.get_ref() {
        DeValue::Table(table) => table.iter().any(|(key, value)| key.span().contains(&at) || holds(value, at)),
        DeValue::Array(items) => items.iter().any(|item| holds(item, at)),
        DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            false
        }
    }
}
