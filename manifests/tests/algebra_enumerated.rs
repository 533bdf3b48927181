//! The algebra of verdicts, by enumeration of small universes: every scope in them decides as a slow reference does, and
//! no change that may not widen a scope widens one.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod algebra;
#[path = "algebra/decided.rs"]
mod decided;
#[path = "algebra/kinds.rs"]
mod kinds;
#[path = "algebra/knowing.rs"]
mod knowing;
#[path = "algebra/limits.rs"]
mod limits;
#[path = "algebra/order.rs"]
mod order;
#[path = "algebra/past.rs"]
mod past;
#[path = "algebra/print.rs"]
mod print;
#[path = "algebra/rename.rs"]
mod rename;
#[path = "algebra/times.rs"]
mod times;
#[path = "algebra/widens.rs"]
mod widens;

use algebra::universe::Universe;
use decided::{Decided, choices, combinations, or_none};

const READ_WRITE: &[&[&str]] = &[&["read"], &["write"], &["read", "write"], &["list", "create", "delete"]];

/// Layers of at most `most` rules by themselves, and all three layers with at most one rule each. Returns how many
/// decisions and how many comparisons there were.
fn check(universe: &Universe, most: usize) -> [usize; 2] {
    let alone = choices(universe, most).into_iter().map(Some).collect();
    let alone = combinations([vec![None], alone, vec![None]]);
    let one = or_none(&choices(universe, 1));
    let three = combinations([one.clone(), one.clone(), one]);
    let decided = [alone, three].map(|layers| Decided::new(universe, layers));
    [decided.iter().map(Decided::count).sum(), decided.iter().map(Decided::never_widens).sum()]
}

/// Every layer of three rules or fewer, of three paths and four lists.
#[test]
fn one_layer_of_three_rules_for_files() {
    let universe = kinds::files(&["/a/**", "/*/b", "/A"], READ_WRITE);
    let alone = choices(&universe, 3).into_iter().map(Some).collect();
    let decided = Decided::new(&universe, combinations([vec![None], alone, vec![None]]));
    assert_eq!([decided.count(), decided.never_widens()], [646_740, 46_984]);
}

/// Every manifest and policy of two rules or fewer, every three layers of one rule or none.
#[test]
fn layers_of_rules_for_files() {
    let universe = kinds::files(&["/**", "/a/b"], &[&["read", "write"], &["create"]]);
    let two: Vec<_> = choices(&universe, 2).into_iter().map(Some).collect();
    let decided = Decided::new(&universe, combinations([two.clone(), two, vec![None]]));
    assert_eq!([decided.count(), decided.never_widens()], [561_690, 54_668]);
    let universe = kinds::files(&["/**", "/a/**", "/*/B"], &[&["read", "write"], &["create"]]);
    assert_eq!(check(&universe, 2), [717_480, 101_902]);
}

#[test]
fn rules_for_http() {
    assert_eq!(check(&kinds::http(), 2), [730_155, 317_692]);
}

#[test]
fn rules_for_tcp_and_dns() {
    assert_eq!(check(&kinds::network(), 2), [78_232, 46_788]);
}

#[test]
fn where_requests_lead_and_what_they_carry() {
    assert_eq!(check(&kinds::http_terms(), 2), [58_208, 18_826]);
}

#[test]
fn conditions_on_queries() {
    assert_eq!(check(&kinds::http_query(), 2), [100_635, 42_228]);
}

#[test]
fn where_connections_lead() {
    assert_eq!(check(&kinds::tcp_addresses(), 2), [29_610, 7_896]);
}

#[test]
fn rules_for_secrets_and_env() {
    assert_eq!(check(&kinds::secrets_and_env(), 2), [385_660, 204_684]);
}

#[test]
fn rules_for_tools() {
    assert_eq!(check(&kinds::tools(), 2), [864_358, 307_657]);
}
