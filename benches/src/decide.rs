//! Deciding alone, as criterion measured it in `manifests/benches/decide.rs`: medians and baselines are read from its files.
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::figure::{Figure, Row, Shown};

/// Rules in each of the three layers, and the time that deciding may take.
const SIZES: [(u32, Duration); 2] = [(20, Duration::from_nanos(300)), (200, Duration::from_nanos(1000))];

pub(crate) fn read(criterion: &Path) -> Result<Figure> {
    let row = |(rules, under)| {
        let indexed = median(&criterion.join(format!("decide/indexed/{rules}")))?;
        let linear = median(&criterion.join(format!("decide/linear/{rules}")))?;
        let row = Row::times(format!("deciding a file access, three layers of {rules} rules"), indexed, linear);
        Ok(row.goal(format!("under {}", Shown(under)), indexed < under))
    };
    let rows = SIZES.into_iter().map(row).collect::<Result<_>>()?;
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
    "`Scope::decide` of one read of a file under manifest, policy and grant, medians by criterion (`manifests/benches/decide.rs`). \
     Baseline: a linear scan over the same rules."
        .to_owned()
}
