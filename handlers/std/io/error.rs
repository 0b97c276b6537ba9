//! Errors of reading and writing, with the messages of std.

use alloc::boxed::Box;
use core::error;
use core::fmt;
use core::result;

/// The result of reading and writing.
pub type Result<T> = result::Result<T, Error>;

/// An I/O error: an error number of the kernel, or an error of a program.
pub struct Error(Reason);

enum Reason {
    /// An error number of the kernel.
    Number(i32),
    Kind(ErrorKind),
    Text(ErrorKind, &'static str),
    Custom(ErrorKind, Box<dyn error::Error + Send + Sync>),
}

impl Error {
    /// Creates an error from a string, or from an error of another type.
    pub fn new<E: Into<Box<dyn error::Error + Send + Sync>>>(kind: ErrorKind, error: E) -> Self {
        Self(Reason::Custom(kind, error.into()))
    }

    /// Creates an error of the kind [`ErrorKind::Other`].
    pub fn other<E: Into<Box<dyn error::Error + Send + Sync>>>(error: E) -> Self {
        Self::new(ErrorKind::Other, error)
    }

    /// Creates the error for an error number of the kernel.
    #[must_use]
    pub fn from_raw_os_error(number: i32) -> Self {
        Self(Reason::Number(number))
    }

    /// Returns the error number of the kernel, if the error has one.
    #[must_use]
    pub fn raw_os_error(&self) -> Option<i32> {
        if let Reason::Number(number) = self.0 { Some(number) } else { None }
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self.0 {
            Reason::Number(number) => describe(number).0,
            Reason::Kind(kind) | Reason::Text(kind, _) | Reason::Custom(kind, _) => kind,
        }
    }

    pub(crate) const fn text(kind: ErrorKind, text: &'static str) -> Self {
        Self(Reason::Text(kind, text))
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Reason::Kind(kind))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Number(number) => match describe(*number).1 {
                "" => write!(formatter, "Unknown error {number} (os error {number})"),
                text => write!(formatter, "{text} (os error {number})"),
            },
            Reason::Kind(kind) => kind.fmt(formatter),
            Reason::Text(_, text) => formatter.write_str(text),
            Reason::Custom(_, error) => error.fmt(formatter),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Number(number) => {
                let (kind, message) = describe(*number);
                formatter.debug_struct("Os").field("code", number).field("kind", &kind).field("message", &message).finish()
            }
            Reason::Kind(kind) => formatter.debug_tuple("Kind").field(kind).finish(),
            Reason::Text(kind, text) => formatter.debug_struct("Error").field("kind", kind).field("message", text).finish(),
            Reason::Custom(kind, error) => formatter.debug_struct("Custom").field("kind", kind).field("error", error).finish(),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        if let Reason::Custom(_, error) = &self.0 { error.source() } else { None }
    }
}

macro_rules! kinds {
    ($($name:ident $text:literal)*) => {
        /// The kinds of I/O errors.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $(#[doc = $text] $name,)*
        }

        impl fmt::Display for ErrorKind {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(match self {
                    $(Self::$name => $text,)*
                })
            }
        }
    };
}

kinds! {
    NotFound "entity not found"
    PermissionDenied "permission denied"
    BrokenPipe "broken pipe"
    AlreadyExists "entity already exists"
    WouldBlock "operation would block"
    NotADirectory "not a directory"
    IsADirectory "is a directory"
    DirectoryNotEmpty "directory not empty"
    ReadOnlyFilesystem "read-only filesystem or storage medium"
    FilesystemLoop "filesystem loop or indirection limit (e.g. symlink loop)"
    InvalidInput "invalid input parameter"
    InvalidData "invalid data"
    TimedOut "timed out"
    WriteZero "write zero"
    StorageFull "no storage space"
    NotSeekable "seek on unseekable file"
    QuotaExceeded "quota exceeded"
    FileTooLarge "file too large"
    ResourceBusy "resource busy"
    ExecutableFileBusy "executable file busy"
    CrossesDevices "cross-device link or rename"
    TooManyLinks "too many links"
    InvalidFilename "invalid filename"
    Interrupted "operation interrupted"
    Unsupported "unsupported"
    UnexpectedEof "unexpected end of file"
    OutOfMemory "out of memory"
    Other "other error"
    Uncategorized "uncategorized error"
}

