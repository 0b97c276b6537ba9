//! Strings of the operating system. Here they are always UTF-8, because every one of them is made
//! from a `str`.
//!
//! ```
//! use std::ffi::OsStr;
//!
//! let name = OsStr::new("report.csv");
//! assert_eq!((name.to_str(), name.len(), name.is_empty()), (Some("report.csv"), 10, false));
//! assert_eq!(name.to_string_lossy(), "report.csv");
//! ```

use alloc::borrow::Cow;
pub use alloc::ffi::CString;
pub use core::ffi::*;
use core::fmt;

/// A string of the operating system, such as one component of a path.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct OsStr(str);

impl OsStr {
    /// Wraps `text`.
    pub fn new<T: AsRef<OsStr> + ?Sized>(text: &T) -> &Self {
        text.as_ref()
    }

    /// Returns the string as a `str`. Never `None` here: all strings are UTF-8.
    #[must_use]
    pub fn to_str(&self) -> Option<&str> {
        Some(&self.0)
    }

    /// Returns the string as a `str`. Nothing is replaced: all strings are UTF-8.
    #[must_use]
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }

    /// Returns the length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if the string is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for OsStr {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl PartialEq<str> for OsStr {
    fn eq(&self, other: &str) -> bool {
        self.0 == *other
    }
}

impl AsRef<OsStr> for OsStr {
    fn as_ref(&self) -> &OsStr {
        self
    }
}

impl AsRef<OsStr> for str {
    fn as_ref(&self) -> &OsStr {
        // SAFETY: `OsStr` is a `repr(transparent)` wrapper of `str`.
        unsafe { &*(core::ptr::from_ref(self) as *const OsStr) }
    }
}

impl AsRef<OsStr> for alloc::string::String {
    fn as_ref(&self) -> &OsStr {
        self.as_str().as_ref()
    }
}
