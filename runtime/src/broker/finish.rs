//! What comes of a call that was made: its record, what it leaves behind for others, and its answer.
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use toolward_host_fns::door::Limit;
use toolward_host_fns::mediate::Denial;
use toolward_host_fns::record::{Outcome as Recorded, RecordError, Word};
use toolward_host_fns::standing::Standing;
use toolward_manifests::command::Output as Form;
use toolward_manifests::{Access, Call, Layer, Reason, RuleRef};

use super::asked::{CallAnswer, Streams};
use super::call::Calling;
use crate::audit::event::{self, Event, Subject};
use crate::call::{self, Ending, Outcome, Output, Status, Told};
use crate::callable::Callable;
use crate::failure::Failure;
use crate::notice::Notice;
use crate::state::Time;
use crate::state::tasks::{self, End, Supplied};

impl Calling<'_> {
    /// Binds the records with what the call leaves behind for others; only then does the result leave.
    pub(super) fn finish(
        &self,
        outcome: Outcome,
        reason: Reason,
        asked: &Call,
        callable: &Callable,
    ) -> Result<CallAnswer, Failure> {
        // A function has no mapping: its success is its own, and what it gives is JSON.
        let command = callable.tool.manifest.command();
        let form = if callable.is_function() { Form::Json } else { command.output() };
        let status = outcome.status(command.success());
        let stdout = outcome.stdout.as_slice();
        let is_whole = matches!(outcome.ending, Ending::Exit(_));
        let read = if is_whole { call::output } else { call::output_so_far };
        let output = self.broker.memory.reading(stdout.len(), 0, || read(form, stdout))?;
        let entry = self.entry(Word::Allow, reason, call::recorded(&outcome, status));
        let policies = Some(Arc::clone(&self.layers.policies));
        self.recorder.note_call(entry, Some(outcome.took), policies).map_err(unrecorded)?;
        if let Ending::Limit(Limit::Budget(unit)) = outcome.ending {
            self.note_spent(format!("the budget of {} is spent", unit.word()))?;
        }
        let mut denials = outcome.denials.clone();
        if outcome.ending == Ending::Over {
            let note = Some("the task was over".into());
            denials.push(self.denied(Word::Deny, Reason { layer: Layer::Builtin, rule: None, note })?);
        }
        if let Some(rule) = self.scope.untrusted(&Access::Tools(asked.clone())) {
            self.taint(&rule).map_err(unrecorded)?;
        }
        let supplied = match status {
            Some(Status::Ok) => self.broker.supplied(&self.task, &self.scope, asked, &self.id, (&output, stdout))?,
            _ => Supplied::default(),
        };
        self.bind(&supplied).map_err(unrecorded)?;
        if let Ending::Worker { how, hostile } = &outcome.ending {
            return Err(self.fallen(how, *hostile));
        }
        let Some(status) = status else { return Err(outcome.broken_off()) };
        let truncated = !is_whole && !outcome.stdout.is_empty();
        let told = Told { truncated, ..outcome.told(callable.is_function()) };
        let streams = Some((outcome.stdout, outcome.stderr));
        Ok(CallAnswer { told, ..self.answer(status, output, &denials, outcome.took, streams) })
    }

    /// Records a call that was counted, and then could not begin. What was set aside for it is its task's again.
    pub(super) fn not_begun(&self, reason: Reason, failure: &Failure) {
        let outcome = Recorded::Failed(failure.message.clone().into());
        let policies = Some(Arc::clone(&self.layers.policies));
        let noted = self.recorder.note_call(self.entry(Word::Allow, reason, outcome), None, policies);
        if let Err(error) = noted.and_then(|()| self.bind(&Supplied::default())) {
            tracing::error!(%error, "a call that could not begin is not recorded");
        }
    }

    /// What a worker's end means. Where nothing but a guest that has broken out of the engine explains it, its task is stopped.
    fn fallen(&self, how: &str, hostile: bool) -> Failure {
        let message = format!("the worker of `{}` ended: {how}", self.name);
        let event = Event::new(Subject::Worker, "end", &self.name, Time::now())
            .by(self.task.opening.agent.as_deref(), self.task.opening.owner.as_deref())
            .note(how)
            .text("of_task", &self.task.opening.id)
            .text("of_call", &self.id)
            .text("taken_as", if hostile { "hostile" } else { "failed" });
        // The task is ended first: that the event cannot be recorded must not keep it open.
        let ended = if hostile { self.broker.end(&self.task, End::Revoked).err() } else { None };
        let noted = event::note(&self.broker.state.db, &event).err().map(Failure::from);
        let notice = Notice::WorkerEnded(self.name.clone(), hostile);
        match ended.or(noted) {
            Some(failure) => failure.detail(message),
            None => Failure::internal(message).help(notice.help()).notice(notice),
        }
    }

    /// Whoever reads the output of an untrusted tool is tainted before it has it.
    fn taint(&self, rule: &RuleRef) -> Result<(), RecordError> {
        self.standing.read_untrusted(rule)
    }

    fn bind(&self, supplied: &Supplied) -> Result<(), RecordError> {
        let unused = self.standing.unused();
        self.recorder.bind_with(&|tx| {
            tasks::give_back(tx, self.standing.holder(), &unused)?;
            tasks::supply(tx, self.task.root(), supplied)
        })
    }

    pub(super) fn answer(
        &self,
        status: Status,
        output: Output,
        denials: &[Denial],
        took: Duration,
        streams: Option<Streams>,
    ) -> CallAnswer {
        let ms = (took.as_secs_f64() * 100_000.0).round() / 100.0;
        CallAnswer {
            exit: status.exit(),
            call: self.id.clone(),
            task: self.task.opening.id.clone(),
            tool: self.name.clone(),
            status,
            denied: denials.iter().map(denied).collect(),
            ms,
            output,
            told: Told::default(),
            streams,
            held: None,
        }
    }
}

/// What was refused, not which rule to work around.
fn denied(denial: &Denial) -> Value {
    let verdict = if denial.verdict == Word::Ask { "ask" } else { "deny" };
    json!({ "access": denial.told, "verdict": verdict, "id": denial.id })
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub(super) fn unrecorded(error: RecordError) -> Failure {
    Failure::internal(error.to_string())
        .help("the result is withheld; `toolward doctor` looks at the store")
        .notice(Notice::Withheld)
}
