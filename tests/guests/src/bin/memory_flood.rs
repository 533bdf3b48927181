//! Takes memory until it gets no more; then takes it in a way that cannot be refused politely.
fn main() {
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    loop {
        let mut block: Vec<u8> = Vec::new();
        if block.try_reserve_exact(1 << 20).is_err() {
            break;
        }
        block.resize(1 << 20, 1);
        blocks.push(block);
    }
    println!("mebibytes {}", blocks.len());
    let more = vec![1_u8; 1 << 30];
    println!("got {} bytes more", more.len());
}
