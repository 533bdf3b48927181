//! How a diagnostic is shown.
use toolward_manifests::{Diagnostic, Manifest, Scope, Source};

use crate::world::{World, source};

#[test]
fn an_error_shows_file_line_column_the_line_with_a_caret_and_what_to_do() {
    let source = source("m.toml", "schema = 1\n\n[tools]\nname = \"x\"\n".to_owned());
    let errors = Manifest::parse(&source).unwrap_err();
    assert_eq!(errors[0].render(&source.text), "m.toml:3:1: expected an array, not a table\n3 | [tools]\n  | ^^^^^^^");
}

#[test]
fn columns_count_characters_and_carets_stand_below_wide_text() {
    let text = "a = \"日本\" # x\n".to_owned();
    let source = source("m.toml", text);
    let at = source.text.find('#').unwrap();
    let diagnostic = Diagnostic::new(&source, at..at + 1, "here").with_help("look".to_owned());
    let shown = diagnostic.render(&source.text);
    assert_eq!(shown, "m.toml:1:10: here\n1 | a = \"日本\" # x\n  |            ^\nhelp: look");
}

#[test]
fn nothing_in_a_file_reaches_a_terminal_as_a_command() {
    let text = "x = \"\u{1b}[2J\u{202e}\u{7}\"\r\ny".to_owned();
    let source = Source { name: "\u{1b}[31mm.toml".to_owned(), text };
    let diagnostic = Diagnostic::new(&source, 0..1, "bad \u{1b}").with_help("help \u{9b}".to_owned());
    let shown = diagnostic.render(&source.text);
    assert!(!shown.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'), "{shown:?}");
    assert!(shown.contains(r"\u{1b}[2J\u{202e}\u{7}"), "{shown}");
}

#[test]
fn any_span_of_any_text_can_be_shown() {
    for text in ["", "\n", "é", "a\r\nb", "\t\té\n\n", "\u{feff}x"] {
        let source = source("m.toml", text.to_owned());
        for start in 0..=text.len() + 1 {
            for end in start..=text.len() + 1 {
                let shown = Diagnostic::new(&source, start..end, "here").render(text);
                assert!(shown.starts_with("m.toml:"), "{shown}");
            }
        }
    }
}

#[test]
fn an_error_of_binding_points_into_the_layer_that_has_the_rule() {
    let world = World::new().policy("").grant("[[files]]\npath = \"/{x}/**\"\nallow = [\"read\"]\n");
    let error = Scope::build(&world.0).unwrap_err().remove(0);
    assert_eq!(error.to_string(), "grant.toml:3:10: the parameter `x` is not bound");
}
