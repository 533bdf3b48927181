//! Nothing hostile: it links every interface of WASI 0.2 and does what each tool may: tell the time, draw a number, write.
use std::process::ExitCode;

use toolward_guests::must_work;

fn main() -> ExitCode {
    let _now = wasip2::clocks::wall_clock::now();
    let _ticks = wasip2::clocks::monotonic_clock::now();
    let _random = wasip2::random::random::get_random_u64();
    let _insecure = wasip2::random::insecure::get_insecure_random_u64();
    let _seed = wasip2::random::insecure_seed::insecure_seed();
    let _terminal = wasip2::cli::terminal_stdout::get_terminal_stdout();
    let _directory = wasip2::cli::environment::initial_cwd();
    must_work("write", wasip2::cli::stdout::get_stdout().blocking_write_and_flush(b"written\n"));
    ExitCode::SUCCESS
}
