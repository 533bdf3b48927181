//! Not hostile: does with an open file all that can be done, so that a worker makes every system call that it has for files.
use std::time::{Duration, Instant};

use toolward_guests::{DescriptorFlags, NewTimestamp, OpenFlags, PathFlags, mount, must_work};
use wasip2::filesystem::types::Advice;

fn main() {
    let repo = mount("/repo");
    let flags = DescriptorFlags::READ | DescriptorFlags::WRITE;
    let file = must_work("open", repo.open_at(PathFlags::empty(), "made", OpenFlags::CREATE, flags));
    must_work("write", file.write(&[b'x'; 4096], 0));
    let appending = must_work("append", file.append_via_stream());
    must_work("append", appending.blocking_write_and_flush(b"more"));
    drop(appending);
    let writing = must_work("write", file.write_via_stream(0));
    must_work("write", writing.blocking_write_and_flush(b"first"));
    drop(writing);
    must_work("read", file.read(4096, 0));
    let reading = must_work("read", file.read_via_stream(0));
    must_work("read", reading.blocking_read(10));
    // Without waiting: the host reads in a thread of its own, which then ends.
    must_work("read", reading.read(10));
    reading.subscribe().block();
    must_work("read", reading.read(10));
    drop(reading);
    must_work("stat", file.stat());
    must_work("flags", file.get_flags());
    must_work("advise", file.advise(0, 0, Advice::Sequential));
    must_work("size", file.set_size(10));
    must_work("times", file.set_times(NewTimestamp::Now, NewTimestamp::Now));
    must_work("flush", file.sync_data());
    must_work("flush", file.sync());
    drop(file);
    // Memory that grows and moves; then a while in which whatever the host has begun for it may end.
    let mut grown = Vec::new();
    (0..20).for_each(|power| grown.extend(std::iter::repeat_n(1_u8, 1 << power)));
    let mut random = [0_u8; 32];
    random.copy_from_slice(&wasip2::random::random::get_random_bytes(32));
    let began = Instant::now();
    std::thread::sleep(Duration::from_millis(400));
    let ticks = wasip2::clocks::monotonic_clock::resolution();
    let seconds = wasip2::clocks::wall_clock::resolution().seconds;
    println!("{} {}", ticks < 1_000_000_000, seconds < 60);
    println!("{} {} {}", grown.len(), random.len(), began.elapsed() > Duration::from_millis(300));
}
