//! The memory of one process, as the kernel counts it page by page. (The kernel updates the
//! counters in `status` in batches, which are larger than such a process.)

use crate::Error;
use std::fs;
use std::path::Path;

/// Sizes in KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Resident pages, each divided by the number of processes that share it.
    pub proportional: u64,
    /// Resident pages that no other process shares.
    pub private: u64,
    /// Those of them that were written to: they cannot be read again from a file.
    pub private_dirty: u64,
    /// Resident pages.
    pub resident: u64,
    /// Page tables.
    pub page_tables: u64,
}

impl Memory {
    /// Reads the memory of the process `process`.
    ///
    /// # Errors
    /// `Error::File`: the process has ended, or the kernel does not report its memory.
    pub fn of(process: u32) -> Result<Self, Error> {
        let read = |file: &str| {
            let path = format!("/proc/{process}/{file}");
            fs::read_to_string(&path).map_err(|error| Error::file(Path::new(&path), error))
        };
        let (rollup, status) = (read("smaps_rollup")?, read("status")?);
        let unknown = || Error::file(Path::new("/proc"), std::io::Error::other(format!("unexpected format: {rollup}{status}")));
        Self::parse(&rollup, &status).ok_or_else(unknown)
    }

    fn parse(rollup: &str, status: &str) -> Option<Self> {
        let of_rollup = |name| field(rollup, name);
        let private_dirty = of_rollup("Private_Dirty:")?;
        Some(Self {
            proportional: of_rollup("Pss:")?,
            private: of_rollup("Private_Clean:")? + private_dirty,
            private_dirty,
            resident: of_rollup("Rss:")?,
            page_tables: field(status, "VmPTE:")?,
        })
    }
}

/// Returns the memory in KiB that is available without swapping.
#[must_use]
pub fn available_kb() -> Option<u64> {
    field(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")
}

/// Returns the number after `name` in a text with lines such as `Rss:    212 kB`.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Memory, available_kb};

    #[test]
    fn parse_reads_the_kernels_format() {
        let rollup = "00400000-7fff0000 ---p 00000000 00:00 0    [rollup]\nRss:      60 kB\nPss:      21 kB\nPss_Dirty:    16 kB\n\
                      Shared_Clean:   40 kB\nPrivate_Clean:    4 kB\nPrivate_Dirty:   16 kB\n";
        let memory = Memory { proportional: 21, private: 20, private_dirty: 16, resident: 60, page_tables: 28 };
        assert_eq!(Memory::parse(rollup, "VmRSS:\t  4 kB\nVmPTE:\t      28 kB\n"), Some(memory));
        assert_eq!(Memory::parse("", "VmPTE:\t      28 kB\n"), None);
    }

    #[test]
    fn memory_of_includes_written_pages() {
        const BYTES: usize = 8 << 20;
        let own = || Memory::of(std::process::id()).unwrap();
        let before = own();
        let written = std::hint::black_box(vec![1_u8; BYTES]);
        let after = own();
        drop(written);
        let least = before.private_dirty + (BYTES as u64 >> 10) / 2;
        assert!(
            after.private_dirty > least && after.resident >= after.private && after.private >= after.private_dirty,
            "{before:?} {after:?}"
        );
        assert!(after.page_tables > 0 && available_kb() > Some(0));
        assert!(Memory::of(u32::MAX).is_err());
    }
}
