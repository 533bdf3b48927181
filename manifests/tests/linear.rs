//! Every parser of a text from outside is linear in its input: twice the input takes at most little more than twice the
//! memory, counted as bytes that are allocated, and no input has more than a fixed multiple of its length at one time.
//!
//! Work without allocations is counted in steps by the unit tests of `src/work.rs`.
#![expect(unsafe_code, reason = "an allocator that counts is one")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use toolward_manifests::pattern::{
    Bindings, Host, HostTemplate, NameKind, NameTemplate, PathTemplate, TextTemplate, UrlTemplate,
};
use toolward_manifests::url::HttpUrl;
use toolward_manifests::{Access, Grant, GuestPath, Manifest, Policy, Scope, ScopeTexts, Source};

thread_local! {
    /// Bytes that were allocated, those that are held, and the most that were held at one time.
    static BYTES: Cell<[usize; 3]> = const { Cell::new([0; 3]) };
}

struct Counting;

fn count(allocated: usize, freed: usize) {
    // A thread that ends frees what it has after its counters are gone.
    let counted = BYTES.try_with(|bytes| {
        let [all, held, most] = bytes.get();
        let held = (held + allocated).saturating_sub(freed);
        bytes.set([all + allocated, held, most.max(held)]);
    });
    counted.unwrap_or_default();
}

// SAFETY: every call goes to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: the caller keeps the contract of `dealloc`, and the pointer came from the same allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The bytes that are allocated in all, and the most at one time.
fn measured<T>(work: impl FnOnce() -> T) -> (usize, usize) {
    let [_, held, _] = BYTES.get();
    BYTES.set([0, held, held]);
    let value = work();
    let [all, _, most] = BYTES.get();
    drop(value);
    (all, most - held)
}

/// Twice the input takes at most 2.2 times the memory, and at one time no more than `multiple` bytes for each of the input.
fn is_linear<T>(what: &str, input: impl Fn(usize) -> String, count: usize, multiple: usize, parse: impl Fn(&str) -> T) {
    let (once, twice) = (input(count), input(2 * count));
    parse(&once); // what is made once, as a table, is not counted
    let ((small, _), (large, most)) = (measured(|| parse(&once)), measured(|| parse(&twice)));
    assert!(
        large * 10 <= small * 22 + 640_000,
        "{what}: {small} bytes for {}, {large} for {}",
        once.len(),
        twice.len()
    );
    let allowed = multiple * twice.len() + 64_000;
    assert!(most <= allowed, "{what}: {most} bytes at one time for {}, more than {allowed}", twice.len());
}

fn source(text: &str) -> Source {
    Source { name: "x.toml".to_owned(), text: text.to_owned() }
}

/// Many lines, each with its number in place of `#`, behind a head.
fn lines(head: &'static str, line: &'static str) -> impl Fn(usize) -> String {
    move |count| (0..count).fold(head.to_owned(), |text, at| text + &line.replace('#', &at.to_string()) + "\n")
}

const HEAD: &str = "schema = 1\n";
const TOOL: &str = "schema = 1\n[tool]\nname = \"t\"\ndescription = \"d\"\ncomponent = \"c\"\n";

