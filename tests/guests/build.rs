//! Lists every function of every interface that Toolward links, from the WIT of the world `guest` in `host-fns/wit`, with
//! arguments of each type: an ordinary one first, then extreme ones. The program `every_function` makes all of these calls.
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use wit_parser::abi::{AbiVariant, WasmSignature, WasmType};
use wit_parser::{Function, Handle, Resolve, Type, TypeDefKind, TypeId, WorldItem};

const WIT: &str = "../../host-fns/wit";
/// Resources of which there are several kinds to call a function with; of all others there is one.
const KINDS: [(&str, usize); 5] =
    [("descriptor", 3), ("input-stream", 2), ("output-stream", 3), ("tcp-socket", 2), ("outgoing-request", 2)];
/// Resources that no guest is ever given, with a forged handle in their place.
const NEVER: [&str; 7] = [
    // `create-udp-socket` refuses.
    "udp-socket",
    "incoming-datagram-stream",
    "outgoing-datagram-stream",
    // No standard stream is a terminal.
    "terminal-input",
    "terminal-output",
    // These are given to a server's export.
    "incoming-request",
    "response-outparam",
];
/// How many texts and lists of bytes `every_function` has to choose from.
const TEXTS: usize = 8;

/// One value of a type in the canonical ABI's flat form: a Rust expression of the type `Arg` for each core value.
type Value = Vec<String>;

fn main() {
    println!("cargo::rerun-if-changed={WIT}");
    println!("cargo::rerun-if-changed=build.rs");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(WIT).expect("the WIT of the host");
    let world = resolve.select_world(&[package], Some("guest")).expect("the world `guest`");
    let mut listed =
        Listed { resolve: &resolve, imports: String::new(), functions: String::new(), calls: String::new() };
    let mut count = 0;
    for (key, item) in &resolve.worlds[world].imports {
        let WorldItem::Interface { id, .. } = item else { continue };
        let name = resolve.name_world_key(key);
        let interface = &resolve.interfaces[*id];
        for function in interface.functions.values() {
            listed.function(count, &name, function);
            count += 1;
        }
        for (resource, id) in &interface.types {
            if matches!(resolve.types[*id].kind, TypeDefKind::Resource) {
                listed.drop_of(count, &name, resource);
                count += 1;
            }
        }
    }
    let Listed { imports, functions, calls, .. } = listed;
    let text = format!("mod raw {{\n{imports}}}\n{functions}\npub static CALLS: &[Call] = &[\n{calls}];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("a folder to write to"));
    fs::write(Path::new(&out).join("calls.rs"), text).expect("the list of calls");
}

struct Listed<'a> {
    resolve: &'a Resolve,
    imports: String,
    functions: String,
    calls: String,
}

