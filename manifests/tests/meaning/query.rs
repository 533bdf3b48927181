//! Conditions on a URL's query: proved for an `allow`, disproved for an `ask` or `deny` not to match.
use crate::world::World;

const URL: &str = "url = \"https://a.example/**\"";

fn allowed(keys: &str, query: &str) -> &'static str {
    let world = World::new().policy(&format!("http = [{{ {URL}, allow = [\"GET\"], {keys} }}]\n"));
    world.word(&format!("http GET https://a.example/x{query}"))
}

/// Denied where the condition holds; allowed elsewhere.
fn denied(condition: &str, query: &str) -> &'static str {
    let world = World::new().policy(&format!(
        "http = [{{ {URL}, allow = [\"GET\"] }}, {{ {URL}, deny = [\"GET\"], query = {{ {condition} }} }}]\n"
    ));
    world.word(&format!("http GET https://a.example/x{query}"))
}

/// Each query with what an `allow` and a `deny` under the condition make of it.
fn check(condition: &str, cases: &[(&str, &str, &str)]) {
    for (query, by_allow, by_deny) in cases {
        let keys = format!("query = {{ {condition} }}");
        assert_eq!(allowed(&keys, query), *by_allow, "allow under {condition}: {query}");
        assert_eq!(denied(condition, query), *by_deny, "deny under {condition}: {query}");
    }
}

#[test]
fn a_parameter_is_a_text() {
    check(
        "q = \"rust*\"",
        &[
            ("?q=rust", "allow", "deny"),
            ("?q=rust+lang", "allow", "deny"),
            ("?q=%72ust", "allow", "deny"),
            ("?%71=rust#top", "allow", "deny"),
            ("?q=RUST", "deny", "deny"), // neither proved nor disproved
            ("?q=c", "deny", "allow"),
            ("?q=", "deny", "allow"),
            ("?q", "deny", "allow"),
            ("?", "deny", "deny"),
            ("", "deny", "deny"),
            ("?q=rust&", "allow", "deny"),
        ],
    );
}

#[test]
fn a_number_is_what_every_reader_reads_as_one() {
    check(
        "page = { min = 1, max = 9.5 }",
        &[
            ("?page=1", "allow", "deny"),
            ("?page=9.5", "allow", "deny"),
            ("?page=10", "deny", "allow"),
            ("?page=-1", "deny", "allow"),
            ("?page=01", "deny", "deny"),
            ("?page=1e3", "deny", "deny"),
            ("?page=+1", "deny", "deny"),
            ("?page=0x5", "deny", "deny"),
            ("?page=%205", "deny", "deny"),
            ("?page=", "deny", "deny"),
            ("?page=%D9%A1", "deny", "deny"),
            ("?page=99999999999999999999999999", "deny", "allow"),
        ],
    );
    check("on = true", &[("?on=true", "allow", "deny"), ("?on=false", "deny", "allow"), ("?on=1", "deny", "deny")]);
}

/// A key that occurs twice is an array: no condition on one value is proved or disproved of it.
#[test]
fn a_parameter_that_is_repeated_is_another_thing() {
    check(
        "id = [1, 2]",
        &[("?id=1&id=2", "deny", "deny"), ("?id=9&id=9", "deny", "deny"), ("?id[]=1", "deny", "deny")],
    );
    check(
        "\"id[]\" = [1, 2]",
        &[
            ("?id=1", "allow", "deny"),
            ("?id=1&id=2", "allow", "deny"),
            ("?id[]=1&id%5B%5D=2", "allow", "deny"),
            ("?id[]=1&id=2", "allow", "deny"),
            ("?id=1&id=3", "deny", "deny"),
            ("?id=3", "deny", "allow"),
            ("", "deny", "deny"),
        ],
    );
    check("id = { length = 2 }", &[("?id=ab", "allow", "deny"), ("?id=a&id=b&id=c", "deny", "allow")]);
}

#[test]
fn other_parameters_are_closed_unless_they_are_open() {
    assert_eq!(allowed("query = { q = \"*\" }", "?q=1&w=2"), "deny");
    assert_eq!(allowed("query = { q = \"*\" }, other_fields = \"open\"", "?q=1&w=2"), "allow");
    assert_eq!(allowed("query = { q = \"*\" }, other_fields = \"closed\"", "?q=1&w=2"), "deny");
    assert_eq!(allowed("query = {}", "?q"), "deny");
    assert_eq!(allowed("query = {}", "?"), "allow");
    assert_eq!(allowed("query = {}", ""), "allow");
    assert_eq!(allowed("why = \"w\"", "?any=thing&at;all=%zz"), "allow", "without `query` any query matches");
    assert_eq!(allowed("query = { \"a.b[c]\" = \"1\" }", "?a.b%5Bc%5D=1"), "allow", "a name is one name");
}

#[test]
fn an_optional_parameter_is_not_there_or_fits() {
    check(
        "page = { max = 9, optional = true }",
        &[
            ("", "allow", "allow"),
            ("?page=1", "allow", "deny"),
            ("?page=10", "deny", "allow"),
            ("?PAGE=1", "deny", "deny"),
        ],
    );
    assert_eq!(allowed("query = { page = { max = 9, optional = true }, q = \"*\" }", "?q=1"), "allow");
}

/// Servers differ in whether `Admin` is `admin`.
#[test]
fn a_parameter_in_another_case_hides_nothing() {
    check(
        "admin = false",
        &[
            ("?admin=false", "allow", "deny"),
            ("?admin=true", "deny", "allow"),
            ("?ADMIN=false", "deny", "deny"),
            ("?admin=true&Admin=false", "deny", "deny"),
            ("?admin=false&ADMIN=true", "deny", "deny"),
        ],
    );
    assert_eq!(allowed("query = { admin = false }, other_fields = \"open\"", "?admin=false&ADMIN=true"), "deny");
    let absent = "query = { admin = { absent = true } }, other_fields = \"open\"";
    assert_eq!(allowed(absent, "?q=1"), "allow");
    assert_eq!(allowed(absent, "?ADMIN=true"), "deny");
}

/// A query that is malformed proves nothing for `allow`, and is not disproved for `ask` and `deny`.
#[test]
fn a_malformed_query_proves_nothing() {
    for query in ["?q=1&w=%zz", "?q=1&w=%", "?q=1&%C3=1", "?q=1;w=2", "?q=1&;"] {
        assert_eq!(allowed("query = { q = \"1\" }, other_fields = \"open\"", query), "deny", "{query}");
        assert_eq!(denied("q = \"2\"", query), "deny", "{query}");
    }
}

#[test]
fn a_condition_has_parameters_of_the_task() {
    let rules = format!(
        "parameters.team = {{ pattern = \".+\" }}\nhttp = [{{ {URL}, allow = [\"GET\"], query = {{ team = \"{{team}}\" }} }}]\n"
    );
    let world = World::new().policy(&rules).set("team", "a*");
    assert_eq!(world.word("http GET https://a.example/?team=a*"), "allow");
    assert_eq!(world.word("http GET https://a.example/?team=ab"), "deny");
    let undeclared = format!("http = [{{ {URL}, allow = [\"GET\"], query = {{ team = \"{{taem}}\" }} }}]\n");
    assert!(World::new().policy(&undeclared).fails().contains("has no parameter `taem`"));
}
