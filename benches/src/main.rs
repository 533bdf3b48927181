//! `make bench`: measures every figure in one run, each beside its baseline, and writes them down.
mod act;
mod baseline;
mod calls;
mod cold;
mod decide;
mod figure;
mod languages;
mod load;
mod machine;
mod memory;
mod network;
mod open_read;
mod records;
mod report;
mod stats;
mod tasks;
mod values;
mod warm;
mod workers;
mod world;

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, ValueEnum};

/// Measures Toolward, each figure beside its baseline.
#[derive(Debug, Parser)]
struct Args {
    /// The date that the report bears
    #[arg(long, default_value = "today")]
    date: String,
    /// The commit that the report names
    #[arg(long, default_value = "unknown")]
    commit: String,
    /// Where criterion has left what it measured of deciding
    #[arg(long, value_name = "DIR", default_value = "target/criterion")]
    criterion: PathBuf,
    /// The report's file; without one it is printed
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Only these figures
    #[arg(long, value_enum)]
    only: Vec<Which>,
}

/// The figures, in the order in which they are measured: memory comes first, before anything else fills the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Memory,
    Cold,
    Warm,
    Languages,
    OpenRead,
    Records,
    Network,
    Decide,
    Values,
    Tasks,
    Workers,
}

fn main() -> Result<()> {
    toolward::worker_main();
    let args = Args::parse();
    let machine = machine::describe();
    let mut figures = Vec::new();
    for which in Which::value_variants() {
        if args.only.is_empty() || args.only.contains(which) {
            writeln!(std::io::stderr(), "bench: {which:?}")?;
            figures.push(match which {
                Which::Memory => memory::measure()?,
                Which::Cold => cold::measure()?,
                Which::Warm => warm::measure()?,
                Which::Languages => languages::measure()?,
                Which::OpenRead => open_read::measure()?,
                Which::Records => records::measure()?,
                Which::Network => network::measure()?,
                Which::Decide => decide::read(&args.criterion)?,
                Which::Values => values::measure()?,
                Which::Tasks => tasks::measure()?,
                Which::Workers => workers::measure()?,
            });
        }
    }
    let text = report::report(&args.date, &args.commit, &machine, &figures);
    match args.to {
        Some(file) => std::fs::write(file, text)?,
        None => std::io::stdout().write_all(text.as_bytes())?,
    }
    Ok(())
}
