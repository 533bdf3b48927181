//! The mediator: decide → ask a human if need be → record the intent → hand out a permit.
//!
//! [`Mediator::mediate`] *is* the security argument. A [`Permit`] has no other source, every effect consumes one, and
//! where the record cannot be written there is no permit.
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use toolward_manifests::scope::Taint;
use toolward_manifests::{Access, FileOp, GuestPath, Kind, Layer, Reason, Scope, Unit, Verdict};

use crate::door::Fault;
use crate::record::{Entry, NotIntended, Outcome, Peer, RecordError, Recorder, Totals, Word};
use crate::standing::{Standing, spent};

mod allowance;
mod approver;

use allowance::Allowance;
pub use allowance::CLOSING_RECORD_BYTES;
pub use approver::{Approver, NobodyThere};

/// As many refusals are told with a call's result; all of them are in the log.
const MAX_DENIALS: usize = 1000;

/// What no rule can open: the mount's word, or a wall of structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Obstacle {
    pub(crate) layer: Layer,
    pub(crate) note: &'static str,
    /// What the guest gets; [`Fault::Refused`] in all cases but one.
    pub(crate) fault: Fault,
}

impl Obstacle {
    pub(crate) fn builtin(note: &'static str) -> Self {
        Self { layer: Layer::Builtin, note, fault: Fault::Refused }
    }

    pub(crate) fn mount(note: &'static str) -> Self {
        Self { layer: Layer::Mount, note, fault: Fault::Refused }
    }
}

/// One access with the obstacle that structure puts before it, if any.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) access: Access,
    pub(crate) obstacle: Option<Obstacle>,
    /// The file operation that the agent is told of a refusal: where the true one would tell what stands under a name.
    pub(crate) told: Option<FileOp>,
}

impl Wish {
    /// The access as the agent is told of its refusal.
    fn told(&self) -> String {
        match (&self.access, self.told) {
            (Access::Files { path, .. }, Some(op)) => Access::Files { op, path: path.clone() }.to_string(),
            (access, _) => access.to_string(),
        }
    }
}

/// One access that was refused, for the operator and for the agent.
#[derive(Debug, Clone)]
pub struct Denial {
    /// The access in the vocabulary's words: `files read /repo/.env`.
    pub access: String,
    /// The access as the agent is told of it. The operation may be another one of those that it asked for at once: the agent is
    /// not told by it what stands under a name that it may not list.
    pub told: String,
    /// `ask` where nobody answered, else `deny`.
    pub verdict: Word,
    /// Why: for the operator, never for the agent.
    pub reason: Reason,
    /// The id by which a person finds the record.
    pub id: String,
}

/// Whether an access changes anything: then its intent is committed before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// Reads and lists: one record, bound before the call's result leaves.
    Look,
    /// Everything else.
    Effect,
}

/// Leave to do exactly what was decided. It cannot be made, copied or kept: an effect consumes it.
#[must_use = "a permit is for an effect"]
#[derive(Debug)]
pub struct Permit {
    entries: Vec<Entry>,
}

/// An effect was done, or failed; its record is still owed.
#[must_use = "a receipt is settled or held until the stream closes"]
#[derive(Debug)]
pub(crate) struct Receipt {
    entries: Vec<Entry>,
}

impl Permit {
    /// Spends the permit on one effect.
    pub(crate) fn spend<T>(self, effect: impl FnOnce() -> T) -> (T, Receipt) {
        (effect(), Receipt { entries: self.entries })
    }
}

/// What was decided before, for a second decision on the same access: of itself it permits nothing.
#[derive(Debug)]
pub(crate) struct Decided {
    entries: Vec<Entry>,
}

impl Decided {
    /// Whether a human was asked by this rule, and said yes.
    fn answers(&self, reason: &Reason) -> bool {
        let asked = |entry: &Entry| entry.layer == Some(reason.layer) && entry.rule == reason.rule;
        self.entries.iter().any(asked)
    }

