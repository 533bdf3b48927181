//! What a run left behind, and what a test may say about it.
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use crate::audit::{self, Record};
use crate::program::Ended;
use crate::tree::Tree;
use crate::{SECRET, World};

/// One finished run in its world.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub ended: Ended,
    root: Arc<TempDir>,
    manifest: String,
    before: Tree,
}

impl Outcome {
    pub(crate) fn new(ended: Ended, world: &World, before: Tree) -> Self {
        Self { ended, root: world.root(), manifest: world.manifest(), before }
    }

    /// What holds after every run, whatever it was: no secret came out, nothing outside the mounts has changed, and nothing
    /// temporary is left.
    pub(crate) fn kept_the_walls(&self) {
        for (stream, text) in [("stdout", &self.ended.stdout), ("stderr", &self.ended.stderr)] {
            let came_out = text.contains(SECRET) || text.contains(&as_a_list_of_bytes(SECRET));
            assert!(!came_out, "a secret came out on {stream}: {self}");
        }
        // Rust's own code for a panic, and none where a signal ended it: a guest can cause neither.
        assert!(!matches!(self.ended.code, None | Some(101)), "toolward crashed: {self}");
        let elsewhere =
            self.changed().into_iter().filter(|path| !path.starts_with("repo") && !path.starts_with("home"));
        assert_eq!(
            elsewhere.collect::<Vec<_>>(),
            Vec::<String>::new(),
            "something outside the mount has changed: {self}"
        );
    }

    fn changed(&self) -> Vec<String> {
        self.before.differences(&Tree::of(self.root.path()))
    }

