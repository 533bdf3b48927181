//! Numbers as text and back, exactly: whole numbers by their digits, floats by the shortest digits that mean them.
use std::fmt::Display;
use std::str::FromStr;

use serde_json::Value;
use wasmtime::component::Val;

use super::misfit::{Misfit, Place, shown};
use super::shape::Integer;

/// Whole numbers up to this, and down to its negative, are kept by readers that know doubles only (RFC 8259, section 6).
const MAX_DOUBLE: u64 = (1 << 53) - 1;

/// A whole number, of which nothing but its one plain spelling is taken: no fraction, no exponent, no leading zero.
pub(super) fn integer(kind: Integer, json: &Value, place: &Place<'_>) -> Result<Val, Misfit> {
    let digits = match json {
        Value::Number(number) => number.as_str(),
        Value::String(digits) if kind.is_wide() => digits.as_str(),
        other => return Err(place.is_no(if kind.is_wide() { "a number or its digits" } else { "a number" }, other)),
    };
    let parsed = match kind {
        Integer::U8 => plain(digits).map(Val::U8),
        Integer::U16 => plain(digits).map(Val::U16),
        Integer::U32 => plain(digits).map(Val::U32),
        Integer::U64 => plain(digits).map(Val::U64),
        Integer::S8 => plain(digits).map(Val::S8),
        Integer::S16 => plain(digits).map(Val::S16),
        Integer::S32 => plain(digits).map(Val::S32),
        Integer::S64 => plain(digits).map(Val::S64),
    };
    parsed.ok_or_else(|| {
        let (least, most) = kind.range();
        place.misfit(format!("{} is no whole number from {least} to {most}, in plain digits", shown(digits)))
    })
}

fn plain<N: FromStr + Display>(digits: &str) -> Option<N> {
    digits.parse().ok().filter(|number: &N| number.to_string() == digits)
}

/// A float of either width; the nearest one to the digits, and never infinity by accident.
pub(super) fn float<F: FromStr + Float>(json: &Value, place: &Place<'_>) -> Result<F, Misfit> {
    match json {
        Value::Number(number) => {
            let parsed: Option<F> = number.as_str().parse().ok();
            parsed
                .filter(Float::is_finite)
                .ok_or_else(|| place.misfit(format!("{} is beyond what {} bits hold", shown(number.as_str()), F::BITS)))
        }
        Value::String(word) => match word.as_str() {
            "nan" => Ok(F::NAN),
            "inf" => Ok(F::INFINITY),
            "-inf" => Ok(F::NEG_INFINITY),
            _ => Err(place.misfit("a string in place of a number is \"nan\", \"inf\" or \"-inf\"")),
        },
        other => Err(place.is_no("a number", other)),
    }
}

/// What both widths of floats have.
pub(super) trait Float: Copy {
    const BITS: u32;
    const NAN: Self;
    const INFINITY: Self;
    const NEG_INFINITY: Self;
    fn is_finite(&self) -> bool;
}

impl Float for f32 {
    const BITS: u32 = 32;
    const NAN: Self = Self::NAN;
    const INFINITY: Self = Self::INFINITY;
    const NEG_INFINITY: Self = Self::NEG_INFINITY;

    fn is_finite(&self) -> bool {
        Self::is_finite(*self)
    }
}

impl Float for f64 {
    const BITS: u32 = 64;
    const NAN: Self = Self::NAN;
    const INFINITY: Self = Self::INFINITY;
    const NEG_INFINITY: Self = Self::NEG_INFINITY;

    fn is_finite(&self) -> bool {
        Self::is_finite(*self)
    }
}

/// A float as JSON. Rust's `Debug` gives the shortest digits that parse to the same number, and an exponent where they
/// would be many.
pub(super) fn float_text<F: Float + std::fmt::Debug + PartialOrd + Default>(float: F) -> String {
    if float.is_finite() {
        return format!("{float:?}");
    }
    let word = if float > F::default() {
        "inf"
    } else if float < F::default() {
        "-inf"
    } else {
        "nan"
    };
    format!("\"{word}\"")
}

/// A wide whole number as JSON: its digits, as text where a double would not keep them.
pub(super) fn wide_text(number: impl Display, magnitude: u64) -> String {
    if magnitude > MAX_DOUBLE { format!("\"{number}\"") } else { number.to_string() }
}
