//! `toolward tool show TOOL`.
use serde_json::json;

use crate::command::Context;
use crate::component::Component;
use crate::failure::{Exit, Failure};
use crate::tool::Tool;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The tool.
    tool: String,
}

pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let tool = Tool::named(&cx.home.initialised()?.manifests, &args.tool)?;
    let schema = tool.input_schema()?;
    let component = tool.component_path();
    let present = component.is_file().then(|| Component::open(&component)).transpose()?;
    let sha256 = present.map(|component| component.digest().hex());
    let named = tool.manifest.component_sha256();
    let matches = sha256.as_deref().zip(named).map(|(found, named)| found == named);
    let value = json!({
        "name": tool.manifest.name(), "description": tool.manifest.description(), "manifest": tool.path,
        "component": component, "sha256": sha256, "component_sha256": named, "matches": matches, "input": schema,
    });
    let digest = match (sha256.as_deref(), matches) {
        (None, _) => "(the component is not there)".to_owned(),
        (Some(found), Some(true)) => format!("{found} (as the manifest says)"),
        (Some(found), Some(false)) => format!("{found} (NOT what the manifest says: {})", named.unwrap_or_default()),
        (Some(found), None) => format!("{found} (the manifest names none)"),
    };
    let schema = match &schema {
        Some(schema) => serde_json::to_string_pretty(schema).map_err(|error| Failure::internal(error.to_string()))?,
        None => "(any JSON)".to_owned(),
    };
    let people = format!(
        "{}: {}\nmanifest   {}\ncomponent  {}\nsha256     {digest}\n\n{}\n\ninput {schema}",
        tool.manifest.name(),
        tool.manifest.description(),
        tool.path.display(),
        component.display(),
        tool.source.text.trim_end(),
    );
    cx.print(&value, people)?;
    Ok(Exit::Done)
}
