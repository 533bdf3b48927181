//! The command line: one subcommand, one file, each with its `Args` and its function.
mod broker;
mod call;
mod completions;
mod doctor;
mod explain;
mod init;
mod man;
mod manifest;
mod run;
mod tool;

mod agent;
mod audit;
mod task;

mod duration;
mod handle;
mod mounts;
mod plain;
mod progress;
mod stdout;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::audit::Mode;
use crate::broker::Broker;
use crate::client::{Client, unasked};
use crate::engine::{Compiler, Loader};
use crate::failure::{Exit, Failure};
use crate::home::Home;
use crate::isolation::Isolation;
use crate::protocol::Answer;
use crate::state::State;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  the tool itself failed
  2  wrong usage, or a file that cannot be loaded
  3  denied: by scope, because the task has ended, or because the agent was revoked
  4  a human was needed: refused, or nobody answered
  5  a limit was reached
  6  Toolward could not do its work
`run` passes the tool's own exit code through; 124: a limit ended it, 125: it could not be run, 134: it trapped";

/// Runs the tools of AI agents under a scope granted per task.
#[derive(Debug, Parser)]
#[command(name = "toolward", version, after_help = EXIT_CODES, propagate_version = true)]
struct Cli {
    /// Where state lives [default: the XDG state directory].
    #[arg(long, global = true, env = "TOOLWARD_HOME", value_name = "DIR")]
    home: Option<PathBuf>,
    /// One JSON value on standard output.
    #[arg(long, global = true)]
    json: bool,
    /// Ask the broker at this socket, which another user runs, instead of using a home.
    #[arg(long, global = true, env = "TOOLWARD_BROKER", value_name = "SOCKET")]
    broker: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the home with its keys, and here a folder `toolward/` with an example policy.
    Init(init::Args),
    /// Run one component under one manifest: for tool authors.
    Run(run::Args),
    /// Add agents, give them other keys, revoke them.
    Agent(agent::Args),
    /// Open tasks and look after them.
    Task(task::Args),
    /// Call a tool in a task: the main job.
    Call(call::Args),
    /// Say what would be decided, and by which rule. Nothing is run.
    Explain(explain::Args),
    /// List, show and start tools.
    Tool(tool::Args),
    /// Check manifests, policies and grants; print their JSON Schemas.
    Manifest(manifest::Args),
    /// The record: list, show, follow, verify, export.
    Audit(audit::Args),
    /// Serve frameworks over a Unix socket, as a user of its own.
    Broker(broker::Args),
    /// What this machine enforces.
    Doctor(doctor::Args),
    /// Print a shell's completions.
    Completions(completions::Args),
    /// Write the manual pages.
    Man(man::Args),
}

pub(crate) use task::task_shown_to_its_holder;
pub(crate) use tool::{tool_described, tools_of_a_task};

/// What every command is given.
#[derive(Debug)]
pub struct Context {
    /// Where state lives.
    pub home: Home,
    /// Whether one JSON value is wanted on standard output.
    pub json: bool,
    /// The socket of a broker that another user runs, where one is to be asked.
    pub socket: Option<PathBuf>,
}

impl Context {
    /// Opens the state of the home.
    ///
    /// # Errors
    /// Where there is none, or it cannot be used.
    pub fn open_state(&self) -> Result<State, Failure> {
        let durability = self.home.config()?.map(|config| config.durability).unwrap_or_default();
        State::open(self.home.dir(), durability.into()).map_err(Failure::from)
    }

    /// Opens the state of the home, which is made where there is none: for commands that need no `init`.
    ///
    /// # Errors
    /// Where it cannot be made or used.
    pub fn open_or_create_state(&self) -> Result<State, Failure> {
        let durability = self.home.config()?.map(|config| config.durability).unwrap_or_default();
        State::create(self.home.dir(), durability.into()).map_err(Failure::from)
    }

    /// The broker that another user runs, where one is to be asked.
    ///
    /// # Errors
    /// Where it does not answer.
    pub(crate) fn client(&self) -> Result<Option<Client>, Failure> {
        self.socket.as_deref().map(Client::connect).transpose()
    }

    /// Prints what a broker has said.
    ///
    /// # Errors
    /// Where it has said something else, or standard output is closed.
    pub(crate) fn print_said(&self, answer: Answer) -> Result<Exit, Failure> {
        let Answer::Said { value, people } = answer else { return Err(unasked()) };
        self.print(&value, people)?;
        Ok(Exit::Done)
    }

    /// The broker of this home, which in single-user mode this command is.
    ///
    /// # Errors
    /// As [`Context::open_state`].
    pub(crate) fn broker(&self) -> Result<Broker, Failure> {
        self.broker_with(self.home.isolation()?)
    }

    /// The same with guests that run there.
    ///
    /// # Errors
    /// As [`Context::open_state`].
    pub(crate) fn broker_with(&self, isolation: Isolation) -> Result<Broker, Failure> {
        Ok(Broker::new(self.home.clone(), self.open_state()?, Mode::SingleUser, isolation))
    }

    /// Where compiled components come from.
    ///
    /// # Errors
    /// Where the home's configuration cannot be read.
    pub(crate) fn loader(&self, state: &State) -> Result<Loader, Failure> {
        let limits = self.home.config()?.map(|config| config.compile).unwrap_or_default();
        let cache = self.home.code_cache(&state.keys);
        let compiler = Compiler::own(limits);
        Ok(Loader::new(cache, compiler.telling(Box::new(progress::ToStderr::new()))))
    }

    /// Standard output as it is: a reader that has ended is an error, by which an endless command knows that it is done.
    #[must_use]
    pub fn out(&self) -> impl Write {
        io::stdout().lock()
    }

