//! The `[functions]` of a typed tool, and the `[config]` that it reads.
use std::collections::BTreeMap;

use super::Lowering;
use crate::file::{At, FunctionFile, ManifestFile};
use crate::manifest::Function;

impl Lowering<'_> {
    /// The functions, by name.
    pub(crate) fn functions(&mut self, file: &ManifestFile) -> BTreeMap<String, Function> {
        let Some(written) = &file.functions else { return BTreeMap::new() };
        if written.is_empty() {
            let help = "name a function, or leave the table out".to_owned();
            self.error_with_help(&written.span, "`functions` is empty", help);
        }
        let help = "a typed tool's input is its function's parameters";
        if let Some(command) = &file.command {
            let message = "a tool with `functions` has no `command`";
            self.error_with_help(&command.span, message, help.to_owned());
        }
        if let Some(input) = &file.tool.input {
            self.error_with_help(&input.span, "a tool with `functions` has no `input`", help.to_owned());
        }
        written.iter().map(|(name, function)| (name.value.clone(), self.function(name, function))).collect()
    }

    fn function(&mut self, name: &At<String>, written: &FunctionFile) -> Function {
        self.lower_name(name, "function's name");
        self.some_text(&written.description, "description");
        if let Some(export) = written.export.as_ref().filter(|export| !is_export(export)) {
            let help = "write `namespace:package/interface#function`, or `function` for one that the world exports";
            let message = format!("`{}` is no function of a component", export.escape_debug());
            self.error_with_help(&export.span, message, help.to_owned());
        }
        let export = written.export.as_ref().unwrap_or(name);
        Function { export: export.value.clone(), description: written.description.value.clone() }
    }

    /// The values, by key.
    pub(crate) fn config(&mut self, written: &BTreeMap<At<String>, At<String>>) -> BTreeMap<String, String> {
        for (key, value) in written {
            if key.is_empty() || key.chars().any(char::is_control) {
                self.error(&key.span, format!("`{}` is no key", key.escape_debug()));
            }
            if value.contains('\0') {
                self.error(&value.span, format!("the value of `{}` has a NUL", key.escape_debug()));
            }
        }
        written.iter().map(|(key, value)| (key.value.clone(), value.value.clone())).collect()
    }
}

/// Whether a text is a component's name of a function: `f`, `interface#f`, or `namespace:package/interface@1.0.0#f`
/// (Component Model, Explainer, "Import and Export Definitions").
fn is_export(text: &str) -> bool {
    let Some((interface, function)) = text.split_once('#') else { return is_kebab(text) };
    let interface = interface.split_once('@').map_or(interface, |(name, version)| {
        let is_version = version.split('.').count() >= 3 && version.bytes().all(is_version_byte);
        if is_version { name } else { "" }
    });
    let names = interface.split([':', '/']);
    let is_package =
        interface.matches(':').count() == interface.matches('/').count() && interface.matches(':').count() < 2;
    is_package && interface.find(':') <= interface.find('/') && names.into_iter().all(is_kebab) && is_kebab(function)
}

fn is_version_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-+".contains(&byte)
}

/// Words of letters and digits, each in one case and with a letter in front, between single dashes.
fn is_kebab(name: &str) -> bool {
    name.split('-').all(|word| {
        let one_case =
            !word.contains(|c: char| c.is_ascii_lowercase()) || !word.contains(|c: char| c.is_ascii_uppercase());
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.bytes().all(|b| b.is_ascii_alphanumeric())
            && one_case
    })
}

#[cfg(test)]
mod tests {
    use super::is_export;

    #[test]
    fn an_export_is_a_function_or_an_interfaces_function() {
        for text in ["diff", "a-b2", "HTTP-get", "text#diff", "toolward:text/text#diff", "a:b/c@0.2.0-rc.1#d-e"] {
            assert!(is_export(text), "{text}");
        }
        for text in [
            "",
            "#",
            "a#",
            "#a",
            "a:b#c",
            "a/b#c",
            "a:b/c",
            "a:b/c@1#d",
            "a:b/c@#d",
            "a_b",
            "-a",
            "a-",
            "a--b",
            "aB",
            "1a",
            "a#b#c",
            "a/b:c#d",
            "a:b:c/d/e#f",
            "a b",
            "é",
        ] {
            assert!(!is_export(text), "{text}");
        }
    }
}
