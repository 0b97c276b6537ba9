//! The file that the recorder around the heap writes: `bootstrap/host/observed.rs` has its layout.
//! Pure, except for reading the file.

use crate::Error;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

/// The variable that names the file.
pub const VARIABLE: &str = "RUCHY_LAMBDA_OBSERVE";
/// The first word of the file.
const MAGIC: u64 = u64::from_le_bytes(*b"RLHEAP01");
/// Size of the file, in bytes; it is sparse.
const FILE_BYTES: u64 = 1 << 30;
const WORD_BYTES: usize = size_of::<u64>();
const RECORD_WORDS: usize = 32;
const RECORD_BYTES: usize = RECORD_WORDS * WORD_BYTES;

/// The effect of a call of the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Allocate { address: u64, bytes: u64 },
    Free { address: u64, bytes: u64 },
    Resize { address: u64, bytes: u64, new_address: u64, new_bytes: u64 },
}

/// One call of the heap, and where it came from: return addresses, the innermost first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub action: Action,
    pub frames: Vec<u64>,
}

/// The file.
#[derive(Debug)]
pub struct Recording {
    file: File,
    pub path: PathBuf,
}

impl Recording {
    /// An empty file at `path`, for a process to write to.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn create(path: &Path) -> Result<Self, Error> {
        let refused = |error| Error::file(path, error);
        let file = File::options().read(true).write(true).create_new(true).open(path).map_err(refused)?;
        file.set_len(FILE_BYTES).map_err(refused)?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// The number of records so far.
    ///
    /// # Errors
    /// [`Error::Refused`] if the process has not recorded anything, or more than there is room for.
    pub fn count(&self) -> Result<u64, Error> {
        let mut bytes = [0; 3 * WORD_BYTES];
        self.file.read_exact_at(&mut bytes, 0).map_err(|error| Error::file(&self.path, error))?;
        match words(&bytes)[..] {
            [MAGIC, count, 0] => Ok(count),
            // A function that never allocates has not looked for the file.
            [0, 0, 0] => Ok(0),
            [MAGIC, count, dropped] => {
                Err(Error::Refused(format!("{} calls of the heap are more than can be recorded; try fewer --iterations", count + dropped)))
            }
            _ => Err(self.changed()),
        }
    }

    /// The records from `from` up to `to`.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Refused`].
    pub fn read(&self, from: u64, to: u64) -> Result<Vec<Record>, Error> {
        let count = usize::try_from(to.saturating_sub(from)).map_err(|_| Error::file(&self.path, io::ErrorKind::FileTooLarge.into()))?;
        let mut bytes = vec![0; count * RECORD_BYTES];
        self.file.read_exact_at(&mut bytes, (from + 1) * RECORD_BYTES as u64).map_err(|error| Error::file(&self.path, error))?;
        let records = bytes.chunks_exact(RECORD_BYTES).map(|bytes| record(&words(bytes)));
        records.collect::<Option<_>>().ok_or_else(|| self.changed())
    }

    /// The error if the file does not hold what the function wrote.
    fn changed(&self) -> Error {
        Error::Refused(format!(
            "{}: expected records of the heap; another program changed the file. Run the command again.",
            self.path.display()
        ))
    }
}

fn words(bytes: &[u8]) -> Vec<u64> {
    bytes.chunks_exact(WORD_BYTES).map(|word| u64::from_le_bytes(word.try_into().unwrap_or_default())).collect()
}

fn record(words: &[u64]) -> Option<Record> {
    let [kind, bytes, new_bytes, _, address, new_address, frames, ref addresses @ ..] = *words else { return None };
    let action = match kind {
        1 => Action::Allocate { address, bytes },
        2 => Action::Free { address, bytes },
        3 => Action::Resize { address, bytes, new_address, new_bytes },
        _ => return None,
    };
    let frames = addresses.get(..usize::try_from(frames).ok()?)?.to_vec();
    Some(Record { action, frames })
}

#[cfg(test)]
mod tests {
    use super::{Action, MAGIC, RECORD_WORDS, Record, Recording};
    use std::os::unix::fs::FileExt as _;

    #[test]
    fn recording_round_trips() {
        let folder = tempfile::tempdir().unwrap();
        let recording = Recording::create(&folder.path().join("heap")).unwrap();
        assert_eq!(recording.count().unwrap(), 0, "nothing was allocated");
        let mut words = vec![0; 3 * RECORD_WORDS];
        words[..2].copy_from_slice(&[MAGIC, 2]);
        words[RECORD_WORDS..RECORD_WORDS + 9].copy_from_slice(&[1, 100, 0, 8, 0x1000, 0, 2, 0x40, 0x50]);
        words[2 * RECORD_WORDS..2 * RECORD_WORDS + 7].copy_from_slice(&[3, 100, 300, 8, 0x1000, 0x2000, 0]);
        let bytes: Vec<u8> = words.iter().flat_map(|word: &u64| word.to_le_bytes()).collect();
        recording.file.write_all_at(&bytes, 0).unwrap();
        let records = recording.read(0, recording.count().unwrap()).unwrap();
        let first = Record { action: Action::Allocate { address: 0x1000, bytes: 100 }, frames: vec![0x40, 0x50] };
        let action = Action::Resize { address: 0x1000, bytes: 100, new_address: 0x2000, new_bytes: 300 };
        assert_eq!(records, [first, Record { action, frames: vec![] }]);
        recording.file.write_all_at(&9_u64.to_le_bytes(), 16).unwrap();
        assert!(recording.count().unwrap_err().to_string().contains("11 calls of the heap"));
    }
}
