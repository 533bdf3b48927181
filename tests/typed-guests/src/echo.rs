//! Answers with what it was given.
use crate::Typed;
use crate::exports::toolward::typed::echo::{Colour, Drawing, Guest, Point, Rights};

macro_rules! echo {
    ($($name:ident: $type:ty),* $(,)?) => {
        $(fn $name(value: $type) -> $type {
            value
        })*
    };
}

impl Guest for Typed {
    echo! {
        booleans: bool, u8s: u8, u16s: u16, u32s: u32, u64s: u64, s8s: i8, s16s: i16, s32s: i32, s64s: i64,
        f32s: f32, f64s: f64, chars: char, strings: String, bytes: Vec<u8>, lists: Vec<Vec<u16>>, records: Point,
        tuples: (bool, String, u64), variants: Vec<Drawing>, enums: Colour, options: Option<u32>,
        nested_options: Option<Option<Option<bool>>>, results: Vec<Result<u8, String>>,
        bare_results: Vec<Result<(), ()>>, flagged: Rights,
    }

    fn packed(name: String, parts: Vec<(String, Vec<u8>)>) -> (String, Vec<(String, Vec<u8>)>) {
        (name, parts)
    }

    fn many(
        a: u8,
        b: u16,
        c: u32,
        d: u64,
        e: i8,
        f: i16,
        g: i32,
        h: i64,
        i: f32,
        j: f64,
        k: char,
        l: String,
        m: Vec<u8>,
        n: Point,
        o: Option<Colour>,
        p: Rights,
        q: Drawing,
    ) -> (u64, String, Vec<u8>, Point, Option<Colour>, Rights, Drawing) {
        let text = format!("{a} {b} {c} {e} {f} {g} {h} {i} {j} {k} {l}");
        (d, text, m, n, o, p, q)
    }
}
