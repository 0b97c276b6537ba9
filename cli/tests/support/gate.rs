//! The FIFO at which a stand-in waits until a test writes a line: a module of test programs.

use rustix::fs::OFlags;
use rustix::io::Errno;
use std::fs::File;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Creates the FIFO.
pub fn create(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Opens the FIFO for writing when it has a reader, and fails if it has none after `patience`. A
/// blocking open would wait without a limit.
pub fn open(path: &Path, patience: Duration) -> File {
    let start = Instant::now();
    loop {
        match File::options().write(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path) {
            Ok(gate) => return gate,
            Err(error) if error.raw_os_error() == Some(Errno::NXIO.raw_os_error()) => {}
            Err(error) => panic!("{}: {error}", path.display()),
        }
        assert!(start.elapsed() < patience, "{}: no process reads it", path.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}
