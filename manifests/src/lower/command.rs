//! The `[command]` table: what its types alone do not say.
use super::Lowering;
use crate::command::Command;
use crate::file::{ArgFile, At, CommandFile, MappedFile, ScalarFile, StdinFile};

impl Lowering<'_> {
    pub(crate) fn command(&mut self, written: Option<&CommandFile>) -> Command {
        let Some(file) = written else { return Command::default() };
        if let Some(StdinFile::Field(field)) = &file.stdin {
            self.some_text(&field.field, "field");
        }
        let mut behind_dashes = false;
        for arg in &file.args {
            match &arg.value {
                ArgFile::Literal(text) if text.contains('\0') => self.error(&arg.span, "an argument has no NUL"),
                ArgFile::Literal(text) => behind_dashes |= text == "--",
                ArgFile::Mapped(mapped) => self.mapped(arg, mapped, behind_dashes),
            }
        }
        if let Some(ends) = &file.success {
            if ends.is_empty() {
                self.error(&ends.span, "`success` is empty: every call would fail");
            }
            for (at, end) in ends.iter().enumerate() {
                if ends.iter().take(at).any(|earlier| earlier == end) {
                    self.error(&end.span, "an end stands twice in `success`");
                }
            }
        }
        Command::from(file)
    }

    fn mapped(&mut self, arg: &At<ArgFile>, mapped: &MappedFile, behind_dashes: bool) {
        self.some_text(&mapped.field, "field");
        if mapped.flag.is_some() && mapped.option.is_some() {
            self.error(&arg.span, "an argument is a `flag` or an `option`, not both");
        }
        for (key, name) in [("flag", &mapped.flag), ("option", &mapped.option)] {
            let Some(name) = name else { continue };
            self.some_text(name, key);
            if let Some(default) = &mapped.default {
                self.error(&default.span, format!("`default` does not go with `{key}`"));
            }
        }
        if let (Some(_), Some(path)) = (&mapped.flag, &mapped.path) {
            self.error(&path.span, "`path` does not go with `flag`");
        }
        if let Some(At { value: ScalarFile::Text(text), span }) = &mapped.default
            && text.starts_with('-')
            && !behind_dashes
        {
            let help = "write it as an argument of its own, or behind a literal `--`".to_owned();
            self.error_with_help(span, "a `default` that begins with `-` would be read as an option", help);
        }
    }
}
