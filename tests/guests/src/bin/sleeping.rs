//! Sleeps in the host, far beyond its time.
fn main() {
    std::thread::sleep(std::time::Duration::from_secs(3_600));
}
