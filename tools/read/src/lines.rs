//! A range of lines, read one at a time.

use std::io::{self, BufRead, BufReader, Read};

use crate::Lines;
use crate::output::{First, MOST_TEXT, Output};

/// Fills `output` with the lines of `range`.
pub(crate) fn read(file: impl Read, range: &Lines, numbered: bool, output: &mut Output) -> io::Result<()> {
    let mut file = BufReader::with_capacity(64 << 10, file);
    let mut passed = 0;
    while passed + 1 < range.first && skip(&mut file)? {
        passed += 1;
    }
    let mut shown = 0;
    output.push(b"");
    let mut whole = true;
    while whole && shown < range.count {
        let Some((line, complete)) = next(&mut file)? else { break };
        if numbered {
            whole = output.push(format!("{}\t", passed + shown + 1).as_bytes());
        }
        whole = whole && output.push(&line) && complete;
        shown += 1;
    }
    output.truncated = !whole || !file.fill_buf()?.is_empty();
    output.total_lines = (!output.truncated).then_some(passed + shown);
    output.first = Some(First::Line { first_line: range.first, lines: shown });
    Ok(())
}

/// The next line with its end, and whether that is all of it: no line takes more memory than an answer holds.
fn next(file: &mut impl BufRead) -> io::Result<Option<(Vec<u8>, bool)>> {
    let mut line = Vec::new();
    file.by_ref().take(MOST_TEXT as u64).read_until(b'\n', &mut line)?;
    let complete = line.ends_with(b"\n") || line.len() < MOST_TEXT || file.fill_buf()?.is_empty();
    Ok((!line.is_empty()).then_some((line, complete)))
}

fn skip(file: &mut impl BufRead) -> io::Result<bool> {
    Ok(file.skip_until(b'\n')? > 0)
}
