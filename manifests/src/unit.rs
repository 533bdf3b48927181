//! Sizes and durations, each with its unit.
use std::time::Duration;

/// What is wrong with a quantity, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadUnit {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// Units by name, with their factor, the smallest first.
type Units = [(&'static str, u64)];

const SIZES: &Units = &[("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];
const DURATIONS: &Units = &[("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
/// The units that a duration is told in: of days nobody says whether they are dates.
const TOLD: usize = 4;

/// Parses a size like `64MiB`, in bytes.
///
/// # Errors
/// A text that is not a whole number and one of the units B, KiB, MiB and GiB.
pub fn parse_size(text: &str) -> Result<u64, BadUnit> {
    quantity(text, "size", "`64MiB`", SIZES)
}

/// Parses a duration like `10s`.
///
/// # Errors
/// A text that is not a whole number and one of the units ms, s, m, h and d (24 hours).
pub fn parse_duration(text: &str) -> Result<Duration, BadUnit> {
    quantity(text, "duration", "`10s`", DURATIONS).map(Duration::from_millis)
}

/// A duration as text that parses to the same: `90s`, `15m`.
#[must_use]
pub fn duration_text(duration: Duration) -> String {
    let ms = duration.as_millis();
    let whole = |(_, factor): &&(&str, u64)| ms.is_multiple_of(u128::from(*factor)) && ms > 0;
    let (unit, factor) = DURATIONS.iter().take(TOLD).rev().find(whole).copied().unwrap_or(("ms", 1));
    format!("{}{unit}", ms / u128::from(factor))
}

/// A size as text that parses to the same: `64MiB`.
#[must_use]
pub fn size_text(bytes: u64) -> String {
    let whole = |(_, factor): &&(&str, u64)| bytes.is_multiple_of(*factor) && bytes > 0;
    let (unit, factor) = SIZES.iter().rev().find(whole).copied().unwrap_or(("B", 1));
    format!("{}{unit}", bytes / factor)
}

fn quantity(text: &str, what: &str, example: &str, units: &Units) -> Result<u64, BadUnit> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let shown = text.escape_debug();
    let names = units.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let help = || format!("write a {what} as {example}: a whole number and one of {names}");
    if number.is_empty() {
        return Err(BadUnit { message: format!("`{shown}` is no {what}"), help: help() });
    }
    let Some((_, factor)) = units.iter().find(|(name, _)| *name == unit) else {
        let near = units.iter().find(|(name, _)| meant(unit, name));
        let help = near.map_or_else(help, |(name, _)| format!("did you mean `{number}{name}`?"));
        let message = match unit {
            "" => format!("`{shown}` has no unit"),
            _ => format!("`{}` is not a unit of a {what}, in `{shown}`", unit.trim().escape_debug()),
        };
        return Err(BadUnit { message, help });
    };
    let value = number.parse::<u64>().ok().and_then(|number| number.checked_mul(*factor));
    value.ok_or_else(|| BadUnit { message: format!("the {what} `{shown}` is too large"), help: help() })
}

/// Whether a unit is a common spelling of another: `MB`, `mib`, `sec`.
fn meant(written: &str, unit: &str) -> bool {
    let (written, unit) = (written.to_ascii_lowercase(), unit.to_ascii_lowercase());
    let aliases: &[&str] = match unit.as_str() {
        "b" => &["byte", "bytes"],
        "kib" => &["k", "kb"],
        "mib" => &["m", "mb"],
        "gib" => &["g", "gb"],
        "s" => &["sec", "secs", "second", "seconds"],
        "m" => &["min", "mins", "minute", "minutes"],
        "h" => &["hr", "hour", "hours"],
        "d" => &["day", "days"],
        _ => &["msec", "millis", "milliseconds"],
    };
    written == unit || aliases.contains(&written.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_a_whole_number_and_a_unit() {
        assert_eq!(parse_size("64MiB"), Ok(64 << 20));
        assert_eq!(parse_size("0B"), Ok(0));
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        for bad in ["", "MiB", "64", "64MB", "1.5GiB", "-1B", "64 MiB", "99999999999999999999GiB", "10s"] {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_common_spelling_is_understood_in_the_help() {
        assert_eq!(parse_size("64MB").unwrap_err().help, "did you mean `64MiB`?");
        assert_eq!(parse_duration("10sec").unwrap_err().help, "did you mean `10s`?");
    }

    #[test]
    fn a_printed_duration_parses_to_the_same() {
        for ms in [0, 1, 999, 1_000, 90_000, 900_000, 3_600_000, 5_400_000] {
            let duration = Duration::from_millis(ms);
            assert_eq!(parse_duration(&duration_text(duration)), Ok(duration));
        }
    }

    #[test]
    fn a_printed_size_parses_to_the_same() {
        for bytes in [0, 1, 1_000, 1_024, 2_048, 64 << 20, 3 << 30] {
            assert_eq!(parse_size(&size_text(bytes)), Ok(bytes));
        }
    }
}
