//! `toolward explain`: what would be decided, and by which rule. Nothing is run, and no component is read.
mod batch;
mod question;

use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};
use toolward_host_fns::record::{Entry, Outcome, Recorder, Word};
use toolward_manifests::{Access, Reason, Verdict};

use super::mounts::{MountArg, Pair};
use super::{Context, plain, stdout_closed};
use crate::audit::{Log, Mode, TaskRef};
use crate::call::CallRecorder;
use crate::failure::{Exit, Failure};
use crate::installation::{Installation, Terms};
use crate::state::fresh_id;
use crate::state::tasks::Task;

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

/// Who asks: the operator, who is told everything, or the holder of a handle, who is told the verdict.
enum Asker {
    Operator(Terms),
    Holder(Box<Task>, Terms, crate::state::State),
}

pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let installation = Installation::load(&cx.home)?;
    let asker = asker(args, &installation, cx)?;
    if let Some(file) = &args.batch {
        return batch::run(file, &installation, &asker, cx);
    }
    let (tool, asked) = match (&args.call, &args.tool, &args.access) {
        (Some(tool), _, _) => {
            let limit = installation.callable(tool)?.tool.manifest.limits().input;
            (tool, Asked::Call(crate::input::input(args.input.as_deref(), limit)?))
        }
        (None, Some(tool), Some(access)) => (tool, Asked::Access(question::access(access)?)),
        _ => return Err(Failure::usage("nothing is asked").help("name a tool, or `--tool TOOL --access ACCESS`")),
    };
    let history = asker.history()?;
    let question = Question::new(&installation, asker.terms(), tool, asked, history)?;
    let verdict = question.verdict();
    let answer = asker.answer(&question.tool, &question.access, &verdict)?;
    writeln!(cx.out(), "{}", plain::json(&answer)?).map_err(stdout_closed)?;
    Ok(Exit::Done)
}

fn asker(args: &Args, installation: &Installation, cx: &Context) -> Result<Asker, Failure> {
    let (Some(agent), Some(kind)) = (&args.agent, &args.kind) else {
        let state = cx.open_state()?;
        let task = args.task.open(&state)?;
        super::handle::same_policy(&task, installation)?;
        let opening = &task.opening;
        let (kind, parameters, grant) = (opening.kind.clone(), opening.parameters.clone(), opening.grant.clone());
        return Ok(Asker::Holder(Box::new(task), Terms { kind, parameters, grant }, state));
    };
    let parameters = super::mounts::by_name("--set", &args.set)?;
    let mounts = super::mounts::open(&args.mounts, cx.home.dir())?;
    super::terms::check(installation, agent, kind, None, &mounts, &parameters)?;
    let grant = args.grant.as_deref().map(crate::tool::source).transpose()?;
    Ok(Asker::Operator(Terms { kind: kind.clone(), parameters, grant }))
}

impl Asker {
    fn terms(&self) -> &Terms {
        match self {
            Self::Operator(terms) | Self::Holder(_, terms, _) => terms,
        }
    }

    /// How often counted rules were used; an imagined task is new.
    fn history(&self) -> Result<toolward_manifests::scope::History, Failure> {
        use crate::state::tasks::Tasks;
        match self {
            Self::Operator(_) => Ok(toolward_manifests::scope::History::default()),
            Self::Holder(task, _, state) => Ok(state.db.history(&task.opening.id)?),
        }
    }

    fn answer(&self, tool: &str, access: &Access, verdict: &Verdict) -> Result<Value, Failure> {
        match self {
            Self::Operator(_) => Ok(told(verdict)),
            Self::Holder(task, _, state) => {
                record(task, state, tool, access, verdict)?;
                Ok(json!({ "verdict": verdict.word() }))
            }
        }
    }
}

/// All that is to be said of a verdict, for the operator.
fn told(verdict: &Verdict) -> Value {
    let Reason { layer, rule, note } = verdict.reason();
    let why = match (rule, note) {
        (Some(rule), None) => rule.text.to_string(),
        (Some(rule), Some(note)) => format!("{} ({note})", rule.text),
        (None, Some(note)) => note.to_string(),
        (None, None) => String::new(),
    };
    let rule = rule.as_ref().map(ToString::to_string);
    json!({ "verdict": verdict.word(), "layer": layer.to_string(), "rule": rule, "why": why })
}

/// A question with a handle is a probe like any other: it is recorded.
fn record(
    task: &Task,
    state: &crate::state::State,
    tool: &str,
    access: &Access,
    verdict: &Verdict,
) -> Result<(), Failure> {
    let agent = task.opening.agent.as_deref().map(Into::into);
    let reference = TaskRef { id: task.opening.id.as_str().into(), agent };
    let log = Log::new(state, Mode::SingleUser);
    let recorder = CallRecorder::new(log, reference, fresh_id("c_")?.into(), tool.into(), false);
    let Reason { layer, rule, note } = verdict.reason().clone();
    let note = note.map_or_else(|| "explain".to_owned(), |note| format!("explain: {note}"));
    let entry = Entry {
        kind: access.kind(),
        op: access.op(),
        resource: access.resource().into_owned(),
        verdict: match verdict {
            Verdict::Allow(_) => Word::Allow,
            Verdict::Ask(_) => Word::Ask,
            Verdict::Deny(_) => Word::Deny,
        },
        layer: Some(layer),
        rule,
        note: Some(note.into()),
        outcome: Outcome::Refused,
        intent: None,
        totals: None,
        peer: None,
        id: None,
    };
    recorder.note(entry).and_then(|()| recorder.bind()).map_err(|error| Failure::internal(error.to_string()))
}
