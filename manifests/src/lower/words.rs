//! Names, digests and file names.
use super::Lowering;
use crate::file::At;
use crate::tool_name::{help, is_callable, is_name};

impl Lowering<'_> {
    /// A SHA-256: checked, and kept as it is.
    pub(crate) fn sha256(&mut self, written: &At<String>) -> String {
        let digits = written.chars().count();
        if !written.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            let help = "write 64 digits of lower-case hex".to_owned();
            self.error_with_help(&written.span, format!("`{}` is no SHA-256", written.escape_debug()), help);
        } else if digits != 64 {
            let message = format!("a SHA-256 has 64 digits, not {digits}");
            self.error_with_help(&written.span, message, "`sha256sum FILE` prints it".to_owned());
        }
        written.value.clone()
    }

    /// The name of a tool or of its function, which `what` says.
    pub(crate) fn lower_name(&mut self, written: &At<String>, what: &str) {
        if !is_name(written) {
            let message = format!("`{}` is no {what}", written.escape_debug());
            self.error_with_help(&written.span, message, help(written, is_name));
        }
    }

    /// What is called: a tool by its exact name, or one function of it.
    pub(crate) fn called_name(&mut self, written: &At<String>) {
        if !is_callable(written) {
            let message = format!("`{}` is no tool and no function of one", written.escape_debug());
            self.error_with_help(&written.span, message, help(written, is_callable));
        }
    }

    /// The name of an agent, a type or a set.
    pub(crate) fn own_name(&mut self, written: &At<String>, what: &str) {
        let fits = written.starts_with(|c: char| c.is_ascii_alphanumeric())
            && written.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
            && written.len() <= 64;
        if !fits {
            let help = "write letters, digits, `-`, `_` and `.`: 64 characters at most".to_owned();
            self.error_with_help(&written.span, format!("`{}` is no name of {what}", written.escape_debug()), help);
        }
    }

    /// A text that has to say something, in one line.
    pub(crate) fn some_text(&mut self, written: &At<String>, key: &str) {
        if written.trim().is_empty() {
            self.error(&written.span, format!("`{key}` is empty"));
        } else if written.contains('\0') {
            self.error(&written.span, format!("`{key}` has a NUL"));
        }
    }
}
