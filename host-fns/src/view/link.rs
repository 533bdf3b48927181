//! The linker: every interface that exists for a guest, by name. What is not on this list does not exist.
use wasmtime::component::{HasData, Linker, ResourceTable};
use wasmtime_wasi::cli::{WasiCli, WasiCliView};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksView};
use wasmtime_wasi::p2::bindings::{cli, clocks, filesystem, random, sockets};
use wasmtime_wasi::random::WasiRandom;
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsView};
use wasmtime_wasi_http::p2::bindings as http;
use wasmtime_wasi_http::{WasiHttp, WasiHttpView};
use wasmtime_wasi_io::bindings::wasi::io;

use super::cli::{Environment, EnvironmentView};
use super::filesystem::{Filesystem, FilesystemView};
use super::logging;
use super::settings;
use super::sockets::{Sockets, SocketsView, ip_name_lookup, tcp_create_socket, tcp_interface};
use crate::guest::Guest;

struct Io;

impl HasData for Io {
    type Data<'a> = &'a mut ResourceTable;
}

/// Adds one interface to the linker.
type Add = fn(&mut Linker<Guest>) -> wasmtime::Result<()>;

/// Every interface, by the name under which a guest imports it. The world `guest` of `wit/world.wit` has the same names, and a
/// guest of the test suite calls every function of that world.
const INTERFACES: &[(&str, Add)] = &[
    // Mediated by the door.
    ("wasi:filesystem/types@0.2.12", |l| {
        filesystem::types::add_to_linker::<Guest, Filesystem>(l, |guest| FilesystemView(guest))
    }),
    ("wasi:filesystem/preopens@0.2.12", |l| {
        filesystem::preopens::add_to_linker::<Guest, Filesystem>(l, |guest| FilesystemView(guest))
    }),
    ("wasi:cli/environment@0.2.12", |l| {
        cli::environment::add_to_linker::<Guest, Environment>(l, |guest| EnvironmentView(guest))
    }),
    ("wasi:sockets/tcp-create-socket@0.2.12", |l| {
        tcp_create_socket::add_to_linker::<Guest, Sockets>(l, |guest| SocketsView(guest))
    }),
    ("wasi:sockets/udp-create-socket@0.2.12", |l| {
        sockets::udp_create_socket::add_to_linker::<Guest, Sockets>(l, |guest| SocketsView(guest))
    }),
    ("wasi:sockets/tcp@0.2.12", |l| tcp_interface::add_to_linker::<Guest, Sockets>(l, |guest| SocketsView(guest))),
    ("wasi:sockets/ip-name-lookup@0.2.12", |l| {
        ip_name_lookup::add_to_linker::<Guest, Sockets>(l, |guest| SocketsView(guest))
    }),
    ("wasi:http/outgoing-handler@0.2.12", |l| {
        http::http::outgoing_handler::add_to_linker::<Guest, WasiHttp>(l, Guest::http)
    }),
    ("wasi:http/types@0.2.12", |l| {
        let options = (&http::LinkOptions::default()).into();
        http::http::types::add_to_linker::<Guest, WasiHttp>(l, &options, Guest::http)
    }),
    // Resources that give no power, and datagrams, of which no socket can be made.
    ("wasi:sockets/network@0.2.12", |l| {
        let options = sockets::network::LinkOptions::default();
        sockets::network::add_to_linker::<Guest, WasiSockets>(l, &options, Guest::sockets)
    }),
    ("wasi:sockets/instance-network@0.2.12", |l| {
        sockets::instance_network::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)
    }),
    ("wasi:sockets/udp@0.2.12", |l| sockets::udp::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)),
    // Given and limited: they reach nothing outside.
    ("wasi:io/error@0.2.12", |l| io::error::add_to_linker::<Guest, Io>(l, |guest| &mut guest.table)),
    ("wasi:io/poll@0.2.12", |l| io::poll::add_to_linker::<Guest, Io>(l, |guest| &mut guest.table)),
    ("wasi:io/streams@0.2.12", |l| io::streams::add_to_linker::<Guest, Io>(l, |guest| &mut guest.table)),
    ("wasi:clocks/wall-clock@0.2.12", |l| clocks::wall_clock::add_to_linker::<Guest, WasiClocks>(l, Guest::clocks)),
    ("wasi:clocks/monotonic-clock@0.2.12", |l| {
        clocks::monotonic_clock::add_to_linker::<Guest, WasiClocks>(l, Guest::clocks)
    }),
    ("wasi:random/random@0.2.12", |l| {
        random::random::add_to_linker::<Guest, WasiRandom>(l, |guest| guest.wasi.random())
    }),
    ("wasi:random/insecure@0.2.12", |l| {
        random::insecure::add_to_linker::<Guest, WasiRandom>(l, |guest| guest.wasi.random())
    }),
    ("wasi:random/insecure-seed@0.2.12", |l| {
        random::insecure_seed::add_to_linker::<Guest, WasiRandom>(l, |guest| guest.wasi.random())
    }),
    ("wasi:config/store@0.2.0-rc.1", |l| settings::add_to_linker(l, "wasi:config/store@0.2.0-rc.1")),
    ("wasi:config/store@0.2.0-draft", |l| settings::add_to_linker(l, "wasi:config/store@0.2.0-draft")),
    ("wasi:logging/logging", |l| logging::add_to_linker(l, "wasi:logging/logging")),
    ("wasi:logging/logging@0.1.0-draft", |l| logging::add_to_linker(l, "wasi:logging/logging@0.1.0-draft")),
    ("wasi:cli/exit@0.2.12", |l| cli::exit::add_to_linker::<Guest, WasiCli>(l, Guest::cli)),
    ("wasi:cli/stdin@0.2.12", |l| cli::stdin::add_to_linker::<Guest, WasiCli>(l, Guest::cli)),
    ("wasi:cli/stdout@0.2.12", |l| cli::stdout::add_to_linker::<Guest, WasiCli>(l, Guest::cli)),
    ("wasi:cli/stderr@0.2.12", |l| cli::stderr::add_to_linker::<Guest, WasiCli>(l, Guest::cli)),
    ("wasi:cli/terminal-input@0.2.12", |l| cli::terminal_input::add_to_linker::<Guest, WasiCli>(l, Guest::cli)),
    ("wasi:cli/terminal-output@0.2.12", |l| cli::terminal_output::add_to_linker::<Guest, WasiCli>(l, Guest::cli)),
    ("wasi:cli/terminal-stdin@0.2.12", |l| cli::terminal_stdin::add_to_linker::<Guest, WasiCli>(l, Guest::cli)),
    ("wasi:cli/terminal-stdout@0.2.12", |l| cli::terminal_stdout::add_to_linker::<Guest, WasiCli>(l, Guest::cli)),
    ("wasi:cli/terminal-stderr@0.2.12", |l| cli::terminal_stderr::add_to_linker::<Guest, WasiCli>(l, Guest::cli)),
];

/// Links the guest's world.
///
/// # Errors
/// Where an interface is linked twice: a mistake in this list.
pub fn link(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    INTERFACES.iter().try_for_each(|(_, add)| add(linker))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The interfaces that the world `guest` of `wit/world.wit` imports.
    fn of_the_world() -> BTreeSet<&'static str> {
        let text = include_str!("../../wit/world.wit");
        let (_, world) = text.split_once("world guest {").unwrap();
        let lines = world.split_once('}').unwrap().0.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(|line| line.strip_prefix("import ").and_then(|line| line.strip_suffix(';')).unwrap()).collect()
    }

    /// A new interface must stand in the world, from which the suite makes a call of each function.
    #[test]
    fn the_world_of_the_test_guest_has_every_interface() {
        let names: BTreeSet<&str> = INTERFACES.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), INTERFACES.len());
        assert_eq!(names, of_the_world());
    }
}
