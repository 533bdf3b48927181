//! Lists the hostile guests as a macro, so that one without a test does not compile.
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const SOURCES: &str = "guests/src/bin";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={SOURCES}");
    let mut guests: Vec<String> =
        fs::read_dir(SOURCES)?.filter_map(|entry| program_name(&entry.ok()?.path())).collect();
    guests.sort();
    let text = format!(
        "/// Calls a macro with the names of all hostile guests.\n\
         #[macro_export]\n\
         macro_rules! foreach_guest {{ ($each:ident) => {{ $each! {{ {} }} }} }}\n",
        guests.join(" ")
    );
    let out = env::var_os("OUT_DIR").map(PathBuf::from).ok_or(io::ErrorKind::NotFound)?;
    fs::write(out.join("foreach_guest.rs"), text)
}

fn program_name(source: &Path) -> Option<String> {
    (source.extension()? == "rs").then_some(source.file_stem()?.to_str()?.to_owned())
}