impl Listed<'_> {
    fn function(&mut self, number: usize, interface: &str, function: &Function) {
        let signature = self.resolve.wasm_signature(AbiVariant::GuestImport, function);
        assert!(
            !signature.indirect_params,
            "`{}` takes its parameters through memory, which is not written",
            function.name
        );
        let params: Vec<(Vec<Value>, bool)> =
            function.params.iter().map(|param| (self.values(&param.ty), self.is_handle(&param.ty))).collect();
        let mut cases = cases(&params);
        if function.params.iter().any(|param| self.is_never(&param.ty)) {
            cases.truncate(1);
        }
        for case in &mut cases {
            if signature.retptr {
                case.push("Arg::Result".to_owned());
            }
            assert_eq!(case.len(), signature.params.len(), "the flat form of `{}`", function.name);
        }
        self.call(number, interface, &function.name, &signature, &cases);
    }

    /// The canonical ABI has a function of its own to drop a handle.
    fn drop_of(&mut self, number: usize, interface: &str, resource: &str) {
        let name = format!("[resource-drop]{resource}");
        let signature =
            WasmSignature { params: vec![WasmType::I32], results: Vec::new(), indirect_params: false, retptr: false };
        self.call(number, interface, &name, &signature, &made(resource));
    }

    fn call(&mut self, number: usize, interface: &str, name: &str, signature: &WasmSignature, cases: &[Value]) {
        let types: Vec<&str> = signature.params.iter().map(core_type).collect();
        let params: Vec<String> = types.iter().enumerate().map(|(at, ty)| format!("a{at}: {ty}")).collect();
        let result = signature.results.first().map(|ty| format!(" -> {}", core_type(ty))).unwrap_or_default();
        writeln!(
            self.imports,
            "#[link(wasm_import_module = {interface:?})]\nunsafe extern \"C\" {{ #[link_name = {name:?}] pub fn f{number}({}){result}; }}",
            params.join(", ")
        )
        .expect("text");
        let args: Vec<String> = types.iter().enumerate().map(|(at, ty)| format!("a[{at}].flat() as {ty}")).collect();
        let a = if args.is_empty() { "_" } else { "a" };
        writeln!(
            self.functions,
            "fn c{number}({a}: &[Arg]) {{ let _ = unsafe {{ raw::f{number}({}) }}; }}",
            args.join(", ")
        )
        .expect("text");
        let cases: Vec<String> = cases.iter().map(|case| format!("&[{}]", case.join(", "))).collect();
        writeln!(
            self.calls,
            "Call {{ name: \"{interface}#{name}\", make: c{number}, cases: &[{}] }},",
            cases.join(", ")
        )
        .expect("text");
    }

    /// Values of a type, an ordinary one first.
    fn values(&self, ty: &Type) -> Vec<Value> {
        let of = |numbers: &[i64]| numbers.iter().map(|n| vec![format!("Arg::Number({n})")]).collect();
        match ty {
            Type::Bool => of(&[1, 0]),
            Type::U8 | Type::S8 => of(&[1, 0, 255]),
            Type::U16 | Type::S16 => of(&[1, 0, 65_535]),
            Type::U32 | Type::S32 => of(&[1, 0, -1, i64::from(i32::MIN), 1_000_000_000]),
            Type::U64 | Type::S64 => of(&[1, 0, -1, i64::MIN, i64::MAX, (1 << 40) + 1, 4_097, 3_000_000]),
            Type::F32 | Type::F64 => of(&[1, 0, -1]),
            Type::Char => of(&[97, 0, 0x0010_FFFF]),
            Type::String => texts(),
            Type::ErrorContext => panic!("`error-context` is none of WASI 0.2's types"),
            Type::Id(id) => self.defined(*id),
        }
    }

    fn defined(&self, id: TypeId) -> Vec<Value> {
        let number = |n: usize| vec![format!("Arg::Number({n})")];
        match &self.resolve.types[id].kind {
            TypeDefKind::Type(ty) => self.values(ty),
            TypeDefKind::Handle(Handle::Own(of) | Handle::Borrow(of)) => made(&self.resource(*of)),
            TypeDefKind::Record(record) => product(record.fields.iter().map(|field| self.values(&field.ty)).collect()),
            TypeDefKind::Tuple(tuple) => product(tuple.types.iter().map(|ty| self.values(ty)).collect()),
            TypeDefKind::Flags(flags) => {
                let all = (1_usize << flags.flags.len()) - 1;
                let single = (0..flags.flags.len()).map(|bit| 1 << bit);
                single.chain([0, all]).map(number).collect()
            }
            TypeDefKind::Enum(of) => (0..of.cases.len()).map(number).collect(),
            TypeDefKind::Variant(of) => self.variant(of.cases.iter().map(|case| case.ty)),
            // The ordinary option has a value.
            TypeDefKind::Option(some) => {
                let mut values = self.variant([None, Some(*some)].into_iter());
                values.rotate_left(1);
                values
            }
            TypeDefKind::Result(of) => self.variant([of.ok, of.err].into_iter()),
            TypeDefKind::List(Type::U8) => texts(),
            TypeDefKind::List(element) => self.lists(element),
            other => panic!("`{}` is none of WASI 0.2's types", other.as_str()),
        }
    }

    /// The cases of a variant: its number, and the payload, which has room for the largest.
    fn variant(&self, cases: impl Iterator<Item = Option<Type>>) -> Vec<Value> {
        let cases: Vec<Vec<Value>> =
            cases.map(|case| case.map_or_else(|| vec![Vec::new()], |ty| self.values(&ty))).collect();
        let room = cases.iter().flatten().map(Vec::len).max().unwrap_or_default();
        let with_number = |(number, payloads): (usize, &Vec<Value>)| {
            let value = |payload: &Value| {
                let zeros = std::iter::repeat_n("Arg::Number(0)".to_owned(), room - payload.len());
                [format!("Arg::Number({number})")].into_iter().chain(payload.iter().cloned()).chain(zeros).collect()
            };
            payloads.iter().map(value).collect::<Vec<Value>>()
        };
        cases.iter().enumerate().flat_map(with_number).collect()
    }

    /// A list of one, of none, and of many.
    fn lists(&self, element: &Type) -> Vec<Value> {
        let of = |count: usize| {
            let items = match self.handle_of(element) {
                Some(resource) => format!("Arg::Handles(make::{}, {count})", function_name(&resource)),
                None => "Arg::Items".to_owned(),
            };
            vec![items, format!("Arg::Number({count})")]
        };
        [1, 0, 1_000].map(of).to_vec()
    }

    fn handle_of(&self, ty: &Type) -> Option<String> {
        let Type::Id(id) = ty else { return None };
        match &self.resolve.types[*id].kind {
            TypeDefKind::Type(ty) => self.handle_of(ty),
            TypeDefKind::Handle(Handle::Own(of) | Handle::Borrow(of)) => Some(self.resource(*of)),
            _ => None,
        }
    }

    fn is_handle(&self, ty: &Type) -> bool {
        self.handle_of(ty).is_some()
    }

    fn is_never(&self, ty: &Type) -> bool {
        self.handle_of(ty).is_some_and(|resource| NEVER.contains(&resource.as_str()))
    }

    fn resource(&self, id: TypeId) -> String {
        let ty = &self.resolve.types[id];
        match ty.kind {
            TypeDefKind::Type(Type::Id(of)) => self.resource(of),
            _ => ty.name.clone().expect("a resource has a name"),
        }
    }
}

