//! Queries JSON, TOML and YAML with jq, in the dialect of the `jaq` crates.

mod filter;
mod format;
mod input;
mod output;
mod source;
#[cfg(test)]
mod tests;

pub use input::{Format, Input, Style};
pub use output::Output;

use guest::{Failure, Root};

/// Queries.
///
/// # Errors
/// A filter that does not compile, a file that cannot be read or parsed, an error that the filter raises.
pub fn run(root: &Root, input: Input) -> Result<Output, Failure> {
    let filter = filter::Filter::compile(&input.filter, input.variables.keys())?;
    let variables = input.variables.values().map(|value| format::from_json(value)).collect::<Vec<_>>();
    let mut output = output::Answer::new(&input);
    for value in source::values(root, &input)? {
        if !filter.run(value, &variables, |result| output.add(result))? {
            break;
        }
    }
    output.finish()
}
