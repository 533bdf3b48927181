//! JSON ↔ the value of a typed tool, beside what parsing and printing that JSON takes alone.
use anyhow::{Result, ensure};
use serde_json::Value;
use std::time::Duration;
use toolward::typed::{Integer, Shape, read, write};

use crate::figure::{Figure, Row, Shown};
use crate::stats::in_turns;

const ROUNDS: usize = 20_000;
const GOAL: Duration = Duration::from_micros(20);

pub(crate) fn measure() -> Result<Figure> {
    let shape = shape();
    let mut there_and_back = || {
        let json: Value = serde_json::from_str(TEXT)?;
        let value = read(&shape, &json)?;
        let text = write(&shape, &value, usize::MAX).map_err(|unwritten| anyhow::anyhow!("{unwritten:?}"))?;
        ensure!(text.len() == TEXT.len(), "it came back as {}", String::from_utf8_lossy(&text));
        Ok(())
    };
    let mut json_alone = || {
        let json: Value = serde_json::from_str(TEXT)?;
        ensure!(serde_json::to_vec(&json)?.len() == TEXT.len(), "it came back as {json}");
        Ok(())
    };
    let [values, json] = in_turns(ROUNDS, [&mut there_and_back, &mut json_alone])?;
    let row = Row::times("JSON ↔ value of a 20-field record", values.median(), json.median());
    let row = row.goal(format!("under {}", Shown(GOAL)), values.median() < GOAL);
    Ok(Figure { title: "Typed values", rows: vec![row], definition: definition() })
}

fn definition() -> String {
    format!(
        "JSON text of a record of 20 fields of 15 types, {} bytes, parsed, turned into the value that wasmtime takes, and that \
         value written as JSON text again. Baseline: `serde_json` parses the same text into its own `Value` and prints it. \
         Medians of {ROUNDS}, in turns.",
        TEXT.len()
    )
}

const TEXT: &str = concat!(
    r#"{"id":18446744,"name":"search the repository","enabled":true,"retries":3,"offset":-17,"size":9007199254740991,"#,
    r#""ratio":0.125,"score":1.5,"initial":"s","path":"/repo/src/main.rs","digest":"AAECAwQFBgcICQoLDA0ODw==","#,
    r#""state":"light-green","rights":["read","run-it"],"label":"a label","parent":null,"range":[1,80],"#,
    r#""lines":[10,20,30,40],"kind":{"polygon":[1.5,2.5]},"outcome":{"ok":7},"note":"the last field of them all"}"#
);

fn shape() -> Shape {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let boxed = Box::new;
    let fields = [
        ("id", Shape::Integer(Integer::U32)),
        ("name", Shape::Text),
        ("enabled", Shape::Bool),
        ("retries", Shape::Integer(Integer::U8)),
        ("offset", Shape::Integer(Integer::S16)),
        ("size", Shape::Integer(Integer::U64)),
        ("ratio", Shape::F64),
        ("score", Shape::F32),
        ("initial", Shape::Char),
        ("path", Shape::Text),
        ("digest", Shape::Bytes),
        ("state", Shape::Enum(names(&["red", "light-green"]))),
        ("rights", Shape::Flags(names(&["read", "write", "run-it"]))),
        ("label", Shape::Option(boxed(Shape::Text))),
        ("parent", Shape::Option(boxed(Shape::Integer(Integer::U64)))),
        ("range", Shape::Tuple(vec![Shape::Integer(Integer::U16), Shape::Integer(Integer::U16)])),
        ("lines", Shape::List(boxed(Shape::Integer(Integer::U32)))),
        ("kind", Shape::Variant(vec![("none".into(), None), ("polygon".into(), Some(Shape::List(boxed(Shape::F64))))])),
        ("outcome", Shape::Result(Some(boxed(Shape::Integer(Integer::U8))), Some(boxed(Shape::Text)))),
        ("note", Shape::Text),
    ];
    Shape::Record(fields.into_iter().map(|(name, shape)| (name.to_owned(), shape)).collect())
}