fn core_type(ty: &WasmType) -> &'static str {
    match ty {
        WasmType::I32 | WasmType::Pointer | WasmType::Length => "i32",
        WasmType::I64 | WasmType::PointerOrI64 => "i64",
        WasmType::F32 => "f32",
        WasmType::F64 => "f64",
    }
}

fn texts() -> Vec<Value> {
    (0..TEXTS).map(|text| vec![format!("Arg::TextAt({text})"), format!("Arg::TextLength({text})")]).collect()
}

/// A handle of each kind; a resource for which `every_function` has no maker does not compile.
fn made(resource: &str) -> Vec<Value> {
    let kinds: BTreeMap<&str, usize> = KINDS.into();
    let maker = match NEVER.contains(&resource) {
        true => "never".to_owned(),
        false => function_name(resource),
    };
    (0..kinds.get(resource).copied().unwrap_or(1))
        .map(|kind| vec![format!("Arg::Handle(make::{maker}, {kind})")])
        .collect()
}

fn function_name(resource: &str) -> String {
    resource.replace('-', "_")
}

/// Values of several fields together: all ordinary, then each field's extremes alone, then those of all fields at once.
fn product(fields: Vec<Vec<Value>>) -> Vec<Value> {
    let params: Vec<(Vec<Value>, bool)> = fields.into_iter().map(|field| (field, false)).collect();
    cases(&params)
}

/// The same for the parameters of a function, with every kind of handle.
fn cases(params: &[(Vec<Value>, bool)]) -> Vec<Value> {
    let mut handles: Vec<Vec<usize>> = vec![vec![0; params.len()]];
    for (at, _) in params.iter().enumerate().filter(|(_, (_, is_handle))| *is_handle) {
        let kinds = 0..params[at].0.len();
        let with = |row: &Vec<usize>| {
            let mut row = row.clone();
            kinds
                .clone()
                .map(move |kind| {
                    row[at] = kind;
                    row.clone()
                })
                .collect::<Vec<_>>()
        };
        handles = handles.iter().flat_map(with).collect();
    }
    let plain: Vec<usize> = (0..params.len()).filter(|at| !params[*at].1).collect();
    let most = plain.iter().map(|at| params[*at].0.len()).max().unwrap_or_default();
    let mut rows = Vec::new();
    for base in handles {
        rows.push(base.clone());
        for at in &plain {
            for extreme in 1..params[*at].0.len() {
                let mut row = base.clone();
                row[*at] = extreme;
                rows.push(row);
            }
        }
        if plain.len() > 1 {
            for extreme in 1..most {
                let mut row = base.clone();
                for at in &plain {
                    row[*at] = extreme.min(params[*at].0.len() - 1);
                }
                rows.push(row);
            }
        }
    }
    let value = |row: Vec<usize>| row.iter().zip(params).flat_map(|(at, (values, _))| values[*at].clone()).collect();
    rows.into_iter().map(value).collect()
}
