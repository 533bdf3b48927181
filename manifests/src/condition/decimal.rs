//! Decimal numbers of any size, compared exactly.
use std::cmp::Ordering;
use std::fmt;

/// Zeros further from the digits than this are not spelled out.
const PLAIN: usize = 24;

/// A decimal number: 0.DIGITS × 10^`exponent`, the digits without zeros at either end; none for zero.
#[derive(Debug, Clone)]
pub(crate) struct Decimal {
    is_negative: bool,
    digits: String,
    exponent: i64,
    /// The same where it is an integer of 64 bits, which compares fast.
    small: Option<i64>,
}

impl Decimal {
    /// Reads a JSON number's text (RFC 8259, section 6), or one of Rust's; `None` for any other text and for an
    /// exponent beyond 64 bits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let small = text.parse().ok().filter(|_| !text.starts_with('+'));
        let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() || !whole.chars().chain(fraction.chars()).all(|c| c.is_ascii_digit()) {
            return None;
        }
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_start_matches('0');
        let zeros = i64::try_from(digits.len() - significant.len()).ok()?;
        let digits = significant.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { is_negative: false, digits, exponent: 0, small: Some(0) });
        }
        let point = i64::try_from(whole.len()).ok()?.checked_sub(zeros)?;
        Some(Self { is_negative, digits, exponent: exponent.checked_add(point)?, small })
    }

    /// How a JSON number compares with this one; `None` where that cannot be told.
    pub(crate) fn of_json(&self, number: &serde_json::Number) -> Option<Ordering> {
        match (number.as_i64(), self.small) {
            (Some(number), Some(own)) => Some(number.cmp(&own)),
            _ => Some(Self::parse(&number.to_string())?.cmp(self)),
        }
    }
}

/// The plain form without needless zeros, or where that would be long the digits with an exponent: one spelling for a number.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative { "-" } else { "" };
        let (digits, missing) = (self.digits.as_str(), |zeros: usize| "0".repeat(zeros));
        match usize::try_from(self.exponent) {
            _ if digits.is_empty() => f.write_str("0"),
            Ok(0) => write!(f, "{sign}0.{digits}"),
            Ok(whole) => match digits.split_at_checked(whole) {
                Some((whole, "")) => write!(f, "{sign}{whole}"),
                Some((whole, fraction)) => write!(f, "{sign}{whole}.{fraction}"),
                None if whole <= PLAIN => write!(f, "{sign}{digits}{}", missing(whole - digits.len())),
                None => write!(f, "{sign}0.{digits}e{}", self.exponent),
            },
            Err(_) => match usize::try_from(self.exponent.unsigned_abs()) {
                Ok(zeros) if zeros <= PLAIN => write!(f, "{sign}0.{}{digits}", missing(zeros)),
                _ => write!(f, "{sign}0.{digits}e{}", self.exponent),
            },
        }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.digits.is_empty(), number.is_negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        // Digits without zeros at their ends compare as text does.
        let size = self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits));
        sign(self).cmp(&sign(other)).then(if self.is_negative { size.reverse() } else { size })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn numbers_compare_by_value_and_not_by_spelling() {
        for same in [["1", "1.0"], ["10", "1e1"], ["0.5", "5E-1"], ["0", "-0.0"], ["100", "1e+2"], ["0.0010", "1e-3"]] {
            assert_eq!(number(same[0]), number(same[1]), "{same:?}");
        }
        let rising =
            ["-1e400", "-10", "-9.5", "-0.1", "0", "1e-400", "0.1", "0.11", "0.9", "1", "9", "10", "10.5", "1e400"];
        assert!(rising.windows(2).all(|pair| number(pair[0]) < number(pair[1])));
    }

    #[test]
    fn large_integers_are_exact() {
        assert!(number("9007199254740993") > number("9007199254740992"));
        assert_ne!(number("18446744073709551615"), number("18446744073709551616"));
    }

    #[test]
    fn a_number_has_one_spelling() {
        for (spelled, shown) in [
            ("10", "10"),
            ("1e1", "10"),
            ("0.50", "0.5"),
            ("-0.0500", "-0.05"),
            ("12.50", "12.5"),
            ("1200", "1200"),
            ("-0", "0"),
            ("1e400", "0.1e401"),
            ("1e-400", "0.1e-399"),
        ] {
            assert_eq!(number(spelled).to_string(), shown);
            assert_eq!(number(shown), number(spelled));
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "-", ".5", "1e", "nan", "inf", "0x1", "1e99999999999999999999", "+1", "1 "] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
