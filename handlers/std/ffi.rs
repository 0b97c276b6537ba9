//! A name or a path as the system has it: here always UTF-8, for all of them come from text.

use alloc::borrow::Cow;
pub use alloc::ffi::CString;
pub use core::ffi::*;
use core::fmt;

/// A part of a path.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct OsStr(str);

impl OsStr {
    /// `text` as such.
    pub fn new<T: AsRef<OsStr> + ?Sized>(text: &T) -> &Self {
        text.as_ref()
    }

    /// It as text: there always is some.
    #[must_use]
    pub fn to_str(&self) -> Option<&str> {
        Some(&self.0)
    }

    /// It as text, of which nothing is lost.
    #[must_use]
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }

    /// How long it is, in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing in it.
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
        // SAFETY: an `OsStr` is a `str` by another name, see `repr(transparent)`.
        unsafe { &*(core::ptr::from_ref(self) as *const OsStr) }
    }
}

impl AsRef<OsStr> for alloc::string::String {
    fn as_ref(&self) -> &OsStr {
        self.as_str().as_ref()
    }
}
