//! The replacement itself: text in, text out.

use std::borrow::Cow;

use guest::Failure;

use crate::Input;

/// `before` with `old` replaced as `input` says, and how often that was.
pub(crate) fn replace(before: &str, old: &str, input: &Input) -> Result<(String, usize), Failure> {
    let crlf = all_crlf(before);
    let (old, new) = (ends(old, crlf), ends(&input.new, crlf));
    if old == new {
        return Err(Failure::new("`old` and `new` are the same"));
    }
    let found = before.matches(&*old).count();
    let path = &input.path;
    match (found, input.count) {
        (0, _) => return Err(Failure::new(format!("`old` does not occur in `{path}`"))),
        (_, Some(count)) if found != count => {
            return Err(Failure::new(format!("`old` occurs {found} times in `{path}`, not {count} times")));
        }
        (_, None) if !input.all && is_ambiguous(before, &old) => {
            return Err(Failure::new(format!(
                "`old` occurs {} in `{path}`: give more of the text around it, or set `all` or `count`",
                if found > 1 { format!("{found} times") } else { "more than once, overlapping".to_owned() },
            )));
        }
        (_, _) => {}
    }
    Ok((before.replace(&*old, &new), found))
}

/// Whether `old` could mean more than one place. `aa` in `aaa` does, though it is replaced only once.
fn is_ambiguous(text: &str, old: &str) -> bool {
    let first = text.find(old).unwrap_or_default();
    let next = text.ceil_char_boundary(first + 1);
    text.get(next..).is_some_and(|rest| rest.contains(old))
}

fn all_crlf(text: &str) -> bool {
    let lf = text.matches('\n').count();
    lf > 0 && text.matches("\r\n").count() == lf
}

/// With the line ends of the file, so that an agent that knows only LF does not mix them.
fn ends(text: &str, crlf: bool) -> Cow<'_, str> {
    if crlf { text.replace("\r\n", "\n").replace('\n', "\r\n").into() } else { text.into() }
}
