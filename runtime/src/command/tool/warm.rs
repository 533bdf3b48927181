//! `toolward tool warm`: compiles the tools ahead of their first call.
use std::fmt::Write as _;

use serde_json::json;

use crate::command::Context;
use crate::component::Component;
use crate::failure::{Exit, Failure};
use crate::tool::{Found, Tool};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The tools to compile [default: all of this home].
    #[arg(value_name = "TOOL")]
    tools: Vec<String>,
}

/// Compiles each tool whose code is not in the cache yet. A tool that cannot be compiled does not keep the others from it; the
/// command then ends with that tool's code.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    crate::prerequisites::check()?;
    let tools = chosen(&args.tools, cx)?;
    let loader = cx.loader(&cx.open_state()?)?;
    let (mut values, mut people, mut exit) = (Vec::new(), String::new(), Exit::Done);
    for (name, tool) in tools {
        let warmed = tool.and_then(|tool| {
            let path = tool.component_path();
            let component = Component::open(&path, loader.cache())?;
            tool.is_of(&component)?;
            loader.warm(&component).map_err(|unfit| unfit.failure(&path))
        });
        let (state, error) = match &warmed {
            Ok(true) => ("compiled", None),
            Ok(false) => ("cached", None),
            Err(failure) => ("failed", Some(failure.message.clone())),
        };
        if let Err(failure) = &warmed {
            exit = failure.exit;
        }
        let line = error.as_ref().map_or_else(|| state.to_owned(), |error| format!("{state}: {error}"));
        writeln!(people, "{name:16} {line}").map_err(|error| Failure::internal(error.to_string()))?;
        values.push(json!({ "name": name, "state": state, "error": error }));
    }
    cx.print(&values, people)?;
    Ok(exit)
}

/// Tools by their names; each loads or does not.
type Chosen = Vec<Found>;

fn chosen(names: &[String], cx: &Context) -> Result<Chosen, Failure> {
    let folder = cx.home.initialised()?.manifests;
    if names.is_empty() {
        return Tool::all(&folder);
    }
    names.iter().map(|name| Ok((name.clone(), Ok(Tool::named(&folder, name)?)))).collect()
}
