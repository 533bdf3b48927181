//! Deciding alone, as criterion measured it in `manifests/benches/decide.rs`: medians and baselines are read from its files.
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::figure::{Figure, Row, Shown};

/// Rules in each of the three layers, and the time that deciding on a file may take.
const SIZES: [(u32, Duration); 2] = [(20, Duration::from_nanos(300)), (200, Duration::from_nanos(1000))];
/// What deciding on a call may take, with 500 rules and 20 fields.
const CALL: Duration = Duration::from_micros(5);

pub(crate) fn read(criterion: &Path) -> Result<Figure> {
    let mut rows = Vec::new();
    for (rules, under) in SIZES {
        let of = |what: &str| median(&criterion.join(format!("realistic/{what}_3x{rules}/deep")));
        let (decided, scanned) = (of("decide")?, of("scan")?);
        let row = Row::times(format!("deciding a file access, three layers of {rules} rules"), decided, scanned);
        rows.push(row.goal(format!("under {}", Shown(under)), decided < under));
    }
    for verdict in ["allowed", "refused"] {
        let decided = median(&criterion.join(format!("call/decide_500/{verdict}")))?;
        let row =
            Row::alone(format!("deciding a call of 20 fields by 500 rules: {verdict}"), Shown(decided).to_string());
        rows.push(row.goal(format!("under {}", Shown(CALL)), decided < CALL));
    }
    Ok(Figure { title: "Deciding", rows, definition: definition() })
}

/// The median of one benchmark, from the file in which criterion keeps its estimates, in nanoseconds.
fn median(benchmark: &Path) -> Result<Duration> {
    let file = benchmark.join("new/estimates.json");
    let text = fs::read_to_string(&file).with_context(|| format!("`{}`: run `make bench`", file.display()))?;
    let estimates: Value = serde_json::from_str(&text)?;
    let nanos = estimates.pointer("/median/point_estimate").and_then(Value::as_f64);
    Ok(Duration::from_secs_f64(nanos.context("criterion's estimates have a median")? / 1e9))
}

fn definition() -> String {
    "`Scope::decide`, medians by criterion (`manifests/benches/decide.rs`). A file access: one read of a file five directories deep \
     under manifest, policy and grant; baseline: a linear scan over the same rules. A call: a tool's input against its own 20 \
     rules of 500."
        .to_owned()
}