    /// The intents that are committed already, where they are.
    fn intents(&self) -> Option<Vec<u64>> {
        self.entries.iter().map(|entry| entry.intent).collect()
    }
}

impl Receipt {
    /// What was decided, for another decision on the same.
    pub(crate) fn decided(&self) -> Decided {
        Decided { entries: self.entries.clone() }
    }

    /// Says with whom it was exchanged.
    pub(crate) fn with(mut self, peer: Peer) -> Self {
        self.entries.iter_mut().for_each(|entry| entry.peer = Some(peer.clone()));
        self
    }
}

/// The scope of one call, its recorder, and whoever may be asked.
pub struct Mediator {
    scope: Arc<Scope>,
    recorder: Arc<dyn Recorder>,
    approver: Arc<dyn Approver>,
    standing: Arc<dyn Standing>,
    allowance: Allowance,
    denials: std::sync::Mutex<Vec<Denial>>,
    broken: OnceLock<String>,
    new_id: Box<dyn Fn() -> String + Send + Sync>,
}

impl Mediator {
    /// A mediator for one call that may make so many records.
    pub fn new(
        scope: Arc<Scope>,
        recorder: Arc<dyn Recorder>,
        approver: Arc<dyn Approver>,
        standing: Arc<dyn Standing>,
        new_id: Box<dyn Fn() -> String + Send + Sync>,
    ) -> Self {
        let allowance = Allowance::of(&scope.limits());
        let (denials, broken) = (std::sync::Mutex::default(), OnceLock::new());
        Self { scope, recorder, approver, standing, allowance, denials, broken, new_id }
    }

    /// The scope that it decides by.
    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The task that the call belongs to.
    pub(crate) fn standing(&self) -> &Arc<dyn Standing> {
        &self.standing
    }

    /// What the scope says of an access now: as the task stands.
    pub(crate) fn decide(&self, access: &Access) -> Verdict {
        self.scope.decide_when(access, self.standing.taint())
    }

    /// Decides all that one request asks for; only if every one is allowed is there a permit.
    pub(crate) async fn mediate(&self, wishes: Vec<Wish>, weight: Weight) -> Result<Permit, Fault> {
        self.mediate_again(None, wishes, weight).await
    }

    /// The same, where a first decision was made before more was known (the address of a name): all is decided anew, and
    /// only what a human has said yes to before, by the same rule, is not asked again, and an intent that is committed stands.
    pub(crate) async fn mediate_again(
        &self,
        before: Option<&Decided>,
        wishes: Vec<Wish>,
        weight: Weight,
    ) -> Result<Permit, Fault> {
        let mut entries = Vec::with_capacity(wishes.len());
        for wish in wishes {
            self.take_record()?;
            let refused =
                |verdict, reason, fault| Err(self.refuse(what(&wish.access), wish.told(), verdict, reason, fault));
            let allow = match (self.decide(&wish.access), wish.obstacle.clone()) {
                (Verdict::Deny(reason), _) => return refused(Word::Deny, reason, Fault::Refused),
                // An obstacle before a name that may not be listed would tell what the name is: the refusal is the one of a missing name.
                (Verdict::Ask(ask), Some(_)) if self.may_not_be_known(&wish.access) => {
                    return refused(Word::Ask, ask.reason().clone(), Fault::Refused);
                }
                (Verdict::Allow(_) | Verdict::Ask(_), Some(Obstacle { layer, note, fault })) => {
                    return refused(Word::Deny, Reason { layer, rule: None, note: Some(note.into()) }, fault);
                }
                (Verdict::Allow(allow), None) => allow,
                (Verdict::Ask(ask), None) if before.is_some_and(|before| before.answers(ask.reason())) => {
                    ask.approved_by_a_human()
                }
                (Verdict::Ask(ask), None) => {
                    let reason = ask.reason().clone();
                    match self.approver.approve(&wish.access, ask).await {
                        Some(allow) => allow,
                        None => return refused(Word::Ask, reason, Fault::Refused),
                    }
                }
            };
            entries.push(entry(what(&wish.access), Word::Allow, allow.reason().clone(), Outcome::Intent));
            self.reads_untrusted(&wish.access)?;
        }
        self.take_log(&entries, before, weight)?;
        if weight == Weight::Effect {
            let seqs = match before.and_then(Decided::intents) {
                Some(seqs) => seqs,
                None => self.recorder.intend(entries.clone(), takes(&entries)).map_err(|why| self.not_intended(why))?,
            };
            for (entry, seq) in entries.iter_mut().zip(seqs) {
                entry.intent = Some(seq);
            }
        }
        Ok(Permit { entries })
    }

