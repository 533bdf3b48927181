//! Times as people read and write them: by the local clock. SQLite converts them, by the zone that libc knows.
use std::time::Duration;

use rusqlite::Connection;

use super::{Error, Time};

const MICROS: i64 = 1_000_000;

/// What converts times.
#[derive(Debug)]
pub struct LocalClock(Connection);

impl LocalClock {
    /// A clock of the zone that this process runs in (`TZ`, else the system's).
    ///
    /// # Errors
    /// [`Error`] where there is no memory for one.
    pub fn new() -> Result<Self, Error> {
        Ok(Self(Connection::open_in_memory()?))
    }

    /// A time as `2026-11-30 08:49:22`.
    ///
    /// # Errors
    /// [`Error`] where it lies outside of what calendars hold.
    pub fn text(&self, time: Time) -> Result<String, Error> {
        let sql = "SELECT strftime('%Y-%m-%d %H:%M:%S', ?1, 'unixepoch', 'localtime')";
        Ok(self.0.prepare_cached(sql)?.query_row([time.micros().div_euclid(MICROS)], |row| row.get(0))?)
    }

    /// Reads how long ago (`1h`, `2d`), a date, or a date and a time; where it names no zone, the local one.
    ///
    /// # Errors
    /// What it should be.
    pub fn parse(&self, text: &str, now: Time) -> Result<Time, String> {
        if let Ok(ago) = toolward_manifests::unit::parse_duration(text) {
            return Ok(before(now, ago));
        }
        let wrong = || {
            format!(
                "`{}` is no time: write how long ago (`1h`, `2d`), or `2026-11-30`, or `2026-11-30T08:49:22Z`",
                text.escape_debug()
            )
        };
        if !has_form_of_a_date(text) {
            return Err(wrong());
        }
        let zone = text.ends_with('Z') || text.get(10..).is_some_and(|clock| clock.contains(['+', '-']));
        let sql = if zone { "SELECT unixepoch(?1)" } else { "SELECT unixepoch(?1, 'utc')" };
        let seconds: Option<i64> =
            self.0.query_row(sql, [text], |row| row.get(0)).map_err(|error| error.to_string())?;
        seconds.map(|seconds| Time::from_micros(seconds * MICROS)).ok_or_else(wrong)
    }
}

/// A time so long ago.
fn before(now: Time, ago: Duration) -> Time {
    Time::from_micros(now.micros().saturating_sub(i64::try_from(ago.as_micros()).unwrap_or(i64::MAX)))
}

/// Whether it begins as a date does: SQLite would take much else for a time.
fn has_form_of_a_date(text: &str) -> bool {
    let digits = |at: &[usize]| at.iter().all(|at| text.as_bytes().get(*at).is_some_and(u8::is_ascii_digit));
    let dashes = [4, 7].iter().all(|at| text.as_bytes().get(*at) == Some(&b'-'));
    let goes_on = text.len() == 10 || matches!(text.as_bytes().get(10), Some(b'T' | b' '));
    digits(&[0, 1, 2, 3, 5, 6, 8, 9]) && dashes && goes_on
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read_back_as_the_same_second() {
        let clock = LocalClock::new().unwrap();
        let now = Time::from_micros(1_800_000_000 * MICROS);
        for seconds in [0, 1_700_000_000, 1_790_000_000] {
            let time = Time::from_micros(seconds * MICROS);
            assert_eq!(clock.parse(&clock.text(time).unwrap(), now), Ok(time));
        }
        assert_eq!(clock.parse("1h", now), Ok(Time::from_micros((1_800_000_000 - 3600) * MICROS)));
        assert_eq!(clock.parse("2026-11-30T08:49:22Z", now), Ok(Time::from_micros(1_796_028_562 * MICROS)));
        assert_eq!(clock.parse("2026-11-30T09:49:22+01:00", now), Ok(Time::from_micros(1_796_028_562 * MICROS)));
        for wrong in ["", "now", "2451545", "yesterday", "2026-13-01", "2026-11-3", "2026-11-30X", "12:00", "1 hour"] {
            assert!(clock.parse(wrong, now).is_err(), "{wrong}");
        }
    }
}
