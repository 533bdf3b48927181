//! What is answered.

use guest::{Failure, text};
use jaq_json::Val;
use jaq_json::write::{Pp, write};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{Input, Style};

/// Bytes of results in one answer.
const MOST_TEXT: usize = 1 << 20;

/// The results.
#[derive(Debug, Serialize)]
pub struct Output {
    /// As JSON values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<Box<RawValue>>>,
    /// As text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How many they are.
    pub count: usize,
    /// Whether there are more.
    pub truncated: bool,
}

/// Results as they come.
pub(crate) struct Answer {
    style: Style,
    most: usize,
    parts: Vec<String>,
    bytes: usize,
    truncated: bool,
}

impl Answer {
    pub(crate) fn new(input: &Input) -> Self {
        Self { style: input.output, most: input.max_results, parts: Vec::new(), bytes: 0, truncated: false }
    }

    /// Takes one result. False where there is no room for it, nor for any other.
    pub(crate) fn add(&mut self, result: &Val) -> Result<bool, Failure> {
        let part = self.render(result)?;
        self.bytes += part.len() + 1;
        self.truncated = self.parts.len() >= self.most || self.bytes > MOST_TEXT;
        if !self.truncated {
            self.parts.push(part);
        } else if self.parts.is_empty() && self.style != Style::Values {
            self.parts.push(text::head(&part, MOST_TEXT).to_owned());
        }
        Ok(!self.truncated)
    }

    pub(crate) fn finish(self) -> Result<Output, Failure> {
        let count = self.parts.len();
        let (results, text) = if self.style == Style::Values {
            (Some(self.parts.into_iter().map(json).collect::<Result<_, _>>()?), None)
        } else {
            (None, Some(self.parts.join("\n")))
        };
        Ok(Output { results, text, count, truncated: self.truncated })
    }

    fn render(&self, result: &Val) -> Result<String, Failure> {
        if let (Style::Raw, Val::TStr(text)) = (self.style, result) {
            return Ok(String::from_utf8_lossy(text).into_owned());
        }
        let pretty = self.style == Style::Pretty;
        let layout = Pp { indent: pretty.then(|| "  ".to_owned()), sep_space: pretty, ..Pp::default() };
        let mut bytes = Vec::new();
        write(&mut bytes, &layout, 0, result).map_err(|e| Failure::new(format!("cannot write a result: {e}")))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// jaq's values are more than JSON: NaN, byte strings, keys that are no strings.
fn json(text: String) -> Result<Box<RawValue>, Failure> {
    let shown = text::head(&text, 80).to_owned();
    RawValue::from_string(text).map_err(|_| {
        Failure::new(format!("a result is not JSON: `{shown}` (`tojson`, or `output` = \"compact\", gives it as text)"))
    })
}
