//! Explains a verdict of a policy that has changed since: what decided then, and what its line says now.
use toolward_manifests::Source;

use super::Context;
use crate::audit::View;
use crate::failure::Failure;
use crate::installation::Installation;
use crate::policy::Loaded;
use crate::state::State;
use crate::state::tasks::Tasks;

/// The policy that holds now, beside those that tasks were opened under.
pub(super) struct Policies {
    state: State,
    now: Option<Loaded>,
    /// The task that was looked at last, with the texts of its policy where they are others.
    last: Option<(String, Option<Then>)>,
}

/// The policy that a task was opened under.
struct Then {
    sha256: String,
    texts: Vec<Source>,
}

impl Policies {
    /// Those of a home, read through a connection of its own.
    pub(super) fn new(cx: &Context) -> Result<Self, Failure> {
        // Where none loads there is nothing to compare with, and the record says all that is known.
        let now = Installation::load(&cx.home).ok().map(|installation| installation.loaded);
        Ok(Self { state: cx.open_state()?, now, last: None })
    }

    /// What is to be said of the rule that decided, where its line has changed.
    pub(super) fn told(&mut self, view: &View<'_>) -> Result<Option<String>, Failure> {
        let (Some("policy"), Some(rule), Some(text)) =
            (view.layer.as_deref(), view.rule.as_deref(), view.rule_text.as_deref())
        else {
            return Ok(None);
        };
        self.look_at(&view.task)?;
        let (Some(now), Some((_, Some(then)))) = (&self.now, &self.last) else { return Ok(None) };
        let (line_then, line_now) = (line(&then.texts, rule), line(&now.texts, rule));
        let said_by = |line: Option<&str>| line.is_some_and(|line| says(line, text));
        if line_then == line_now || (!said_by(line_then) && said_by(line_now)) {
            return Ok(None);
        }
        let by = match said_by(line_then) {
            true => format!("by the policy at opening (sha256:{})", then.sha256),
            false => "by a policy that held meanwhile".to_owned(),
        };
        Ok(Some(match line_now.filter(|line| !line.is_empty()) {
            Some(line) => format!("{by}; that line now says `{line}`"),
            None => format!("{by}; that line is there no more"),
        }))
    }

    fn look_at(&mut self, task: &str) -> Result<(), Failure> {
        if self.last.as_ref().is_some_and(|(last, _)| last == task) {
            return Ok(());
        }
        let then = self.state.db.by_id(task)?.map(|task| task.opening.policy_sha256);
        let changed = then.filter(|then| self.now.as_ref().is_some_and(|now| now.sha256() != *then));
        let texts = changed.map(|then| self.state.db.policy_texts(&then)).transpose()?.flatten();
        let then = changed.zip(texts).map(|(sha256, texts)| Then { sha256: hex::encode(sha256), texts });
        self.last = Some((task.to_owned(), then));
        Ok(())
    }
}

/// The line that a rule names, as `policy.toml:31`.
fn line<'a>(texts: &'a [Source], rule: &str) -> Option<&'a str> {
    let (file, line) = rule.rsplit_once(':')?;
    let at = line.parse::<usize>().ok()?.checked_sub(1)?;
    texts.iter().find(|source| source.name == file)?.text.lines().nth(at).map(str::trim)
}

/// Whether a line holds the words of a rule, which stand first in its text: ``deny = ["read"]` on `/repo/**``.
fn says(line: &str, text: &str) -> bool {
    text.split('`').nth(1).is_some_and(|words| line.contains(words))
}
