//! `toolward tool show TOOL`: what it takes, what it may need, its digest.
use serde_json::{Value, json};

use super::functions::{self, Shown};
use crate::callable::{Callable, split};
use crate::command::Context;
use crate::command::handle::TaskArg;
use crate::component::Component;
use crate::failure::{Exit, Failure};
use crate::protocol::Request;
use crate::tool::Tool;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The tool, or one of its functions, as `text.diff`.
    tool: String,
    #[command(flatten)]
    task: TaskArg,
}

impl Args {
    pub(super) fn is_of_a_task(&self) -> bool {
        self.task.handle.is_some()
    }
}

pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    if args.is_of_a_task() {
        return in_a_task(args, cx);
    }
    let (name, function) = split(&args.tool);
    let tool = Tool::named(&cx.home.initialised()?.manifests, name)?;
    let tool = match function {
        Some(_) => Callable::of(tool, function)?.tool,
        None => tool,
    };
    let component = tool.component_path();
    let present = component.is_file().then(|| Component::open(&component, None)).transpose()?;
    let sha256 = present.as_ref().map(|component| component.digest().hex());
    let named = tool.manifest.component_sha256();
    let matches = sha256.as_deref().zip(named).map(|(found, named)| found == named);
    let mut value = json!({
        "name": tool.manifest.name(), "description": tool.manifest.description(), "manifest": tool.path,
        "component": component, "sha256": sha256, "component_sha256": named, "matches": matches,
    });
    let digest = match (sha256.as_deref(), matches) {
        (None, _) => "(the component is not there)".to_owned(),
        (Some(found), Some(true)) => format!("{found} (as the manifest says)"),
        (Some(found), Some(false)) => format!("{found} (NOT what the manifest says: {})", named.unwrap_or_default()),
        (Some(found), None) => format!("{found} (the manifest names none)"),
    };
    let (what, takes) = if tool.manifest.functions().is_empty() {
        command(&tool)?
    } else {
        typed(&functions::shown(&tool, function, present.as_ref(), cx)?, function.is_some())?
    };
    if let (Value::Object(value), Value::Object(what)) = (&mut value, what) {
        value.extend(what);
    }
    let people = format!(
        "{}: {}\nmanifest   {}\ncomponent  {}\nsha256     {digest}\n\n{}\n\n{takes}",
        tool.manifest.name(),
        tool.manifest.description(),
        tool.path.display(),
        component.display(),
        tool.source.text.trim_end(),
    );
    cx.print(&value, people)?;
    Ok(Exit::Done)
}

/// In a task only what it may call, and of that only what it takes.
fn in_a_task(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let handle = args.task.text()?;
    if let Some(mut client) = cx.client()? {
        return cx.print_said(client.ask(&Request::Tool { handle, tool: args.tool.clone() })?);
    }
    let broker = cx.broker()?;
    let loader = cx.loader(&broker.state)?;
    let answer = broker.task(&handle).and_then(|task| broker.described(&task, &args.tool, &loader));
    let value = answer.map_err(Failure::for_agent)?;
    cx.print(&value, described(&value))?;
    Ok(Exit::Done)
}

/// What a tool takes, for people.
pub(crate) fn described(value: &Value) -> String {
    let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default();
    let schema = |field: &str| {
        let schema = value.get(field).filter(|schema| !schema.is_null())?;
        Some(format!("\n\n{field} {}", serde_json::to_string_pretty(schema).ok()?))
    };
    let schemas: String = ["input", "output", "error"].into_iter().filter_map(schema).collect();
    format!("{}: {}{schemas}", text("name"), text("description"))
}

/// What a command takes, as JSON and for people.
fn command(tool: &Tool) -> Result<(Value, String), Failure> {
    let schema = tool.input_schema()?;
    let text = match &schema {
        Some(schema) => serde_json::to_string_pretty(schema).map_err(|error| Failure::internal(error.to_string()))?,
        None => "(any JSON)".to_owned(),
    };
    Ok((json!({ "input": schema }), format!("input {text}")))
}

/// What the functions of a typed tool take and give; the one that was asked for stands in the place of its tool.
fn typed(functions: &[Shown], only_one: bool) -> Result<(Value, String), Failure> {
    let values: Vec<Value> = functions.iter().map(Shown::json).collect();
    let texts = functions.iter().map(Shown::people).collect::<Result<Vec<_>, _>>()?;
    let value = match <[Value; 1]>::try_from(values) {
        Ok([one]) if only_one => one,
        Ok(values) => json!({ "functions": values }),
        Err(values) => json!({ "functions": values }),
    };
    Ok((value, texts.join("\n\n")))
}
