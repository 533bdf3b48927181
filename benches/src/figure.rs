//! A figure: rows of the table, each beside its baseline and its goals, and the exact words for what was done.
use std::fmt;
use std::time::Duration;

/// What one benchmark has to say.
#[derive(Debug)]
pub(crate) struct Figure {
    pub(crate) title: &'static str,
    pub(crate) rows: Vec<Row>,
    /// What is measured, what is in it and what is not.
    pub(crate) definition: String,
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    what: String,
    measured: String,
    baseline: Option<String>,
    ratio: Option<f64>,
    goals: Vec<(String, bool)>,
}

impl Row {
    /// Something measured, without a baseline.
    pub(crate) fn alone(what: impl Into<String>, measured: impl fmt::Display) -> Self {
        Self { what: what.into(), measured: measured.to_string(), baseline: None, ratio: None, goals: Vec::new() }
    }

    /// A duration beside another.
    pub(crate) fn times(what: impl Into<String>, measured: Duration, baseline: Duration) -> Self {
        let ratio = measured.as_secs_f64() / baseline.as_secs_f64();
        Self::alone(what, Shown(measured)).beside(Shown(baseline), ratio)
    }

    /// The baseline, and how many times as much it is.
    pub(crate) fn beside(mut self, baseline: impl fmt::Display, ratio: f64) -> Self {
        self.baseline = Some(baseline.to_string());
        self.ratio = Some(ratio);
        self
    }

    /// The goal that the ratio is at most this.
    pub(crate) fn within(self, most: f64) -> Self {
        let met = self.ratio.is_some_and(|ratio| ratio <= most);
        self.goal(format!("within {most}×"), met)
    }

    /// Another goal, and whether it was met.
    pub(crate) fn goal(mut self, words: impl Into<String>, met: bool) -> Self {
        self.goals.push((words.into(), met));
        self
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let baseline = self.baseline.as_deref().unwrap_or("–");
        let ratio = self.ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}×"));
        let goals: Vec<&str> = self.goals.iter().map(|(words, _)| words.as_str()).collect();
        let (goals, met) = match self.goals.iter().filter(|(_, met)| !met).count() {
            _ if goals.is_empty() => ("–".to_owned(), "–"),
            0 => (goals.join(", "), "yes"),
            _ => (goals.join(", "), "**no**"),
        };
        write!(f, "| {} | {} | {baseline} | {ratio} | {goals} | {met} |", self.what, self.measured)
    }
}

/// A duration with three digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown(pub(crate) Duration);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.as_secs_f64() * 1e9;
        let (value, unit) = match nanos {
            n if n < 1e3 => (n, "ns"),
            n if n < 1e6 => (n / 1e3, "µs"),
            n if n < 1e9 => (n / 1e6, "ms"),
            n => (n / 1e9, "s"),
        };
        let digits = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
        write!(f, "{value:.digits$} {unit}")
    }
}