    /// Standard output that a reader may close early without changing how the command ends.
    #[must_use]
    pub(crate) fn quiet_out(&self) -> impl Write {
        stdout::Stdout::new()
    }

    /// Prints a value as one line of JSON, or for people.
    ///
    /// # Errors
    /// Where standard output is closed.
    pub fn print(&self, value: &impl serde::Serialize, people: impl std::fmt::Display) -> Result<(), Failure> {
        let text = if self.json { plain::json(value)? } else { plain::lines(&people.to_string()) };
        let mut out = self.quiet_out();
        writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush()).map_err(stdout_closed)
    }
}

/// Standard output went away before everything was said.
#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub(crate) fn stdout_closed(error: io::Error) -> Failure {
    Failure::internal(format!("standard output cannot be written: {error}"))
}

/// Runs a command line and answers its exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    if let Some(code) = crate::worker::entry(&args) {
        return code;
    }
    // The state, an export, a file of a guest: beyond the user's `ulimit -f` each says so by an error.
    if let Err(error) = crate::walls::ignore_file_size_signal() {
        complain(&Failure::internal(format!("cannot ignore SIGXFSZ: {error}")));
        return Exit::Internal.into();
    }
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, &args),
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("TOOLWARD_LOG");
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).without_time().init();
    match Home::locate(cli.home)
        .and_then(|home| dispatch(&cli.command, &Context { home, json: cli.json, socket: cli.broker }))
    {
        Ok(exit) => exit.into(),
        Err(failure) => {
            complain(&failure);
            failure.exit.into()
        }
    }
}

fn dispatch(command: &Command, cx: &Context) -> Result<ExitStatus, Failure> {
    if cx.socket.is_some() && !asks_a_broker(command) {
        return Err(Failure::usage("a broker answers what frameworks ask, and this is its operator's to do")
            .help("run it as the broker's user, with `--home` and without `--broker` or `TOOLWARD_BROKER`"));
    }
    match command {
        Command::Init(args) => init::run(args, cx).map(Into::into),
        Command::Run(args) => run::run(args, cx).map_err(run::as_run),
        Command::Agent(args) => agent::run(args, cx).map(Into::into),
        Command::Task(args) => task::run(args, cx).map(Into::into),
        Command::Call(args) => call::run(args, cx).map(Into::into),
        Command::Explain(args) => explain::run(args, cx).map(Into::into),
        Command::Tool(args) => tool::run(args, cx).map(Into::into),
        Command::Manifest(args) => manifest::run(args, cx).map(Into::into),
        Command::Audit(args) => audit::run(args, cx).map(Into::into),
        Command::Broker(args) => broker::run(args, cx).map(Into::into),
        Command::Doctor(args) => doctor::run(args, cx).map(Into::into),
        Command::Completions(args) => completions::run(args, cx).map(Into::into),
        Command::Man(args) => man::run(args, cx).map(Into::into),
    }
}

/// Whether a command needs no home of its own where there is a broker.
fn asks_a_broker(command: &Command) -> bool {
    match command {
        Command::Call(_) | Command::Completions(_) | Command::Man(_) => true,
        Command::Task(args) => args.asks_a_broker(),
        Command::Tool(args) => args.asks_a_broker(),
        _ => false,
    }
}

/// What the process ends with: one of ours, or what a tool that was run says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExitStatus(pub(crate) u8);

impl From<Exit> for ExitStatus {
    fn from(exit: Exit) -> Self {
        Self(exit as u8)
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.0)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error, on standard error: one line, and what to do about it. Where that is closed there is nobody to tell.
fn complain(failure: &Failure) {
    let Failure { exit, message, detail, help, .. } = failure;
    let detail = detail.as_deref().map(plain::lines);
    let helped =
        help.is_some() || detail.iter().flat_map(|detail| detail.lines()).any(|line| line.starts_with("help: "));
    let is_shown = detail.is_some() && matches!(exit, Exit::Usage | Exit::RunUsage);
    let advice = if is_shown {
        "correct what is shown; `toolward manifest check FILE` looks at a whole file"
    } else {
        advice(*exit)
    };
    let help = help.clone().or_else(|| (!helped).then(|| advice.to_owned())).map(|help| plain::line(&help));
    let failure = Failure { message: plain::line(message), detail, help, ..Failure::new(*exit, "") };
    drop(writeln!(io::stderr(), "{failure}"));
}

/// What to do about an error that does not say so itself.
fn advice(exit: Exit) -> &'static str {
    match exit {
        Exit::Internal => "`toolward doctor` tells what this machine enforces, and looks at the store",
        Exit::Denied | Exit::Refused => {
            "whoever runs Toolward sees the reason: `toolward audit list`, `toolward task list`"
        }
        Exit::Limit => "the limits stand in the manifest, and in the policy's type of task",
        _ => "`toolward help COMMAND` tells what a command takes",
    }
}

/// Help and version are no errors; a wrong `run` is 125, since its other codes are the tool's.
fn usage(error: &clap::Error, args: &[OsString]) -> ExitCode {
    if !error.use_stderr() {
        drop(error.print());
        return Exit::Done.into();
    }
    let rendered = error.render().to_string();
    let mut lines = rendered.lines();
    let first = lines.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    let rest: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let understood = command_line().ignore_errors(true).try_get_matches_from(args);
    let is_run = understood.is_ok_and(|understood| understood.subcommand_name() == Some("run"));
    let exit = if is_run { Exit::RunUsage } else { Exit::Usage };
    let failure = Failure::new(exit, first).detail(rest.join("\n"));
    complain(&failure.help("`toolward help` lists the commands"));
    exit.into()
}

/// The command line as clap knows it: for completions and manual pages.
fn command_line() -> clap::Command {
    Cli::command()
}
