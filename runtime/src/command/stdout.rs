//! Standard output for commands whose exit code says how their work ended, whether or not its output is still read.
use std::io::{self, ErrorKind, StdoutLock, Write};

/// Standard output whose reader may end early (`toolward tool list | head -1`): what comes after that is dropped, and the
/// command ends as it would have ended. Every other error stays one.
pub(crate) struct Stdout {
    lock: StdoutLock<'static>,
    reader_ended: bool,
}

impl Stdout {
    pub(crate) fn new() -> Self {
        Self { lock: io::stdout().lock(), reader_ended: false }
    }

    fn unless_ended<T>(&mut self, done: io::Result<T>, dropped: T) -> io::Result<T> {
        match done {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.reader_ended = true;
                Ok(dropped)
            }
            done => done,
        }
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.reader_ended {
            return Ok(bytes.len());
        }
        let written = self.lock.write(bytes);
        self.unless_ended(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.reader_ended {
            return Ok(());
        }
        let flushed = self.lock.flush();
        self.unless_ended(flushed, ())
    }
}