    /// The run's exit code.
    ///
    /// # Panics
    /// Where it is another; as all that follow, where what they say is not so.
    pub fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.ended.code, Some(code), "the exit code of {self}");
        self
    }

    /// The guest ended well, said of at least one attempt that it was refused, and of none that it got something.
    ///
    /// # Panics
    /// Where that is not so.
    pub fn got_nothing(&self) -> &Self {
        self.exits(0);
        let got = self.ended.stdout.lines().find(|line| line.starts_with("got "));
        assert_eq!(got, None, "{self}");
        assert!(self.ended.stdout.lines().any(|line| line.starts_with("refused ")), "nothing was tried: {self}");
        self
    }

    /// Nothing in the mounts has changed.
    ///
    /// # Panics
    /// Where something has.
    pub fn changed_nothing(&self) -> &Self {
        self.changed_only(&[])
    }

    /// In the mounts these names have changed, and no others.
    ///
    /// # Panics
    /// Where that is not so.
    pub fn changed_only(&self, names: &[&str]) -> &Self {
        let in_mounts: Vec<String> = self.changed().into_iter().filter(|path| !path.starts_with("home")).collect();
        assert_eq!(in_mounts, names, "what has changed after {self}");
        self
    }

    /// These names have not changed.
    ///
    /// # Panics
    /// Where one has.
    pub fn left_alone(&self, names: &[&str]) -> &Self {
        let touched: Vec<String> = self.changed().into_iter().filter(|path| names.contains(&path.as_str())).collect();
        assert_eq!(touched, Vec::<String>::new(), "what has changed after {self}");
        self
    }

    /// The log holds the refusal of this access (`files read /repo/.env`).
    ///
    /// # Panics
    /// Where it does not.
    pub fn recorded_refusal(&self, access: &str) -> &Self {
        let refusals: Vec<String> = self.refusals().iter().map(Record::access).collect();
        assert!(
            refusals.iter().any(|refused| refused == access),
            "no record of `{access}` among {refusals:#?}\n{self}"
        );
        self
    }

    /// The log holds refusals of this kind of access (`tcp`).
    ///
    /// # Panics
    /// Where it does not.
    pub fn recorded_refusals_of(&self, kind: &str) -> &Self {
        assert!(
            self.refusals().iter().any(|record| record.text("kind") == kind),
            "no refusal of `{kind}` is recorded: {self}"
        );
        self
    }

    /// No record says that this access was allowed.
    ///
    /// # Panics
    /// Where one does.
    pub fn never_recorded_as_allowed(&self, access: &str) -> &Self {
        let allowed =
            self.records().into_iter().find(|record| record.access() == access && record.text("verdict") == "allow");
        assert!(allowed.is_none(), "{allowed:?}\n{self}");
        self
    }

    /// Every effect whose intent is recorded has a record of how it ended.
    ///
    /// # Panics
    /// Where one has none, or where there is no effect at all.
    pub fn closed_every_record(&self) -> &Self {
        let records = self.records();
        let intents: Vec<&Record> = records.iter().filter(|record| record.text("outcome") == "intent").collect();
        assert!(!intents.is_empty(), "nothing was done: {self}");
        let is_closed = |intent: &Record| records.iter().any(|record| record.number("intent") == intent.number("seq"));
        let open: Vec<String> = intents.into_iter().filter(|intent| !is_closed(intent)).map(Record::access).collect();
        assert_eq!(open, Vec::<String>::new(), "these records are not closed: {self}");
        self
    }

    /// The guest says this.
    ///
    /// # Panics
    /// Where it does not.
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.ended.stdout.contains(text), "the guest does not say `{text}`: {self}");
        self
    }

    /// The guest does not say this.
    ///
    /// # Panics
    /// Where it does.
    pub fn does_not_say(&self, text: &str) -> &Self {
        assert!(!self.ended.stdout.contains(text), "the guest says `{text}`: {self}");
        self
    }

    /// The author is told on standard error that this access (`files read /repo/.env`) was denied, and why, in one line.
    ///
    /// # Panics
    /// Where nobody is told.
    #[must_use]
    pub fn told_of(&self, access: &str) -> &str {
        let start = format!("toolward: denied: {access} — ");
        let told = self.ended.stderr.lines().find(|line| line.starts_with(&start));
        told.unwrap_or_else(|| panic!("nobody is told of `{access}`: {self}"))
    }

    /// The author is told that this access was denied by the manifest's rule for `path`.
    ///
    /// # Panics
    /// Where that is not so.
    pub fn names_the_rule(&self, access: &str, path: &str) -> &Self {
        let told = self.told_of(access);
        let line = told.split("manifest.toml:").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
        let line: usize = line.unwrap_or_else(|| panic!("no line is named: {told}"));
        let table = self.table_of(path);
        assert!(table.contains(&line), "line {line} is not in the table of `{path}`, {table:?}: {told}");
        self
    }

    fn table_of(&self, path: &str) -> std::ops::RangeInclusive<usize> {
        let lines: Vec<&str> = self.manifest.lines().collect();
        let at = lines.iter().position(|line| *line == format!("path = \"{path}\"")).expect("a rule of the manifest");
        let end = lines.iter().skip(at).position(|line| line.is_empty()).map_or(lines.len(), |length| at + length);
        at..=end
    }

    /// It ended at a limit, no later than this.
    ///
    /// # Panics
    /// Where that is not so.
    pub fn ended_within(&self, time: Duration) -> &Self {
        assert!(self.ended.took < time, "it took {:?}: {self}", self.ended.took);
        self
    }

    /// Toolward could not run it, and says why in one line of the user's words that contains this.
    ///
    /// # Panics
    /// Where that is not so.
    pub fn could_not_run(&self, because: &str) -> &Self {
        self.exits(125);
        assert_eq!(self.ended.stdout, "", "{self}");
        let first = self.ended.stderr.lines().next().unwrap_or_default();
        assert!(first.starts_with("error: ") && !first.ends_with('.'), "{self}");
        assert!(first.contains(because), "the error does not say `{because}`: {self}");
        let errors = self.ended.stderr.lines().filter(|line| line.starts_with("error: ")).count();
        assert_eq!(errors, 1, "one error is one line: {self}");
        self
    }

    /// All records of this world.
    #[must_use]
    pub fn records(&self) -> Vec<Record> {
        audit::records(&self.root.path().join("home"), &self.root.path().join("tmp"))
    }

    /// How each effect of this kind ended, in order.
    #[must_use]
    pub fn ends_of(&self, kind: &str) -> Vec<Record> {
        let is_end = |record: &Record| record.text("kind") == kind && record.number("intent").is_some();
        self.records().into_iter().filter(is_end).collect()
    }

    /// The refusals among them.
    #[must_use]
    pub fn refusals(&self) -> Vec<Record> {
        self.records().into_iter().filter(Record::is_refusal).collect()
    }
}

/// What Rust prints of bytes.
fn as_a_list_of_bytes(text: &str) -> String {
    text.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ")
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let short = |text: &str| text.chars().take(6_000).collect::<String>();
        let Ended { code, stdout, stderr, took } = &self.ended;
        write!(f, "code {code:?} after {took:?}\n--- stdout\n{}\n--- stderr\n{}\n---", short(stdout), short(stderr))
    }
}
