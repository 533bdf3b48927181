#!/bin/sh
# Installs existing command-line programs for wasm32-wasip2, unchanged, in pinned versions. They become tools by a
# manifest alone (manifests/rg.toml, manifests/sd.toml). Does nothing where they are in place.
#
# Usage: tools/existing.sh      the programs arrive as tools/target/existing/bin/{rg,sd}.wasm
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$here/target/existing

# Symbols are left out: they are most of the file, and the host would only have to hash them.
export CARGO_PROFILE_RELEASE_DEBUG=0
export CARGO_PROFILE_RELEASE_STRIP=symbols
export CARGO_TARGET_DIR="$root/build"

install() { # CRATE VERSION PROGRAM [OPTION…]
    crate=$1 version=$2 program=$3
    shift 3
    stamp=$root/$crate-$version.installed
    if [ -f "$stamp" ] && [ -f "$root/bin/$program.wasm" ]; then
        return
    fi
    cargo install "$crate" --version "=$version" --target wasm32-wasip2 --root "$root" --force --quiet "$@"
    touch "$stamp"
}

mkdir -p "$root"
install ripgrep 15.2.0 rg --locked
# Not --locked: sd 1.0.0 locks a rustix (0.38.20) that predates wasm32-wasip2 and does not compile for it.
install sd 1.0.0 sd