/// Rules of every kind: other ones, equal ones, and wrong ones.
const RULES: [&str; 16] = [
    "[[files]]\npath = \"/a/#/**\"\nallow = [\"read\"]\nwhy = \"w\"",
    "[[files]]\npath = \"/a/*#*/x\"\ndeny = [\"read\", \"write\"]\nwhy = \"w\"",
    "[[files]]\npath = \"/a\"\nallow = [\"read\"]\nwhy = \"w\"",
    "[[files]]\npath = \"/a/../#\"\nallow = [\"raed\"]\nwhy = \"w\"",
    "[[http]]\nurl = \"https://h#.example/**\"\nallow = [\"GET\"]\nwhy = \"w\"",
    "[[http]]\nurl = \"https://h.example/**\"\nallow = [\"M#\"]\nwhy = \"w\"",
    "[[http]]\nurl = \"https://h.example/x\"\nallow = [\"GET\"]\nquery = { p# = \"x*\" }\nwhy = \"w\"",
    "[[tcp]]\nhost = \"h#\"\nport = 443\nallow = [\"connect\"]\nwhy = \"w\"",
    "[[dns]]\nname = \"h#.example\"\nallow = [\"lookup\"]\nwhy = \"w\"",
    "[[secrets]]\nname = \"s#\"\nto = \"https://h/**\"\nallow = [\"use\"]\nwhy = \"w\"",
    "[[env]]\nname = \"E#\"\nallow = [\"read\"]\nwhy = \"w\"",
    "[[tools]]\nname = \"t\"\ninput = { n = { max = # } }\nallow = [\"call\"]\nwhy = \"w\"",
    "[[tools]]\nname = \"t#\"\ninput = { p = \"/a/{x}/*\" }\nallow = [\"call\"]\nwhy = \"w\"",
    "[[unknown#]]\nx = 1",
    "key# = 1",
    "# \u{e9} a comment",
];

#[test]
fn grants_manifests_and_policies() {
    for rule in RULES {
        is_linear(rule, lines(HEAD, rule), 400, 400, |text| Grant::parse(&source(text)));
        is_linear(rule, lines(TOOL, rule), 400, 400, |text| Manifest::parse(&source(text)));
        let of_type = |count| {
            let rules = lines("", rule)(count).replace("[[", "[[types.t.");
            format!(
                "schema = 1\nagents.a = {{}}\n[types.t]\nagents = [\"a\"]\nparameters.x = {{ pattern = \"x\" }}\n{rules}"
            )
        };
        is_linear(rule, of_type, 400, 500, |text| Policy::parse(&source(text)));
    }
}

#[test]
fn the_lists_and_tables_of_a_file() {
    let list = |word: &'static str| {
        move |count| {
            let items: Vec<_> = (0..count).map(|at| format!("\"{}\"", word.replace('#', &at.to_string()))).collect();
            format!("schema = 1\nhttp = [{{ url = \"https://h/**\", allow = [{}] }}]\n", items.join(", "))
        }
    };
    for word in ["M#", "GET", "not a method #"] {
        is_linear(word, list(word), 2000, 400, |text| Grant::parse(&source(text)));
    }
    let types =
        "[types.t#]\nagents = [\"a\"]\nmounts.\"/m\" = { under = \"/x/{p}\" }\nparameters.p = { pattern = \"x+\" }";
    is_linear("types", lines("schema = 1\nagents.a = {}\n", types), 400, 600, |text| Policy::parse(&source(text)));
    let example = "[[example]]\ntype = \"t\"\naccess = \"files read /a/#\"\nverdict = \"deny\"";
    let head = "schema = 1\nagents.a = {}\n[types.t]\nagents = [\"a\"]\n";
    is_linear("examples", lines(head, example), 300, 600, |text| Policy::parse(&source(text)));
    let deep = |count: usize| format!("schema = 1\nx = {}{}\n", "[".repeat(count), "]".repeat(count));
    is_linear("depth", deep, 4000, 400, |text| Grant::parse(&source(text)));
    let keys = |count: usize| format!("schema = 1\n{} = 1\n", vec!["a"; count].join("."));
    is_linear("keys", keys, 4000, 400, |text| Grant::parse(&source(text)));
}

/// A scope is built of its texts, and printed.
#[test]
fn scopes() {
    for rule in RULES {
        let build = |text: &str| {
            let scope = Scope::build(&ScopeTexts { grants: vec![source(text)], ..ScopeTexts::default() });
            scope.is_ok_and(|scope| scope.may_write())
        };
        is_linear(rule, lines(HEAD, rule), 400, 800, build);
        is_linear(rule, lines(HEAD, rule), 400, 800, |text| Grant::parse(&source(text)).map(|grant| grant.findings()));
        is_linear(rule, lines(HEAD, rule), 400, 800, |text| Grant::parse(&source(text)).map(|grant| grant.to_toml()));
    }
}

