//! `explain --batch`: a transcript, line by line, as one task: an allowed call counts as made.
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::question::{self, Asked, Question};
use super::{Asker, Context, plain, stdout_closed};
use crate::failure::{Exit, Failure};
use crate::input::Input;
use crate::installation::Installation;
use crate::notice::Notice;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    tool: String,
    input: Option<Value>,
    access: Option<String>,
    /// What the call gave: rules may ask for its values later.
    output: Option<Value>,
}

pub(super) fn run(file: &Path, installation: &Installation, asker: &mut Asker, cx: &Context) -> Result<Exit, Failure> {
    let open = std::fs::File::open(file).map_err(Failure::at(file))?;
    for (line, number) in BufReader::new(open).lines().zip(1_u64..) {
        let at = |what: String| {
            let told = Notice::BadInput(format!("{}:{number}: the line is no question", file.display()), None);
            Failure::usage(format!("{}:{number}: {what}", file.display())).notice(told)
        };
        let text = line.map_err(|error| at(error.to_string()))?;
        if text.trim().is_empty() {
            continue;
        }
        // As the input of a call is read: no key stands twice, and every number keeps its digits.
        let whole = Input::parse(&text).map_err(|failure| at(failure.message))?.value;
        let line: Line = serde_json::from_value(whole).map_err(|error| at(error.to_string()))?;
        let asked = match (line.access, line.input) {
            (Some(access), None) => Asked::Access(question::access(&access).map_err(|e| at(e.message))?),
            (None, input) => {
                let input = input.map_or_else(|| "{}".to_owned(), |input| input.to_string());
                Asked::Call(Input::parse(&input).map_err(|failure| at(failure.message))?)
            }
            (Some(_), Some(_)) => return Err(at("a line asks for a call or an access, not both".to_owned())),
        };
        if matches!(asked, Asked::Call(_))
            && let Some(answer) = asker.refused_by_name(installation, &line.tool)?
        {
            writeln!(cx.quiet_out(), "{}", plain::json(&answer)?).map_err(stdout_closed)?;
            continue;
        }
        let question = Question::new(installation, asker.terms(), &line.tool, asked);
        let question = question.map_err(|failure| at(failure.message))?;
        let answer = asker.answer(&question, line.output.as_ref())?;
        writeln!(cx.quiet_out(), "{}", plain::json(&answer)?).map_err(stdout_closed)?;
    }
    Ok(Exit::Done)
}
