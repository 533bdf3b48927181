//! Drops a stream before what was made of it: an error of the guest's own, and no limit.

fn main() {
    let input = wasip2::cli::stdin::get_stdin();
    let waiting = input.subscribe();
    println!("about to drop a parent");
    drop(input);
    println!("got past it: {}", waiting.ready());
}
