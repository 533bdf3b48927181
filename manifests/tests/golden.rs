//! Every file below `golden/`: those in `ok/` load and print back to the same, those in `invalid/` show the errors that stand
//! beside them. `BLESS=1` writes what is shown.
#![expect(clippy::disallowed_methods, reason = "a test reads its own cases")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use toolward_manifests::file::PolicyFile;
use toolward_manifests::{Diagnostic, Grant, Manifest, Policy, Source, schema};

/// What is checked of a file that loads: its print, which loads to the same, and its schema.
struct Loaded {
    toml: String,
    json: Value,
    again: Value,
    schema: Value,
}

fn load(kind: &str, source: &Source) -> Result<Loaded, Vec<Diagnostic>> {
    macro_rules! load {
        ($type:ident, $schema:expr, $file:expr) => {{
            let loaded = $type::parse(source)?;
            let file = $file(&loaded);
            let toml = toml::to_string(file).unwrap();
            let print = Source { name: "print".into(), text: toml.clone() };
            let again = $type::parse(&print).unwrap_or_else(|errors| panic!("{errors:?}\n{toml}"));
            assert_eq!(file, $file(&again), "{toml}");
            let json = |loaded: &$type| serde_json::to_value($file(loaded)).unwrap();
            Ok(Loaded { toml, json: json(&loaded), again: json(&again), schema: $schema })
        }};
    }
    match kind {
        "manifest" => load!(Manifest, schema::manifest(), Manifest::file),
        "policy" => load!(Policy, schema::policy(), main_file),
        _ => load!(Grant, schema::grant(), Grant::file),
    }
}

fn main_file(policy: &Policy) -> &PolicyFile {
    policy.files().first().unwrap()
}

/// The cases of one folder, in order of their names.
fn cases(kind: &str, folder: &str) -> Vec<(PathBuf, Source)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(kind).join(folder);
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
    paths.sort();
    let source = |path: &Path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        Source { name, text: fs::read_to_string(path).unwrap() }
    };
    paths.into_iter().map(|path| (path.clone(), source(&path))).collect()
}

/// Compares with the file beside the case, or writes it.
fn same_as_beside(case: &Path, extension: &str, shown: &str) -> Result<(), String> {
    let beside = case.with_extension(extension);
    if std::env::var_os("BLESS").is_some() {
        fs::write(beside, shown).unwrap();
        return Ok(());
    }
    let known = fs::read_to_string(&beside).unwrap_or_default();
    if known == shown { Ok(()) } else { Err(format!("{}:\n{shown}\ninstead of\n{known}", case.display())) }
}

fn rendered(source: &Source, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| diagnostic.render(&source.text) + "\n").collect::<Vec<_>>().join("\n")
}

fn all_ok(kind: &str) {
    let cases = cases(kind, "ok");
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for (path, source) in cases {
        let loaded = load(kind, &source)
            .unwrap_or_else(|errors| panic!("{} does not load:\n{}", path.display(), rendered(&source, &errors)));
        assert_eq!(loaded.json, loaded.again, "{}", loaded.toml);
        let validator = jsonschema::validator_for(&loaded.schema).unwrap();
        let written: Value = toml::from_str(&source.text).unwrap();
        let errors: Vec<_> = validator.iter_errors(&written).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{} does not fit the schema: {errors:?}", path.display());
        let json = serde_json::to_string_pretty(&loaded.json).unwrap() + "\n";
        wrong.extend(same_as_beside(&path, "json", &json).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn all_invalid(kind: &str) -> usize {
    let cases = cases(kind, "invalid");
    let mut wrong = Vec::new();
    for (path, source) in &cases {
        let Err(errors) = load(kind, source) else { panic!("{} loads", path.display()) };
        assert!(!errors.is_empty(), "{}", path.display());
        assert!(errors.is_sorted_by_key(|error| error.span.start), "{}", path.display());
        for error in &errors {
            assert!(error.span.end <= source.text.len(), "{}", path.display());
        }
        wrong.extend(same_as_beside(path, "stderr", &rendered(source, &errors)).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    cases.len()
}

#[test]
fn manifests_that_hold_load_and_print_back() {
    all_ok("manifest");
}

#[test]
fn policies_that_hold_load_and_print_back() {
    all_ok("policy");
}

#[test]
fn grants_that_hold_load_and_print_back() {
    all_ok("grant");
}

#[test]
fn what_cannot_be_enforced_is_an_error_that_shows_the_line() {
    let cases: usize = ["manifest", "policy", "grant"].into_iter().map(all_invalid).sum();
    assert!(cases >= 60, "{cases} cases");
}

#[test]
fn every_invalid_case_is_another_mistake() {
    let mut seen = std::collections::BTreeMap::new();
    for kind in ["manifest", "policy", "grant"] {
        for (path, source) in cases(kind, "invalid") {
            let shown = load(kind, &source).err().unwrap().remove(0).render(&source.text);
            let (_, mistake) = shown.split_once(' ').unwrap();
            if let Some(other) = seen.insert((kind, mistake.to_owned()), path.clone()) {
                panic!("{} and {} say the same: {shown}", path.display(), other.display());
            }
        }
    }
}

/// A key that no type knows, in each table of a file that holds.
#[test]
fn the_schemas_refuse_unknown_keys_wherever_the_parser_does() {
    for kind in ["manifest", "policy", "grant"] {
        let mut tried = 0;
        for (path, source) in cases(kind, "ok") {
            let loaded = load(kind, &source).unwrap();
            let validator = jsonschema::validator_for(&loaded.schema).unwrap();
            for pointer in closed_tables(&loaded.json, String::new()) {
                let mut changed = loaded.json.clone();
                changed.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().insert("zzz unknown".into(), 1.into());
                let text = toml::to_string(&changed).unwrap();
                let refused = load(kind, &Source { name: "changed".into(), text }).is_err();
                assert!(refused, "{}: the parser takes an unknown key at `{pointer}`", path.display());
                assert!(!validator.is_valid(&changed), "{}: the schema takes one at `{pointer}`", path.display());
                tried += 1;
            }
        }
        assert!(tried > 3, "{kind}: {tried}");
    }
}

fn is_data(at: &str) -> bool {
    at.ends_with("/input") || at.ends_with("/output")
}

/// The tables whose keys are fixed: not a call's input, and not the maps by name.
fn closed_tables(value: &Value, at: String) -> Vec<String> {
    const MAPS: [&str; 11] = [
        "input",
        "query",
        "config",
        "functions",
        "set",
        "agents",
        "sets",
        "types",
        "parameters",
        "mounts",
        "unmatched",
    ];
    let open = |name: &str| MAPS.contains(&name.rsplit('/').next().unwrap_or_default());
    match value {
        // What goes into a call and what comes out of it is its tool's.
        Value::Object(_) if at.ends_with("call/input") || at.contains("/before/") && is_data(&at) => Vec::new(),
        Value::Object(fields) => {
            let below = fields.iter().flat_map(|(name, value)| {
                closed_tables(value, format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")))
            });
            let own = (!open(&at)).then(|| at.clone());
            own.into_iter().chain(below).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(index, item)| closed_tables(item, format!("{at}/{index}"))).collect()
        }
        _ => Vec::new(),
    }
}