    /// Whether an access is to a file whose name may not be listed.
    fn may_not_be_known(&self, access: &Access) -> bool {
        let Access::Files { path, .. } = access else { return false };
        let listed = Access::Files { op: FileOp::List, path: path.clone() };
        !matches!(self.decide(&listed), Verdict::Allow(_))
    }

    /// Records how a permitted access ended.
    pub(crate) fn settle(&self, receipt: Receipt, outcome: &Outcome, totals: Option<&Totals>) -> Result<(), Fault> {
        for mut entry in receipt.entries {
            entry.outcome = outcome.clone();
            entry.totals = totals.cloned();
            self.recorder.note(entry).map_err(|error| self.unrecorded(&error))?;
        }
        Ok(())
    }

    /// Records a refusal of something for which there are no rules to ask.
    pub(crate) fn refuse_unruled(&self, kind: Kind, op: &str, resource: &str, note: &str) -> Fault {
        if let Err(fault) = self.take_record() {
            return fault;
        }
        let reason = Reason { layer: Layer::Builtin, rule: None, note: Some(note.into()) };
        let what: What = (kind, Cow::Owned(op.to_owned()), resource.to_owned());
        let told = format!("{} {} {}", what.0, what.1, what.2);
        self.refuse(what, told, Word::Deny, reason, Fault::Refused)
    }

    /// Ends the call, since the host cannot do its work. The first reason is kept for whoever called.
    pub(crate) fn break_off(&self, why: String) -> Fault {
        tracing::debug!(why, "the call is broken off");
        self.broken.get_or_init(|| why);
        Fault::Broken
    }

    /// Why the host could not do its work, where it could not.
    pub fn why_broken(&self) -> Option<&str> {
        self.broken.get().map(String::as_str)
    }

    fn unrecorded(&self, error: &RecordError) -> Fault {
        self.break_off(error.to_string())
    }

    fn not_intended(&self, why: NotIntended) -> Fault {
        match why {
            NotIntended::Unrecorded(error) => self.unrecorded(&error),
            NotIntended::Spent(unit) => spent(unit),
            NotIntended::Over => Fault::Over,
        }
    }

    /// What was refused so far.
    pub fn denials(&self) -> Vec<Denial> {
        self.denials.lock().map(|d| d.clone()).unwrap_or_default()
    }

    /// How many records the call may still make.
    pub(crate) fn records_left(&self) -> u32 {
        self.allowance.records()
    }

    /// Whether the next access may taint the task, and decisions depend on that.
    pub(crate) fn may_become_tainted(&self) -> bool {
        self.standing.taint() == Taint::Clean && self.scope.asks_taint()
    }

    /// Counts a question that leaves no record, as one of the task's host calls.
    pub(crate) fn take_question(&self) -> Result<(), Fault> {
        self.standing.take(Unit::HostCalls, 1)
    }

    /// One record less; at none the call ends.
    fn take_record(&self) -> Result<(), Fault> {
        self.allowance.take_record()?;
        self.standing.take(Unit::HostCalls, 1)
    }

