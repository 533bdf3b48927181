//! Writes to standard error without end.
use std::io::Write;

fn main() {
    let block = [b'x'; 65_536];
    let mut out = std::io::stderr();
    while out.write_all(&block).is_ok() {}
    loop {
        std::hint::spin_loop();
    }
}
