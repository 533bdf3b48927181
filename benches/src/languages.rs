//! Tools in JavaScript and Python, whose components are of 12 to 18 MB: how soon their first result is there.
use std::time::Duration;

use anyhow::Result;
use tokio::runtime::Runtime;
use toolward_benches::Blocking;

use crate::baseline::Baseline;
use crate::calls::Prepared;
use crate::cold;
use crate::figure::{Figure, Row, Shown};
use crate::stats::in_turns;
use crate::world::World;

const LANGUAGES: [&str; 2] = ["javascript", "python"];
const PATH: &str = "/repo/src/file-00";
const INPUT: &str = r#"{"path":"/repo/src/file-00"}"#;
const ROUNDS: usize = 100;
const NEW_PROCESS: Duration = Duration::from_millis(90);
const LONG_LIVED: Duration = Duration::from_millis(40);

pub(crate) fn measure() -> Result<Figure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut rows = Vec::new();
    for language in LANGUAGES {
        let world = World::new()?;
        rows.push(new_process(&world, &runtime, language)?);
        rows.extend(long_lived(&world, &runtime, language)?);
    }
    Ok(Figure { title: "Tools in JavaScript and Python", rows, definition: definition() })
}

fn new_process(world: &World, runtime: &Runtime, language: &str) -> Result<Row> {
    let (_, handle) = world.open_task()?;
    // Compiles it, so that the cache has it.
    runtime.block_on(Prepared::new(world, language)?.call(INPUT))?;
    let compiled = Baseline::new(world, language)?.compiled;
    let mut call = cold::call(world, &handle, language, INPUT)?;
    let mut plain = cold::minimal(world, &compiled, language, "")?;
    plain.arg(PATH);
    cold::same_answer(&mut call, &mut plain)?;
    let (mut of_call, mut of_plain) = (|| cold::run(&mut call), || cold::run(&mut plain));
    let [call, plain] = in_turns(ROUNDS, [&mut of_call, &mut of_plain])?;
    let row = Row::times(format!("{language}: a new process, to its end"), call.median(), plain.median());
    Ok(row.goal(format!("under {}", Shown(NEW_PROCESS)), call.median() < NEW_PROCESS))
}

fn long_lived(world: &World, runtime: &Runtime, language: &str) -> Result<[Row; 2]> {
    let (mut toolward, mut plain) = (Prepared::new(world, language)?, Baseline::new(world, language)?);
    let mut of_toolward = || {
        toolward.load_again()?;
        runtime.block_on(toolward.call(INPUT)).map(drop)
    };
    let mut of_plain = || {
        plain.load_again()?;
        runtime.block_on(plain.run(&[PATH], "", Blocking::Here)).map(drop)
    };
    let [first, plain_first] = in_turns(ROUNDS, [&mut of_toolward, &mut of_plain])?;
    let row =
        Row::times(format!("{language}: loaded and called in a long-lived one"), first.median(), plain_first.median());
    let row = row.goal(format!("under {}", Shown(LONG_LIVED)), first.median() < LONG_LIVED);

    let mut of_toolward = || runtime.block_on(toolward.call(INPUT)).map(drop);
    let mut of_plain = || runtime.block_on(plain.run(&[PATH], "", Blocking::Here)).map(drop);
    let [warm, plain_warm] = in_turns(ROUNDS, [&mut of_toolward, &mut of_plain])?;
    Ok([row, Row::times(format!("{language}: called again there"), warm.median(), plain_warm.median())])
}

fn definition() -> String {
    format!(
        "`tests/languages/` built by componentize-js and componentize-py: each counts the words of one file of 4 KiB. A new process: \
         `toolward call`, as under \"Cold call\". A long-lived one: the component's file hashed, its cache entry copied into sealed \
         memory and its MAC verified, mapped and linked, then one call as under \"Warm call\"; and such a call again, without \
         loading. Baseline: plain wasmtime 48 as there, which maps compiled code and checks nothing. Medians of {ROUNDS} each, in \
         turns."
    )
}