#[test]
fn patterns() {
    let parts =
        ["a", "*", "?", "[ab]", "[!a-z]", "{x}", "%2F", "%C3%A9", "\u{e9}", "/", "a/", "**/", "*a", ".", "..", "["];
    for part in parts {
        let of = |head: &'static str| move |count: usize| head.to_owned() + &part.repeat(count);
        is_linear(part, of("/"), 500, 300, |text| PathTemplate::parse(text).map(|own| own.bind(&Bindings::new())));
        is_linear(part, of("https://h/"), 500, 300, |text| {
            UrlTemplate::parse(text).map(|own| own.bind(&Bindings::new()))
        });
        is_linear(part, of("https://"), 500, 300, UrlTemplate::parse);
        is_linear(part, of(""), 500, 300, |text| TextTemplate::parse(text).map(|own| own.bind(&Bindings::new())));
        is_linear(part, of(""), 500, 300, |text| HostTemplate::parse(text).map(|own| own.bind(&Bindings::new())));
        is_linear(part, of(""), 500, 300, |text| NameTemplate::parse(NameKind::Tool, text));
        let long = part.repeat(70_000);
        let error = TextTemplate::parse(&long).map_err(|error| error.message);
        assert_eq!(error.err().as_deref(), Some("a pattern has at most 4096 bytes"), "{part}");
    }
}

#[test]
fn urls_paths_hosts_and_accesses() {
    let parts = [
        "a",
        "/",
        "a/",
        "%2F",
        "%25",
        "%2525",
        ";",
        "%3B/",
        "..;/",
        "./",
        "../",
        "%C0%AE",
        "%FF",
        "%00",
        "\u{e9}",
        "%EF%BC%8E",
        "(S(x))",
        "::$DATA/",
        "?",
        "&a=1",
        "&a[]=%2561",
        "a.",
        "~1",
        "%u002e",
        "\u{200b}",
        "#",
    ];
    for part in parts {
        let of = |head: &'static str| move |count: usize| head.to_owned() + &part.repeat(count);
        // A path is read in at most 64 ways, of 256 KiB in all: beyond that it is not read.
        is_linear(part, of("https://h/"), 1000, 400, HttpUrl::parse);
        is_linear(part, of("https://h/x?"), 1000, 100, HttpUrl::parse);
        is_linear(part, of("https://"), 1000, 100, HttpUrl::parse);
        is_linear(part, of("/"), 1000, 100, GuestPath::parse);
        is_linear(part, of(""), 1000, 100, Host::parse);
        for kind in [
            "files read /",
            "http GET https://h/",
            "tcp connect ",
            "dns lookup ",
            "secrets use k https://h/",
            "env read ",
        ] {
            is_linear(part, of(kind), 1000, 400, |text| text.parse::<Access>().is_ok());
        }
    }
}

/// What is longer than it may be is refused before it is parsed.
#[test]
fn what_is_too_long_is_refused() {
    let text = |bytes: usize| format!("schema = 1\n{}", "#".repeat(bytes));
    let message = |errors: Vec<toolward_manifests::Diagnostic>| errors.into_iter().next().unwrap().message;
    let long = source(&text(Grant::MAX_BYTES));
    assert_eq!(message(Grant::parse(&long).unwrap_err()), "the grant has 262155 bytes, and may have 262144");
    let long = source(&text(Manifest::MAX_BYTES));
    assert_eq!(message(Manifest::parse(&long).unwrap_err()), "the manifest has 1048587 bytes, and may have 1048576");
    let long = source(&text(Policy::MAX_FILE_BYTES));
    let (all, _) = measured(|| Policy::parse(&long));
    assert!(all < 20 << 20, "{all}");
    assert!(message(Policy::parse(&long).unwrap_err()).starts_with("the policy has 4194315 bytes"));
    assert!(Policy::includes(&long).is_err());
}

/// A file with many errors tells some of them.
#[test]
fn no_more_errors_are_told_than_anybody_reads() {
    let wrong = lines(HEAD, "[[files]]\npath = \"/../#\"\nallow = [\"raed\"]")(2000);
    assert_eq!(Grant::parse(&source(&wrong)).unwrap_err().len(), 100);
}
