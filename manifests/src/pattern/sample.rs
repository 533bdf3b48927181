//! Examples of what a pattern matches, to find rules that another rule leaves nothing of.
use super::glob::Glob;
use super::sequence::{Element, Sequence};
use super::token::Token;

/// What `**` stands for in the examples: nothing, one segment, two.
const DEEP: [&str; 3] = ["", "/sample-1", "/sample-1/sample-2"];

/// Paths that the pattern matches, one for each that `**` may stand for.
pub(super) fn paths(pattern: &Sequence) -> Vec<String> {
    let is_deep = pattern.elements().contains(&Element::Deep);
    let paths = DEEP.iter().take(if is_deep { DEEP.len() } else { 1 }).map(|deep| {
        let segments = pattern.elements().iter().map(|element| match element {
            Element::Deep => (*deep).to_owned(),
            Element::One(glob) => format!("/{}", text(glob)),
        });
        Some(segments.collect::<String>()).filter(|path| !path.is_empty()).unwrap_or_else(|| "/".to_owned())
    });
    paths.collect()
}

fn text(glob: &Glob) -> String {
    let sample = |token: &Token| match token {
        Token::Char(c) => c.to_string(),
        Token::One => "q".to_owned(),
        Token::Class(class) => {
            let all = class.ends().chain(['q', '0', '~', '\u{E9}']);
            all.into_iter().find(|&c| class.contains(c)).map(String::from).unwrap_or_default()
        }
        Token::Many => "sample".to_owned(),
        Token::Deep => String::new(),
    };
    glob.tokens().iter().map(sample).collect()
}
