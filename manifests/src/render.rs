//! Showing a diagnostic to a person: the line with a caret.
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::diagnostic::Diagnostic;

/// How much of a line is shown at most, in characters.
const WIDTH: usize = 200;

impl Diagnostic {
    /// `FILE:LINE:COL: message`, the line with a caret below, and the help. `text` is the file's whole text. Control
    /// characters are shown as escapes: nothing in a file reaches a terminal as a command.
    #[must_use]
    pub fn render(&self, text: &str) -> String {
        let mut lines = vec![escaped(&self.to_string())];
        lines.extend(self.snippet(text));
        lines.extend(self.help.as_ref().map(|help| format!("help: {}", escaped(help))));
        lines.join("\n")
    }

    fn snippet(&self, text: &str) -> Option<String> {
        let at = text.floor_char_boundary(self.span.start);
        let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
        let line = text.get(start..)?.split('\n').next()?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        let end = text.ceil_char_boundary(self.span.end).clamp(at, start + line.len().max(at - start));
        let (shown, span) =
            window(text.get(start..at)?, text.get(at..end)?, line.get(end - start..).unwrap_or_default());
        let annotation = AnnotationKind::Primary.span(span);
        let number = usize::try_from(self.line).ok()?;
        let snippet = Snippet::source(shown).line_start(number).annotation(annotation);
        let group = Group::with_level(Level::ERROR).element(snippet);
        let rendered = Renderer::plain().decor_style(DecorStyle::Ascii).render(&[group]);
        // A line without anything but the bar says nothing.
        let lines = rendered.lines().filter(|line| line.trim() != "|").map(str::trim_end);
        Some(lines.collect::<Vec<_>>().join("\n"))
    }
}

/// The line around the marked part, escaped and no wider than can be read, and where the marked part stands in it.
fn window(before: &str, marked: &str, after: &str) -> (String, std::ops::Range<usize>) {
    let from = before.char_indices().rev().nth(WIDTH / 2).map(|(at, _)| at);
    let before =
        from.map_or_else(|| escaped(before), |at| format!("…{}", escaped(before.get(at..).unwrap_or_default())));
    let (marked, after) = (cut(marked), cut(after));
    let span = before.len()..before.len() + marked.len();
    (format!("{before}{marked}{after}"), span)
}

/// The beginning of a text, escaped.
fn cut(text: &str) -> String {
    match text.char_indices().nth(WIDTH / 2) {
        Some((at, _)) => format!("{}…", escaped(text.get(..at).unwrap_or_default())),
        None => escaped(text),
    }
}

/// Control characters, and those that change the direction of text, as escapes; a tab as spaces.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => shown.push_str("    "),
            _ if is_unprintable(c) => shown.extend(c.escape_unicode()),
            _ => shown.push(c),
        }
    }
    shown
}

/// Control characters, line separators, and Unicode's marks of direction (UAX #9) and of width zero.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}
