//! A call that is not made: it is denied, needs a human, or a budget is spent. It is recorded, and it counts.
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use toolward_host_fns::mediate::Denial;
use toolward_host_fns::record::{Entry, Outcome as Recorded, Word};
use toolward_host_fns::standing::Standing;
use toolward_manifests::{Access, Call, Layer, Reason, Unit, Verdict};

use super::asked::CallAnswer;
use super::call::Calling;
use super::finish::unrecorded;
use crate::call::{Output, Reached, Status, Told, amount_text};
use crate::failure::Failure;
use crate::state::fresh_id;
use crate::state::tasks::{Tasks, Unspent};

impl Calling<'_> {
    /// Whether the task may call it at all, with some input and at some time.
    pub(super) fn may_be_made(&self) -> bool {
        self.scope.may_call(&self.name, self.sha256.as_deref())
    }

    /// Refuses a call whose name or digest is denied, whatever its input is: that is not looked at.
    pub(super) fn refused_by_name(&self) -> Result<CallAnswer, Failure> {
        let call = Call { tool: self.name.clone(), sha256: self.sha256.clone(), input: Value::Null, history: None };
        match self.scope.decide_when(&Access::Tools(call), self.standing.taint()) {
            Verdict::Deny(reason) => self.refused(Word::Deny, &reason),
            Verdict::Ask(ask) => self.refused(Word::Ask, ask.reason()),
            Verdict::Allow(_) => {
                let note = Some("no rule is about this tool".into());
                self.refused(Word::Deny, &Reason { layer: Layer::Policy, rule: None, note })
            }
        }
    }

    /// Whose budget has no call left, where one has not: then nothing is loaded either.
    pub(super) fn has_no_call_left(&self) -> Result<Option<Unspent>, Failure> {
        let holder = self.standing.holder();
        if !holder.bounds(Unit::Calls) {
            return Ok(None);
        }
        Ok(self.broker.state.db.has_left(holder, Unit::Calls)?.err())
    }

    /// Records that the call itself was refused, and says so. It counts as a call: trying out what is allowed is not free.
    pub(super) fn refused(&self, word: Word, reason: &Reason) -> Result<CallAnswer, Failure> {
        if let Err(whose) = self.broker.state.db.draw(self.standing.holder(), Unit::Calls, 1, 1)? {
            return self.spent(whose);
        }
        let denial = self.denied(word, reason.clone())?;
        self.recorder.bind_unmade().map_err(unrecorded)?;
        let status = if word == Word::Ask { Status::Refused } else { Status::Denied };
        Ok(self.answer(status, Output::Nothing, &[denial], Duration::ZERO, None))
    }

    /// Notes that the call was refused.
    pub(super) fn denied(&self, word: Word, reason: Reason) -> Result<Denial, Failure> {
        let id = fresh_id("d_")?;
        let entry = Entry { id: Some(id.clone()), ..self.entry(word, reason.clone(), Recorded::Refused) };
        self.recorder.note_call(entry, None, Some(Arc::clone(&self.layers.policies))).map_err(unrecorded)?;
        let access = format!("tools call {}", self.name);
        Ok(Denial { told: access.clone(), access, verdict: word, reason, id })
    }

    /// Records that a budget is spent, and says so.
    pub(super) fn spent(&self, whose: Unspent) -> Result<CallAnswer, Failure> {
        let note = match whose {
            Unspent::Task(Unit::Calls, most) => format!("the budget of {most} calls is spent"),
            Unspent::Task(unit, most) => format!("the budget of {} {} is spent", amount_text(unit, most), unit.word()),
            Unspent::Day(unit, most) => {
                format!("the agent's budget of {} {} a day is spent", amount_text(unit, most), unit.word())
            }
        };
        self.note_spent(note)?;
        self.recorder.bind_unmade().map_err(unrecorded)?;
        let told = Told { limit: Some(Reached::of_budget(whose).json()), ..Told::default() };
        Ok(CallAnswer { told, ..self.answer(Status::Limit, Output::Nothing, &[], Duration::ZERO, None) })
    }

    /// Notes that a budget is spent, before the call or in the middle of it.
    pub(super) fn note_spent(&self, note: String) -> Result<(), Failure> {
        let reason = Reason { layer: Layer::Limit, rule: None, note: Some(note.into()) };
        let entry = self.entry(Word::Deny, reason, Recorded::Refused);
        self.recorder.note_call(entry, None, Some(Arc::clone(&self.layers.policies))).map_err(unrecorded)
    }
}
