//! Names of tools and of their functions: which texts can be one, and which name was probably meant.

/// The longest name, in bytes.
pub(crate) const MAX: usize = 64;

/// What a name is made of, as help.
const MADE_OF: &str = "write a lower-case letter, then letters, digits and `-`: 64 characters at most";

/// Whether a text can be the name of a tool, or of a function without its tool.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(is_name_char) && text.len() <= MAX
}

/// Whether a text can be what is called: a tool, or `TOOL.FUNCTION`.
pub(crate) fn is_callable(text: &str) -> bool {
    match text.split_once('.') {
        Some((tool, function)) => is_name(tool) && is_name(function),
        None => is_name(text),
    }
}

/// Whether a name may contain the character.
pub(crate) fn is_name_char(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

/// Help for a text that is no such name: the name that was probably meant, or what a name is made of. In a pattern,
/// wildcards and parameters stay as they are.
pub(crate) fn help(written: &str, is_fine: impl Fn(&str) -> bool) -> String {
    let mut depth = 0_u32;
    let meant = written.chars().map(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match c {
            '_' | ' ' if depth == 0 => '-',
            c if depth == 0 => c.to_ascii_lowercase(),
            c => c,
        }
    });
    let meant: String = meant.collect();
    if meant != written && is_fine(&meant) { format!("did you mean `{meant}`?") } else { MADE_OF.to_owned() }
}
