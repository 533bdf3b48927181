//! Opens, reads 4 KiB of and closes a file as often as its argument says, over 64 files in turn.
use std::fs::File;
use std::io::{Error, Read};

fn main() -> Result<(), Error> {
    let times: usize = std::env::args().nth(1).and_then(|times| times.parse().ok()).unwrap_or_default();
    let paths: Vec<String> = (0..64).map(|n| format!("/repo/src/file-{n:02}")).collect();
    let mut buffer = [0; 4096];
    for path in paths.iter().cycle().take(times) {
        File::open(path)?.read_exact(&mut buffer)?;
    }
    Ok(())
}
