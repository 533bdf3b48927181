//! Lists a tree of files with their sizes. It looks at names and metadata only: its manifest needs no `read`.

mod globs;
mod input;
mod output;
#[cfg(test)]
mod tests;
mod tree;

pub use input::{Input, Sort};
pub use output::{Bound, Entry, Kind, Output, Totals};

use guest::{Failure, Patience, Root};

/// Lists.
///
/// # Errors
/// A root that is not there or is no directory, a glob that does not parse.
pub fn run(root: &Root, input: Input) -> Result<Output, Failure> {
    let place = root.place(&input.root);
    let globs = globs::Globs::parse(&input.globs)?;
    let mut walk = tree::Walk::new(root, &input, &globs, Patience::of_arguments()?);
    let mut top = walk.top(&place).map_err(|e| Failure::at("list", place.guest(), &e))?;
    top.sort(input.sort);
    let mut output = walk.into_output();
    top.list_below(&mut output, input.max_entries);
    Ok(output)
}
