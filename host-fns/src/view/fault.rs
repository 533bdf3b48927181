//! A fault as each interface says it. A guest's error, a trap and a broken host stay three different things.
use wasmtime_wasi::p2::FsError;
use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;

use crate::door::Fault;
use crate::guest::{HostBroken, LimitReached, TaskOver};

/// `XDEV`, which wasmtime-wasi's own table leaves out.
const CROSS_DEVICE: i32 = rustix::io::Errno::XDEV.raw_os_error();

/// What a file operation answers the guest.
pub(super) fn filesystem(fault: Fault) -> FsError {
    match fault {
        Fault::Refused => ErrorCode::Access.into(),
        Fault::CrossDevice | Fault::Os(CROSS_DEVICE) => ErrorCode::CrossDevice.into(),
        Fault::Os(errno) => ErrorCode::from(std::io::Error::from_raw_os_error(errno)).into(),
        // The door answers no file request with one of the network's.
        Fault::Limit(_) | Fault::Over | Fault::Broken | Fault::Network(_) => FsError::trap(ending(fault)),
    }
}

/// The trap that ends a call.
#[must_use]
pub fn ending(fault: Fault) -> wasmtime::Error {
    match fault {
        Fault::Limit(limit) => wasmtime::Error::new(LimitReached(limit)),
        Fault::Over => wasmtime::Error::new(TaskOver),
        _ => wasmtime::Error::new(HostBroken),
    }
}