/// Returns the kind and text of an error number of the kernel. The text is empty for numbers that
/// file operations do not return.
fn describe(number: i32) -> (ErrorKind, &'static str) {
    use ErrorKind as Kind;
    match number {
        libc::EPERM => (Kind::PermissionDenied, "Operation not permitted"),
        libc::ENOENT => (Kind::NotFound, "No such file or directory"),
        libc::EINTR => (Kind::Interrupted, "Interrupted system call"),
        libc::EIO => (Kind::Uncategorized, "Input/output error"),
        libc::ENXIO => (Kind::Uncategorized, "No such device or address"),
        libc::EBADF => (Kind::Uncategorized, "Bad file descriptor"),
        libc::EAGAIN => (Kind::WouldBlock, "Resource temporarily unavailable"),
        libc::ENOMEM => (Kind::OutOfMemory, "Cannot allocate memory"),
        libc::EACCES => (Kind::PermissionDenied, "Permission denied"),
        libc::EFAULT => (Kind::Uncategorized, "Bad address"),
        libc::EBUSY => (Kind::ResourceBusy, "Device or resource busy"),
        libc::EEXIST => (Kind::AlreadyExists, "File exists"),
        libc::EXDEV => (Kind::CrossesDevices, "Invalid cross-device link"),
        libc::ENODEV => (Kind::Uncategorized, "No such device"),
        libc::ENOTDIR => (Kind::NotADirectory, "Not a directory"),
        libc::EISDIR => (Kind::IsADirectory, "Is a directory"),
        libc::EINVAL => (Kind::InvalidInput, "Invalid argument"),
        libc::ENFILE => (Kind::Uncategorized, "Too many open files in system"),
        libc::EMFILE => (Kind::Uncategorized, "Too many open files"),
        libc::ETXTBSY => (Kind::ExecutableFileBusy, "Text file busy"),
        libc::EFBIG => (Kind::FileTooLarge, "File too large"),
        libc::ENOSPC => (Kind::StorageFull, "No space left on device"),
        libc::ESPIPE => (Kind::NotSeekable, "Illegal seek"),
        libc::EROFS => (Kind::ReadOnlyFilesystem, "Read-only file system"),
        libc::EMLINK => (Kind::TooManyLinks, "Too many links"),
        libc::EPIPE => (Kind::BrokenPipe, "Broken pipe"),
        libc::ENAMETOOLONG => (Kind::InvalidFilename, "File name too long"),
        libc::ENOSYS => (Kind::Unsupported, "Function not implemented"),
        libc::ENOTEMPTY => (Kind::DirectoryNotEmpty, "Directory not empty"),
        libc::ELOOP => (Kind::FilesystemLoop, "Too many levels of symbolic links"),
        libc::EOVERFLOW => (Kind::Uncategorized, "Value too large for defined data type"),
        libc::EOPNOTSUPP => (Kind::Unsupported, "Operation not supported"),
        libc::ETIMEDOUT => (Kind::TimedOut, "Connection timed out"),
        libc::EDQUOT => (Kind::QuotaExceeded, "Disk quota exceeded"),
        _ => (Kind::Uncategorized, ""),
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::{Error, ErrorKind, describe};
    use alloc::format;
    use alloc::string::ToString;

    /// Includes all error numbers of the kernel.
    const NUMBERS: core::ops::Range<i32> = 1..140;

    #[test]
    fn io_error_describes_kernel_numbers_as_std_does() {
        let mut described = 0;
        for number in NUMBERS.filter(|number| !describe(*number).1.is_empty()) {
            let (ours, theirs) = (Error::from_raw_os_error(number), std::io::Error::from_raw_os_error(number));
            assert_eq!(ours.to_string(), theirs.to_string());
            assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
            assert_eq!(ours.kind().to_string(), theirs.kind().to_string());
            described += 1;
        }
        assert!(described > 30, "{described} are described");
        assert_eq!(Error::from_raw_os_error(4095).to_string(), "Unknown error 4095 (os error 4095)");
    }

    #[test]
    fn io_error_keeps_a_custom_message() {
        let error = Error::new(ErrorKind::InvalidData, "no order in it");
        assert_eq!((error.kind(), error.to_string().as_str(), error.raw_os_error()), (ErrorKind::InvalidData, "no order in it", None));
        assert_eq!(Error::other("so").kind(), ErrorKind::Other);
        assert_eq!(Error::from(ErrorKind::TimedOut).to_string(), "timed out");
    }
}
