//! `toolward tool list`.
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::callable::Callable;
use crate::command::Context;
use crate::command::handle::TaskArg;
use crate::failure::{Exit, Failure};
use crate::protocol::Request;
use crate::tool::Tool;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    task: TaskArg,
}

impl Args {
    pub(super) fn is_of_a_task(&self) -> bool {
        self.task.handle.is_some()
    }
}

/// Every manifest of the folder, a typed tool's with each of its functions; one that does not load is listed with its error.
/// In a task only what it may call.
pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    if args.task.handle.is_some() {
        return in_a_task(args, cx);
    }
    let tools = Tool::all(&cx.home.initialised()?.manifests)?;
    let mut people = String::new();
    let mut values = Vec::with_capacity(tools.len());
    for (name, tool) in &tools {
        let (callables, error) = match tool {
            Ok(tool) => {
                let path = tool.component_path();
                let missing = (!path.is_file()).then(|| format!("the component `{}` is not there", path.display()));
                (Callable::all_of(tool), missing)
            }
            Err(failure) => (vec![(name.clone(), "")], Some(failure.message.clone())),
        };
        for (name, description) in callables {
            values.push(json!({ "name": name, "description": description, "error": error }));
            let line = error.as_ref().map_or_else(|| description.to_owned(), |error| format!("unusable: {error}"));
            writeln!(people, "{name:16} {line}").map_err(|error| Failure::internal(error.to_string()))?;
        }
    }
    if tools.is_empty() {
        "no tools yet: put a manifest into the folder of manifests, or start one with `toolward tool new NAME`"
            .clone_into(&mut people);
    }
    cx.print(&values, people)?;
    Ok(Exit::Done)
}

fn in_a_task(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let handle = args.task.text()?;
    if let Some(mut client) = cx.client()? {
        return cx.print_said(client.ask(&Request::Tools { handle })?);
    }
    let broker = cx.broker()?;
    let callable = broker.task(&handle).and_then(|task| broker.callable(&task)).map_err(Failure::for_agent)?;
    let (value, people) = of_a_task(&callable);
    cx.print(&value, people)?;
    Ok(Exit::Done)
}

/// What a task may call, for programs and for people.
pub(crate) fn of_a_task(callable: &[(String, String)]) -> (Value, String) {
    let value = |(name, description): &(String, String)| json!({ "name": name, "description": description });
    let line = |(name, description): &(String, String)| format!("{name:16} {description}\n");
    let people: String = callable.iter().map(line).collect();
    let people = if people.is_empty() { "this task may call no tool".to_owned() } else { people };
    (callable.iter().map(value).collect(), people)
}
