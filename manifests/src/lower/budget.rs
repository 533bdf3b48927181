//! Budgets.
use std::time::Duration;

use super::Lowering;
use crate::budget::Budget;
use crate::file::{At, BudgetFile};

/// Beyond this a slip of the pen is likelier than a need: a pebibyte, and a year of CPU time.
const MOST_BYTES: u64 = 1 << 50;
const MOST_CPU: Duration = Duration::from_hours(24 * 366);
const MOST: u64 = u32::MAX as u64;

impl Lowering<'_> {
    /// A budget, which names at least one unit.
    pub(crate) fn budget(&mut self, written: Option<&At<BudgetFile>>) -> Budget {
        let Some(file) = written else { return Budget::default() };
        if **file == BudgetFile::default() {
            self.says_nothing(&file.span, "the budget says nothing");
        }
        let mut count = |key: &str, written: &Option<At<i64>>| {
            written.as_ref().map(|written| self.count(key, Some(written), MOST, MOST))
        };
        let calls = count("calls", &file.calls);
        let host_calls = count("host_calls", &file.host_calls);
        let requests = count("requests", &file.requests);
        let prompts = count("prompts", &file.prompts);
        let mut size = |key: &str, written: &Option<At<String>>| {
            written.as_ref().map(|written| self.size(key, Some(written), MOST_BYTES, MOST_BYTES))
        };
        let (sent, written) = (size("sent", &file.sent), size("written", &file.written));
        let log = size("log", &file.log);
        let cpu = file.cpu.as_ref().and_then(|cpu| self.duration(cpu, "cpu", MOST_CPU));
        Budget { calls, host_calls, requests, sent, written, cpu, log, prompts }
    }
}