    /// Taints the task before anything is read from a place of files that the policy marks untrusted: content, names in a
    /// directory, the text of a link.
    pub(crate) fn reads_file(&self, path: &GuestPath) -> Result<(), Fault> {
        self.reads_untrusted(&Access::Files { op: FileOp::Read, path: path.clone() }).map(drop)
    }

    /// Whether nothing refuses these wishes as the task stands now. It permits nothing.
    pub(crate) fn may_be_permitted(&self, wishes: &[Wish]) -> bool {
        let refused = |wish: &Wish| wish.obstacle.is_some() || matches!(self.decide(&wish.access), Verdict::Deny(_));
        !wishes.iter().any(refused)
    }

    /// Taints the task before a directory moves that takes something untrusted to where no line marks it.
    pub(crate) fn moves_directory(&self, from: &GuestPath, to: &GuestPath) -> Result<(), Fault> {
        let Some(rule) = self.scope.untrusted_by_moving(from, to) else { return Ok(()) };
        self.standing.read_untrusted(&rule).map_err(|error| self.unrecorded(&error))
    }

    /// Takes the bytes of the records that an access will make, before it is done: where they have no room the call ends.
    fn take_log(&self, entries: &[Entry], before: Option<&Decided>, weight: Weight) -> Result<(), Fault> {
        let records = match weight {
            Weight::Look => 1,
            // Its intent and its outcome; an intent that is committed already was taken with its own outcome.
            Weight::Effect if before.and_then(Decided::intents).is_none() => 2,
            Weight::Effect => return Ok(()),
        };
        self.take_log_bytes(entries.iter().map(Entry::recorded_bytes).sum::<u64>().saturating_mul(records))
    }

    fn take_log_bytes(&self, bytes: u64) -> Result<(), Fault> {
        self.allowance.take_bytes(bytes)?;
        self.standing.take(Unit::Log, bytes)
    }

    /// Taints the task before anything is read from a source that the policy marks untrusted; answers whether it is one.
    pub(crate) fn reads_untrusted(&self, access: &Access) -> Result<bool, Fault> {
        let Some(rule) = self.scope.untrusted(access) else { return Ok(false) };
        self.standing.read_untrusted(&rule).map_err(|error| self.unrecorded(&error))?;
        Ok(true)
    }

    /// Records a refusal. If even that fails the call ends, which refuses it all the same.
    fn refuse(&self, what: What, told: String, verdict: Word, reason: Reason, fault: Fault) -> Fault {
        let id = (self.new_id)();
        let access = format!("{} {} {}", what.0, what.1, what.2);
        let mut entry = entry(what, verdict, reason.clone(), Outcome::Refused);
        entry.id = Some(id.clone());
        if let Err(fault) = self.take_log_bytes(entry.recorded_bytes()) {
            return fault;
        }
        if let Err(error) = self.recorder.note(entry) {
            return self.unrecorded(&error);
        }
        if let Ok(mut denials) = self.denials.lock()
            && denials.len() < MAX_DENIALS
        {
            denials.push(Denial { access, told, verdict, reason, id });
        }
        fault
    }
}

/// What the effects of these accesses take of the task's budget: whatever leaves for the network is one request.
fn takes(entries: &[Entry]) -> &'static [(Unit, u64)] {
    let leaves = |entry: &Entry| matches!(entry.kind, Kind::Http | Kind::Tcp | Kind::Dns);
    if entries.iter().any(leaves) { &[(Unit::Requests, 1)] } else { &[] }
}

/// Kind, operation and resource.
type What = (Kind, Cow<'static, str>, String);

fn what(access: &Access) -> What {
    (access.kind(), access.op(), access.resource().into_owned())
}

fn entry((kind, op, resource): What, verdict: Word, reason: Reason, outcome: Outcome) -> Entry {
    Entry {
        kind,
        op,
        resource,
        verdict,
        layer: Some(reason.layer),
        rule: reason.rule,
        note: reason.note,
        outcome,
        intent: None,
        totals: None,
        peer: None,
        id: None,
    }
}
