//! Keys: made once, read back the same, and each signature good for one sort of text only.
use toolward::state::{Durability, PublicKey, State};

use crate::world::World;

#[test]
fn a_home_that_is_made_again_keeps_its_keys() {
    let world = World::new();
    let again = State::create(&world.home(), Durability::Process).unwrap();
    assert_eq!(again.keys.signing.public(), world.key());
    assert_eq!(again.keys.digest.0, world.state.keys.digest.0);
    assert_ne!(again.keys.digest.0, again.keys.code_cache.0);
    assert_ne!(World::new().key(), world.key());
}

#[test]
fn a_public_key_is_read_from_text_and_from_a_file_and_never_from_anything_else() {
    let world = World::new();
    let text = world.key().to_string();
    assert_eq!(text.parse(), Ok(world.key()));
    assert_eq!(text.trim_start_matches("ed25519:").parse(), Ok(world.key()));
    let file = world.path("key");
    std::fs::write(&file, format!("{text}\n")).unwrap();
    assert_eq!(PublicKey::from_text_or_file(file.to_str().unwrap()), Ok(world.key()));
    assert!("ed25519:00".parse::<PublicKey>().is_err());
    assert!(PublicKey::from_text_or_file("/nowhere").is_err());
}

#[test]
fn a_signature_of_one_sort_is_none_of_another() {
    let world = World::new();
    let signature = world.state.keys.signing.sign("heads", b"text");
    assert!(world.key().verifies("heads", b"text", &signature));
    assert!(!world.key().verifies("checkpoint", b"text", &signature));
    assert!(!world.key().verifies("heads", b"texT", &signature));
}
