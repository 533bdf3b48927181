//! Who asks: the operator, who is told everything, or the holder of a handle, who is told the verdict.
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use toolward_host_fns::record::{Entry, Outcome, Recorder, Word};
use toolward_manifests::scope::{Imagined, Witnesses};
use toolward_manifests::{Access, Call, Reason, Scope, Verdict};

use super::question::Question;
use crate::audit::TaskRef;
use crate::broker::Broker;
use crate::call::{CallRecorder, TaskStanding};
use crate::callable;
use crate::failure::Failure;
use crate::installation::{Installation, Terms};
use crate::notice::Notice;
use crate::state::fresh_id;
use crate::state::tasks::{Task, Tasks};

/// Who asks, and what was asked before: the questions are of one task, in which an allowed call counts as made.
pub(super) struct Asker {
    terms: Terms,
    imagined: Imagined,
    holder: Option<Holder>,
}

/// Whoever holds a task's handle.
struct Holder {
    broker: Broker,
    task: Task,
    standing: Arc<TaskStanding>,
    installation: Installation,
}

impl Asker {
    /// The operator, of a task that is imagined and new.
    pub(super) fn operator(terms: Terms) -> Self {
        Self { terms, imagined: Imagined::new(), holder: None }
    }

    /// The holder of a task, which has done something before.
    pub(super) fn holder(broker: Broker, task: Task, installation: Installation) -> Result<Self, Failure> {
        broker.has_room(&installation)?;
        let layers = broker.layers(&task, &installation)?;
        let standing = broker.standing(&task, &layers, &installation)?;
        let terms = layers.terms;
        let past = broker.state.db.past(&task, &[], &Witnesses::default(), &|_, _| false)?;
        let imagined = Imagined::after(past.history, past.taint);
        Ok(Self { terms, imagined, holder: Some(Holder { broker, task, standing, installation }) })
    }

    pub(super) fn terms(&self) -> &Terms {
        &self.terms
    }

    /// What the holder of a handle is told of a tool that its task may not call, whatever the input: that it is denied, be the
    /// tool there or not. `None` where it may be called, and for the operator.
    pub(super) fn refused_by_name(&self, installation: &Installation, name: &str) -> Result<Option<Value>, Failure> {
        let Some(holder) = &self.holder else { return Ok(None) };
        if !callable::can_be_named(name) {
            return Err(Notice::NoSuchTool(name.to_owned()).into());
        }
        let sha256 = installation.callable(name).ok();
        let sha256 = sha256.and_then(|found| found.tool.manifest.component_sha256().map(str::to_owned));
        let scope = installation.scope(None, &self.terms)?;
        if scope.may_call(name, sha256.as_deref()) {
            return Ok(None);
        }
        let access = Access::Tools(Call { tool: name.to_owned(), sha256, input: Value::Null, history: None });
        let verdict = scope.decide_when(&access, self.imagined.taint);
        holder.record(name, &access, &verdict)?;
        Ok(Some(json!({ "verdict": verdict.word() })))
    }

    /// Decides, and goes on from there: an allowed call was made, and gave this output.
    pub(super) fn answer(&mut self, question: &Question, output: Option<&Value>) -> Result<Value, Failure> {
        let Question { tool, access, scope } = question;
        let seen = match (&self.holder, access) {
            (Some(holder), Access::Tools(call)) => {
                let past = holder.broker.past(&holder.task, scope, call, &holder.installation)?.history;
                self.imagined.history.unseen = past.unseen;
                past.seen
            }
            _ => BTreeMap::new(),
        };
        let asked = self.imagined.completed(scope, access, seen);
        let verdict = scope.decide_when(&asked, self.imagined.taint);
        let answer = match &self.holder {
            None => self.told(scope, &asked, &verdict),
            Some(holder) => {
                holder.record(tool, access, &verdict)?;
                json!({ "verdict": verdict.word() })
            }
        };
        match (&verdict, &asked) {
            (Verdict::Allow(_), Access::Tools(call)) => {
                self.imagined.made(scope, call, Some(output.unwrap_or(&Value::Null)))
            }
            (Verdict::Allow(_), access) => self.imagined.accessed(scope, access),
            (Verdict::Ask(_) | Verdict::Deny(_), _) => {}
        }
        Ok(answer)
    }

    /// All that is to be said of a verdict, for the operator: also what would have to change.
    fn told(&self, scope: &Scope, access: &Access, verdict: &Verdict) -> Value {
        let Reason { layer, rule, .. } = verdict.reason();
        let rule = rule.as_ref().map(ToString::to_string);
        let mut told = json!({ "verdict": verdict.word(), "layer": layer.to_string(), "rule": rule, "why": why(verdict.reason()) });
        let unopened = scope.unopened(access, self.imagined.taint);
        // Of one layer the verdict tells already.
        if let (Some(told), true) = (told.as_object_mut(), unopened.len() > 1) {
            let change = |(word, reason): &(&str, Reason)| {
                let rule = reason.rule.as_ref().map(ToString::to_string);
                json!({ "layer": reason.layer.to_string(), "verdict": word, "rule": rule, "why": why(reason) })
            };
            told.insert("change".to_owned(), unopened.iter().map(change).collect());
        }
        told
    }
}

fn why(Reason { rule, note, .. }: &Reason) -> String {
    match (rule, note) {
        (Some(rule), None) => rule.text.to_string(),
        (Some(rule), Some(note)) => format!("{} ({note})", rule.text),
        (None, Some(note)) => note.to_string(),
        (None, None) => String::new(),
    }
}

impl Holder {
    /// A question with a handle is a probe like any other: it is recorded.
    fn record(&self, tool: &str, access: &Access, verdict: &Verdict) -> Result<(), Failure> {
        let reference = TaskRef::of(&self.task.opening);
        let recorder = CallRecorder::new(self.broker.log(), reference, fresh_id("c_")?.into(), tool.into(), false)
            .standing(Arc::clone(&self.standing));
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
            outcome: Outcome::Probe,
            intent: None,
            totals: None,
            peer: None,
            id: None,
        };
        recorder.note(entry).and_then(|()| recorder.bind_unmade()).map_err(|error| Failure::internal(error.to_string()))
    }
}
