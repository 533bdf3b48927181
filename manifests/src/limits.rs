//! Limits of one call, each with a safe default.
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What one call may use. Sizes in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// All linear memories together.
    pub memory: u64,
    /// All tables together, in elements.
    pub table_elements: u64,
    /// Core instances, memories and tables, each.
    pub instances: u32,
    /// The wasm stack.
    pub stack: u64,
    /// Wall-clock time from start to result.
    pub time: Duration,
    /// Stdout and stderr together.
    pub output: u64,
    /// Open files and directories.
    pub open_files: u32,
    /// Entries in the resource table: handles of every kind.
    pub handles: u32,
    /// Records of host calls.
    pub records: u32,
    /// Bytes of the call's records.
    pub log: u64,
    /// The call's input.
    pub input: u64,
    /// HTTP requests, TCP connections and name lookups together.
    pub requests: u32,
    /// Bytes sent over the network.
    pub sent: u64,
    /// Bytes received over the network.
    pub received: u64,
    /// Connections open at a time.
    pub connections: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 64 << 20,
            table_elements: 100_000,
            instances: 32,
            stack: 512 << 10,
            time: Duration::from_secs(10),
            output: 4 << 20,
            open_files: 256,
            handles: 2048,
            records: 100_000,
            log: 64 << 20,
            input: 1 << 20,
            requests: 256,
            sent: 16 << 20,
            received: 64 << 20,
            connections: 16,
        }
    }
}

impl Limits {
    /// The most that this platform can hold; a file that asks for more does not load. A stack beyond 1 MiB leaves the
    /// host's own functions too little of the 2 MiB that both share; a 32-bit memory ends at 4 GiB. The rest are bounds
    /// beyond which a slip of the pen is likelier than a need.
    pub const MOST: Self = Self {
        memory: 4 << 30,
        table_elements: 10_000_000,
        instances: 1_000,
        stack: 1 << 20,
        time: Duration::from_hours(24),
        output: 1 << 30,
        open_files: 65_536,
        handles: 1_000_000,
        records: 10_000_000,
        log: 16 << 30,
        input: 1 << 30,
        requests: 100_000,
        sent: 64 << 30,
        received: 64 << 30,
        connections: 1_024,
    };

    /// The stricter of each.
    #[must_use]
    pub fn lowered_by(self, other: Self) -> Self {
        Self {
            memory: self.memory.min(other.memory),
            table_elements: self.table_elements.min(other.table_elements),
            instances: self.instances.min(other.instances),
            stack: self.stack.min(other.stack),
            time: self.time.min(other.time),
            output: self.output.min(other.output),
            open_files: self.open_files.min(other.open_files),
            handles: self.handles.min(other.handles),
            records: self.records.min(other.records),
            log: self.log.min(other.log),
            input: self.input.min(other.input),
            requests: self.requests.min(other.requests),
            sent: self.sent.min(other.sent),
            received: self.received.min(other.received),
            connections: self.connections.min(other.connections),
        }
    }
}
