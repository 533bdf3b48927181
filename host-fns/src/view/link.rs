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

/// Links the guest's world.
///
/// # Errors
/// Where an interface is linked twice: a mistake in this list.
pub fn link(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    let l = linker;
    // Mediated by the door.
    filesystem::types::add_to_linker::<Guest, Filesystem>(l, |guest| FilesystemView(guest))?;
    filesystem::preopens::add_to_linker::<Guest, Filesystem>(l, |guest| FilesystemView(guest))?;
    cli::environment::add_to_linker::<Guest, Environment>(l, |guest| EnvironmentView(guest))?;
    tcp_create_socket::add_to_linker::<Guest, Sockets>(l, |guest| SocketsView(guest))?;
    sockets::udp_create_socket::add_to_linker::<Guest, Sockets>(l, |guest| SocketsView(guest))?;
    tcp_interface::add_to_linker::<Guest, Sockets>(l, |guest| SocketsView(guest))?;
    ip_name_lookup::add_to_linker::<Guest, Sockets>(l, |guest| SocketsView(guest))?;
    http::http::outgoing_handler::add_to_linker::<Guest, WasiHttp>(l, Guest::http)?;
    http::http::types::add_to_linker::<Guest, WasiHttp>(l, &(&http::LinkOptions::default()).into(), Guest::http)?;
    // Resources that give no power, and datagrams, of which no socket can be made.
    let network = sockets::network::LinkOptions::default();
    sockets::network::add_to_linker::<Guest, WasiSockets>(l, &network, Guest::sockets)?;
    sockets::instance_network::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)?;
    sockets::udp::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)?;
    // Given and limited: they reach nothing outside.
    io::error::add_to_linker::<Guest, Io>(l, |guest| &mut guest.table)?;
    io::poll::add_to_linker::<Guest, Io>(l, |guest| &mut guest.table)?;
    io::streams::add_to_linker::<Guest, Io>(l, |guest| &mut guest.table)?;
    clocks::wall_clock::add_to_linker::<Guest, WasiClocks>(l, Guest::clocks)?;
    clocks::monotonic_clock::add_to_linker::<Guest, WasiClocks>(l, Guest::clocks)?;
    random::random::add_to_linker::<Guest, WasiRandom>(l, |guest| guest.wasi.random())?;
    random::insecure::add_to_linker::<Guest, WasiRandom>(l, |guest| guest.wasi.random())?;
    random::insecure_seed::add_to_linker::<Guest, WasiRandom>(l, |guest| guest.wasi.random())?;
    settings::add_to_linker(l)?;
    logging::add_to_linker(l)?;
    cli::exit::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::stdin::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::stdout::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::stderr::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::terminal_input::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::terminal_output::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::terminal_stdin::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::terminal_stdout::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::terminal_stderr::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    Ok(())
}
