//! What a command said, and what a test may say about that.
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::SECRET;
use crate::program::{self, Ended};

/// One command's end.
#[derive(Debug)]
pub struct Said(pub Ended);

impl Said {
    /// Runs a command to its end.
    ///
    /// # Panics
    /// Where a secret came out, or Toolward crashed; as all that follow, where what they say is not so.
    #[must_use]
    pub fn by(command: &mut Command) -> Self {
        Self::checked(program::run(command))
    }

    /// Runs a command with these bytes on its standard input.
    ///
    /// # Panics
    /// As [`Said::by`].
    #[must_use]
    pub fn to(command: &mut Command, input: &[u8]) -> Self {
        let began = std::time::Instant::now();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that stops reading early closes its end: that is no failure of the test.
        drop(child.stdin.take().unwrap().write_all(input));
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        Self::checked(Ended { code: output.status.code(), stdout, stderr, took: began.elapsed() })
    }

    /// What a command said that has ended.
    ///
    /// # Panics
    /// As [`Said::by`].
    #[must_use]
    pub fn checked(ended: Ended) -> Self {
        let said = Self(ended);
        assert!(!said.0.stdout.contains(SECRET) && !said.0.stderr.contains(SECRET), "a secret came out: {said}");
        // Rust's own code for a panic, and none where a signal ended it.
        assert!(!matches!(said.0.code, None | Some(101)), "toolward crashed: {said}");
        said
    }

    /// The exit code.
    ///
    /// # Panics
    /// Where it is another.
    pub fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.0.code, Some(code), "the exit code of {self}");
        self
    }

    /// The result: all of standard output, without the end of its last line.
    #[must_use]
    pub fn result(&self) -> &str {
        self.0.stdout.trim_end_matches('\n')
    }

    /// Standard output is this one JSON value.
    ///
    /// # Panics
    /// Where it is none, or more than one.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.0.stdout).unwrap_or_else(|error| panic!("not one JSON value: {error}: {self}"))
    }

    /// Standard output is JSON values, one a line.
    ///
    /// # Panics
    /// Where a line is none.
    #[must_use]
    pub fn json_lines(&self) -> Vec<Value> {
        let parsed = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.0.stdout.lines().map(parsed).collect()
    }

    /// It ended with this code, gave no result, and says on standard error, in the form of all errors, something that
    /// contains this: one line in the user's words, then, after whatever shows the place, what to do about it.
    ///
    /// # Panics
    /// Where that is not so.
    pub fn fails(&self, code: i32, because: &str) -> &Self {
        self.exits(code);
        let lines: Vec<&str> = self.0.stderr.lines().collect();
        let message = lines.first().and_then(|line| line.strip_prefix("error: "));
        let message = message.unwrap_or_else(|| panic!("the first line is no error: {self}"));
        if !self.0.stdout.is_empty() {
            // A call's answer is one JSON object in every case.
            let answer = self.json();
            assert_eq!((&answer["status"], &answer["error"]["message"]), (&"error".into(), &message.into()), "{self}");
            assert!(answer["error"]["code"].is_string() && answer.get("output").is_none(), "{self}");
        }
        assert!(message.contains(because), "the error does not say `{because}`: {self}");
        assert!(!message.ends_with('.') && !message.starts_with(char::is_uppercase), "house style: {self}");
        assert_eq!(lines.iter().filter(|line| line.starts_with("error: ")).count(), 1, "one error is one line: {self}");
        assert!(lines.iter().any(|line| line.starts_with("help: ")), "there is no help: {self}");
        self
    }

    /// Standard error shows this line with a caret below it.
    ///
    /// # Panics
    /// Where it does not.
    pub fn shows_with_a_caret(&self, line: &str) -> &Self {
        // The first line is the message, which may name the same.
        let lines: Vec<&str> = self.0.stderr.lines().skip(1).collect();
        let at = lines.iter().position(|shown| shown.contains(line));
        let at = at.unwrap_or_else(|| panic!("`{line}` is not shown: {self}"));
        assert!(lines.get(at + 1).is_some_and(|below| below.contains('^')), "no caret below `{line}`: {self}");
        self
    }

    /// Standard output contains this.
    ///
    /// # Panics
    /// Where it does not.
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.0.stdout.contains(text), "standard output does not say `{text}`: {self}");
        self
    }

    /// Standard output does not contain this.
    ///
    /// # Panics
    /// Where it does.
    pub fn does_not_say(&self, text: &str) -> &Self {
        assert!(!self.0.stdout.contains(text), "standard output says `{text}`: {self}");
        self
    }

    /// It is one call's answer: one object with this `status`, the exit code that goes with it, and nothing on standard
    /// error.
    ///
    /// # Panics
    /// Where that is not so.
    pub fn answers(&self, status: &str) -> Value {
        let code = match status {
            "ok" => 0,
            "failed" => 1,
            "denied" => 3,
            "refused" => 4,
            "limit" => 5,
            "cancelled" => 130,
            other => panic!("there is no status `{other}`"),
        };
        self.exits(code);
        let answer = self.json();
        assert_eq!(answer["status"], status, "{self}");
        // How it ended is said beside that, where there is more to say than the status.
        let more = ["error", "exit_code", "limit", "truncated"];
        let keys = answer.as_object().unwrap().keys().map(String::as_str);
        let keys: Vec<&str> = keys.filter(|key| !more.contains(key)).collect();
        assert_eq!(keys, ["call", "denied", "ms", "output", "status", "stderr", "task", "tool"], "{self}");
        assert!(
            answer["call"].as_str().unwrap().starts_with("c_") && answer["task"].as_str().unwrap().starts_with("t_")
        );
        assert!(answer["ms"].is_number() && answer["stderr"].is_string(), "{self}");
        assert_eq!(self.0.stderr, "", "{self}");
        answer
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let short = |text: &str| text.chars().take(6_000).collect::<String>();
        let Ended { code, stdout, stderr, took } = &self.0;
        write!(f, "code {code:?} after {took:?}\n--- stdout\n{}\n--- stderr\n{}\n---", short(stdout), short(stderr))
    }
}
