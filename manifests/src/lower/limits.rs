//! The `[limits]` table.
use std::time::Duration;

use super::Lowering;
use crate::file::{At, LimitsFile};
use crate::limits::Limits;
use crate::unit::{BadUnit, duration_text, parse_duration, parse_size};

impl Lowering<'_> {
    /// The limits that a file names, over those that it starts from.
    pub(crate) fn limits(&mut self, written: Option<&LimitsFile>, start: Limits) -> Limits {
        let Some(file) = written else { return start };
        let most = Limits::MOST;
        Limits {
            memory: self.size("memory", file.memory.as_ref(), most.memory, start.memory),
            table_elements: self.count(
                "table_elements",
                file.table_elements.as_ref(),
                most.table_elements,
                start.table_elements,
            ),
            instances: self.count("instances", file.instances.as_ref(), most.instances, start.instances),
            stack: self.size("stack", file.stack.as_ref(), most.stack, start.stack),
            time: self.time(file.time.as_ref(), start.time),
            output: self.size("output", file.output.as_ref(), most.output, start.output),
            open_files: self.count("open_files", file.open_files.as_ref(), most.open_files, start.open_files),
            handles: self.count("handles", file.handles.as_ref(), most.handles, start.handles),
            records: self.count("records", file.records.as_ref(), most.records, start.records),
            log: self.size("log", file.log.as_ref(), most.log, start.log),
            input: self.size("input", file.input.as_ref(), most.input, start.input),
            requests: self.count("requests", file.requests.as_ref(), most.requests, start.requests),
            sent: self.size("sent", file.sent.as_ref(), most.sent, start.sent),
            received: self.size("received", file.received.as_ref(), most.received, start.received),
            connections: self.count("connections", file.connections.as_ref(), most.connections, start.connections),
        }
    }

    pub(super) fn size(&mut self, key: &str, written: Option<&At<String>>, most: u64, start: u64) -> u64 {
        let Some(written) = written else { return start };
        let Some(size) = self.quantity(written, parse_size) else { return start };
        if size == 0 {
            self.error(&written.span, format!("`{key}` is zero"));
        } else if size > most {
            self.too_large(written, key, &size_text(most));
        }
        size
    }

    fn time(&mut self, written: Option<&At<String>>, start: Duration) -> Duration {
        let Some(written) = written else { return start };
        self.duration(written, "time", Limits::MOST.time).unwrap_or(start)
    }

    /// A duration above zero and within what this platform holds.
    pub(crate) fn duration(&mut self, written: &At<String>, key: &str, most: Duration) -> Option<Duration> {
        let duration = self.quantity(written, parse_duration)?;
        if duration.is_zero() {
            self.error(&written.span, format!("`{key}` is zero"));
        } else if duration > most {
            self.too_large(written, key, &duration_text(most));
        }
        Some(duration)
    }

    pub(crate) fn count<N: TryFrom<i64> + Into<u64> + Copy>(
        &mut self,
        key: &str,
        written: Option<&At<i64>>,
        most: N,
        start: N,
    ) -> N {
        let Some(written) = written else { return start };
        if written.value <= 0 {
            let help = "write a whole number of at least 1".to_owned();
            self.error_with_help(&written.span, format!("`{key}` is {}", written.value), help);
            return start;
        }
        let most_number: u64 = most.into();
        let number = N::try_from(written.value).ok().filter(|&number| number.into() <= most_number);
        number.unwrap_or_else(|| {
            self.too_large(written, key, &most_number.to_string());
            start
        })
    }

    fn quantity<T>(&mut self, written: &At<String>, parse: fn(&str) -> Result<T, BadUnit>) -> Option<T> {
        parse(written).map_err(|BadUnit { message, help }| self.error_with_help(&written.span, message, help)).ok()
    }

    fn too_large<T: std::fmt::Display>(&mut self, written: &At<T>, key: &str, most: &str) {
        let message = format!("`{key}` is larger than this platform can hold: `{}`", written.value);
        self.error_with_help(&written.span, message, format!("the most is {most}"));
    }
}

fn size_text(size: u64) -> String {
    match size {
        _ if size.is_multiple_of(1 << 30) => format!("{}GiB", size >> 30),
        _ => format!("{}MiB", size >> 20),
    }
}
