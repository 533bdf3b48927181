//! How the program is linked: half of what is done before `main`, in the command and in each worker, is to adjust addresses. Packed
//! they are a fiftieth of the size (linkers that do not know the option leave it out).

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
}
