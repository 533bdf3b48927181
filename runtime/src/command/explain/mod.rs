//! `toolward explain`: what would be decided, and by which rule. Nothing is run, and no component is read.
mod asker;
mod batch;
mod question;

use std::io::Write;
use std::path::PathBuf;

use super::mounts::{MountArg, Pair};
use super::{Context, plain, stdout_closed};
use crate::failure::{Exit, Failure};
use crate::installation::{Given, Installation, Terms};
use crate::notice::Notice;

use asker::Asker;
use question::{Asked, Question};

#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["call", "access", "batch"])))]
pub(super) struct Args {
    /// The tool whose call is asked about; of a typed one a function, as `text.diff`.
    #[arg(value_name = "TOOL")]
    call: Option<String>,
    /// The call's input: JSON, `@FILE`, or `-`.
    #[arg(long, value_name = "JSON|@FILE|-", requires = "call", allow_hyphen_values = true)]
    input: Option<String>,
    /// The tool that makes an access.
    #[arg(long, value_name = "TOOL", requires = "access")]
    tool: Option<String>,
    /// An access, as `files read /repo/x`.
    #[arg(long, value_name = "ACCESS", requires = "tool")]
    access: Option<String>,
    /// Many questions, one JSON object a line, about one task: `{"tool": …, "input": …}` or `{"tool": …, "access": …}`.
    #[arg(long, value_name = "FILE")]
    batch: Option<PathBuf>,
    #[command(flatten)]
    task: super::handle::TaskArg,
    /// Imagine a task of this agent.
    #[arg(long, value_name = "NAME", requires = "kind")]
    agent: Option<String>,
    /// Of this type.
    #[arg(long = "type", value_name = "TYPE", requires = "agent")]
    kind: Option<String>,
    /// With this parameter.
    #[arg(long = "set", value_name = "NAME=VALUE", requires = "kind")]
    set: Vec<Pair>,
    /// With this mount.
    #[arg(long = "mount", value_name = "GUEST=HOST[:ro]", requires = "kind")]
    mounts: Vec<MountArg>,
    /// With this grant.
    #[arg(long, value_name = "FILE", requires = "kind")]
    grant: Option<PathBuf>,
}

pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let by_operator = args.agent.is_some();
    if !by_operator {
        args.task.text()?;
    }
    explain(args, cx).map_err(|failure| if by_operator { failure } else { failure.for_agent() })
}

fn explain(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let installation = Installation::load(&cx.home)?;
    let mut asker = asker(args, &installation, cx)?;
    if let Some(file) = &args.batch {
        return batch::run(file, &installation, &mut asker, cx);
    }
    let (tool, asked) = match (&args.call, &args.tool, &args.access) {
        (Some(tool), _, _) => {
            // Of what the task may not call nothing is told, not even how long its input may be.
            if let Some(answer) = asker.refused_by_name(&installation, tool)? {
                writeln!(cx.quiet_out(), "{}", plain::json(&answer)?).map_err(stdout_closed)?;
                return Ok(Exit::Done);
            }
            let limit = installation.callable(tool)?.tool.manifest.limits().input;
            (tool, Asked::Call(crate::input::input(args.input.as_deref(), limit)?))
        }
        (None, Some(tool), Some(access)) => (tool, Asked::Access(question::access(access)?)),
        _ => {
            let nothing = Failure::usage("nothing is asked").help("name a tool, or `--tool TOOL --access ACCESS`");
            return Err(nothing.notice(Notice::BadInput("nothing is asked".to_owned(), None)));
        }
    };
    let question = Question::new(&installation, asker.terms(), tool, asked)?;
    let answer = asker.answer(&question, None)?;
    writeln!(cx.quiet_out(), "{}", plain::json(&answer)?).map_err(stdout_closed)?;
    Ok(Exit::Done)
}

fn asker(args: &Args, installation: &Installation, cx: &Context) -> Result<Asker, Failure> {
    let (Some(agent), Some(kind)) = (&args.agent, &args.kind) else {
        let broker = cx.broker()?;
        let task = broker.task(&args.task.text()?)?;
        return Asker::holder(broker, task, Installation::load(&cx.home)?);
    };
    let parameters = super::mounts::by_name("--set", &args.set)?;
    let mounts = super::mounts::open(&args.mounts, &cx.home)?;
    crate::broker::check(installation, agent, kind, None, &mounts, &parameters)?;
    let grant = args.grant.as_deref().map(crate::tool::source).transpose()?;
    let grants = grant.map(|text| Given { task: String::new(), text }).into_iter().collect();
    Ok(Asker::operator(Terms { kind: kind.clone(), parameters, grants, older: None }))
}
