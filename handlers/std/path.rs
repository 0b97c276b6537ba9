//! Paths. Parsing is that of the crate typed-path; file system access is in [`crate::fs`].
//!
//! ```
//! use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};
//!
//! let path = Path::new("/tmp/report.csv");
//! assert_eq!(path.file_name().and_then(|name| name.to_str()), Some("report.csv"));
//! assert_eq!(path.with_extension("json").to_str(), Some("/tmp/report.json"));
//! assert_eq!(path.with_file_name("log").display().to_string(), "/tmp/log");
//! assert_eq!(path.parent(), Some(Path::new("/tmp")));
//! assert_eq!(path.file_stem().and_then(|stem| stem.to_str()), Some("report"));
//! assert_eq!(path.extension().map(|extension| extension.to_string_lossy()).as_deref(), Some("csv"));
//! assert!(path.is_absolute() && !path.is_relative());
//! assert!(path.starts_with("/tmp") && path.ends_with("report.csv"));
//! assert_eq!(path.components().next(), Some(Component::RootDir));
//! assert_eq!(path.components().last().map(|part| part.as_os_str().len()), Some(10));
//!
//! let mut other: PathBuf = path.to_path_buf();
//! other.pop();
//! other.push("reports/first");
//! other.set_extension("json");
//! assert_eq!(other.as_path(), Path::new("/tmp/reports/first.json"));
//! assert!(other.to_string_lossy().starts_with(MAIN_SEPARATOR) && !other.is_file() && !other.is_dir());
//! ```

use crate::ffi::OsStr;
use crate::{fs, io};
use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use core::borrow::Borrow;
use core::fmt;
use core::ops::Deref;
use typed_path::{Utf8UnixComponent, Utf8UnixPath, Utf8UnixPathBuf};

/// The separator between the components of a path.
pub const MAIN_SEPARATOR: char = '/';
/// [`MAIN_SEPARATOR`] as a string.
pub const MAIN_SEPARATOR_STR: &str = "/";

/// A borrowed path.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Path(Utf8UnixPath);

/// An owned path.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathBuf(Utf8UnixPathBuf);

/// A component of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component<'path> {
    /// `/` at the start.
    RootDir,
    /// `.` at the start.
    CurDir,
    /// `..`.
    ParentDir,
    /// A name.
    Normal(&'path OsStr),
}

impl<'path> Component<'path> {
    /// Returns the component's text.
    #[must_use]
    pub fn as_os_str(self) -> &'path OsStr {
        match self {
            Self::RootDir => "/".as_ref(),
            Self::CurDir => ".".as_ref(),
            Self::ParentDir => "..".as_ref(),
            Self::Normal(name) => name,
        }
    }
}

impl<'path> From<Utf8UnixComponent<'path>> for Component<'path> {
    fn from(component: Utf8UnixComponent<'path>) -> Self {
        match component {
            Utf8UnixComponent::RootDir => Self::RootDir,
            Utf8UnixComponent::CurDir => Self::CurDir,
            Utf8UnixComponent::ParentDir => Self::ParentDir,
            Utf8UnixComponent::Normal(name) => Self::Normal(name.as_ref()),
        }
    }
}

impl Path {
    /// Wraps `path`.
    pub fn new<P: AsRef<OsStr> + ?Sized>(path: &P) -> &Self {
        Self::of(Utf8UnixPath::new(path.as_ref().to_str().unwrap_or_default()))
    }

    fn of(path: &Utf8UnixPath) -> &Self {
        // SAFETY: `Path` is a `repr(transparent)` wrapper of `Utf8UnixPath`.
        unsafe { &*(core::ptr::from_ref(path) as *const Self) }
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the path as a string of the operating system.
    #[must_use]
    pub fn as_os_str(&self) -> &OsStr {
        self.as_str().as_ref()
    }

    /// Returns the path as a `str`. Never `None` here: all paths are UTF-8.
    #[must_use]
    pub fn to_str(&self) -> Option<&str> {
        Some(self.as_str())
    }

    /// Returns the path as a `str`. Nothing is replaced: all paths are UTF-8.
    #[must_use]
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    /// Returns a value that displays the path.
    #[must_use]
    pub fn display(&self) -> impl fmt::Display + '_ {
        self.as_str()
    }

    /// Copies the path into a [`PathBuf`].
    #[must_use]
    pub fn to_path_buf(&self) -> PathBuf {
        PathBuf(self.0.to_path_buf())
    }

    /// Returns `true` if the path begins with `/`.
    #[must_use]
    pub fn is_absolute(&self) -> bool {
        self.0.is_absolute()
    }

    /// Returns `true` if the path does not begin with `/`.
    #[must_use]
    pub fn is_relative(&self) -> bool {
        !self.is_absolute()
    }

    /// Returns the path without its last component.
    #[must_use]
    pub fn parent(&self) -> Option<&Self> {
        self.0.parent().map(Self::of)
    }

    /// Returns the last component, if it is a name.
    #[must_use]
    pub fn file_name(&self) -> Option<&OsStr> {
        self.0.file_name().map(AsRef::as_ref)
    }

    /// Returns the file name without its extension: the part before its last dot.
    #[must_use]
    pub fn file_stem(&self) -> Option<&OsStr> {
        self.0.file_stem().map(AsRef::as_ref)
    }

    /// Returns the extension: the part of the file name after its last dot.
    #[must_use]
    pub fn extension(&self) -> Option<&OsStr> {
        self.0.extension().map(AsRef::as_ref)
    }

    /// Appends `path`; an absolute `path` replaces this one.
    #[must_use]
    pub fn join<P: AsRef<Path>>(&self, path: P) -> PathBuf {
        let mut joined = self.to_path_buf();
        joined.push(path);
        joined
    }

    /// Replaces the last component, if it is a name, by `name`, and otherwise appends `name`.
    #[must_use]
    pub fn with_file_name<N: AsRef<OsStr>>(&self, name: N) -> PathBuf {
        let mut path = self.to_path_buf();
        if path.file_name().is_some() {
            path.pop();
        }
        path.push(Path::new(name.as_ref()));
        path
    }

    /// Replaces the extension.
    #[must_use]
    pub fn with_extension<E: AsRef<OsStr>>(&self, extension: E) -> PathBuf {
        let mut path = self.to_path_buf();
        path.set_extension(extension);
        path
    }

    /// Returns `true` if the first components are those of `base`.
    #[must_use]
    pub fn starts_with<P: AsRef<Path>>(&self, base: P) -> bool {
        self.0.starts_with(&base.as_ref().0)
    }

    /// Returns `true` if the last components are those of `child`.
    #[must_use]
    pub fn ends_with<P: AsRef<Path>>(&self, child: P) -> bool {
        self.0.ends_with(&child.as_ref().0)
    }

    /// Returns the components.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = Component<'_>> {
        self.0.components().map(Component::from)
    }

    /// Returns `true` if a file or folder exists at this path.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.metadata().is_ok()
    }

    /// Returns `true` if a regular file exists at this path.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.metadata().is_ok_and(|status| status.is_file())
    }

    /// Returns `true` if a folder exists at this path.
    #[must_use]
    pub fn is_dir(&self) -> bool {
        self.metadata().is_ok_and(|status| status.is_dir())
    }

    /// Returns the metadata of the file or folder at this path.
    ///
    /// # Errors
    /// Returns the error of `statx(2)`.
    pub fn metadata(&self) -> io::Result<fs::Metadata> {
        fs::metadata(self)
    }
}

impl PathBuf {
    /// Creates an empty path.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Borrows the path.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        self
    }

    /// Appends `path`; an absolute `path` replaces this one.
    pub fn push<P: AsRef<Path>>(&mut self, path: P) {
        let (path, own) = (path.as_ref(), core::mem::take(&mut self.0));
        let mut text = if path.is_absolute() { String::new() } else { own.into_string() };
        // typed-path's `push` would omit the separator that std appends for an empty path.
        if !text.is_empty() && !text.ends_with(MAIN_SEPARATOR) {
            text.push(MAIN_SEPARATOR);
        }
        text.push_str(path.as_str());
        self.0 = text.into();
    }

    /// Removes the last component. Returns `false` if there is none.
    pub fn pop(&mut self) -> bool {
        self.0.pop()
    }

    /// Replaces the extension of the last component. Returns `false` if that is not a name.
    pub fn set_extension<E: AsRef<OsStr>>(&mut self, extension: E) -> bool {
        let Some(stem) = self.0.file_stem() else { return false };
        // typed-path's `set_extension` would keep the text after the name: in `a/` the separator.
        let stem_end = stem.as_ptr().addr() + stem.len() - self.as_str().as_ptr().addr();
        let mut text = core::mem::take(&mut self.0).into_string();
        text.truncate(stem_end);
        let extension = extension.as_ref().to_str().unwrap_or_default();
        if !extension.is_empty() {
            text.push('.');
            text.push_str(extension);
        }
        self.0 = text.into();
        true
    }
}

impl Deref for PathBuf {
    type Target = Path;

    fn deref(&self) -> &Path {
        Path::of(&self.0)
    }
}

impl Borrow<Path> for PathBuf {
    fn borrow(&self) -> &Path {
        self
    }
}

impl ToOwned for Path {
    type Owned = PathBuf;

    fn to_owned(&self) -> PathBuf {
        self.to_path_buf()
    }
}

impl<T: AsRef<OsStr> + ?Sized> From<&T> for PathBuf {
    fn from(path: &T) -> Self {
        Path::new(path).to_path_buf()
    }
}

impl From<String> for PathBuf {
    fn from(path: String) -> Self {
        Self(Utf8UnixPathBuf::from(path))
    }
}

impl<P: AsRef<Path>> FromIterator<P> for PathBuf {
    fn from_iter<I: IntoIterator<Item = P>>(parts: I) -> Self {
        let mut path = Self::new();
        parts.into_iter().for_each(|part| path.push(part));
        path
    }
}

/// Implements `Debug` as the quoted text.
macro_rules! debugged {
    ($($path:ty)*) => {$(
        impl fmt::Debug for $path {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), formatter)
            }
        }
    )*};
}

debugged! { Path PathBuf }

impl AsRef<OsStr> for Path {
    fn as_ref(&self) -> &OsStr {
        self.as_os_str()
    }
}

impl AsRef<OsStr> for PathBuf {
    fn as_ref(&self) -> &OsStr {
        self.as_os_str()
    }
}

impl AsRef<Path> for Path {
    fn as_ref(&self) -> &Path {
        self
    }
}

/// Types that are converted to a path.
macro_rules! paths {
    ($($text:ty)*) => {$(
        impl AsRef<Path> for $text {
            fn as_ref(&self) -> &Path {
                Path::new(self)
            }
        }
    )*};
}

paths! { str String OsStr PathBuf }

impl AsRef<Path> for Component<'_> {
    fn as_ref(&self) -> &Path {
        Path::new(self.as_os_str())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::{Path, PathBuf};
    use alloc::format;
    use alloc::vec::Vec;

    const PATHS: [&str; 18] = [
        "",
        "/",
        ".",
        "..",
        "a",
        "/a",
        "a/",
        "a/b.c",
        "/a/b.tar.gz",
        "a//b",
        "./a/./b",
        "a/../b",
        "/tmp/.hidden",
        "/tmp/.hidden.txt",
        "a.",
        "é/ü.ö",
        "a b/c d",
        "//x",
    ];

    #[test]
    fn path_is_parsed_as_by_std() {
        for path in PATHS {
            let (ours, theirs) = (Path::new(&path), std::path::Path::new(&path));
            assert_eq!(format!("{ours:?} {}", ours.display()), format!("{theirs:?} {}", theirs.display()));
            assert_eq!(ours.is_absolute(), theirs.is_absolute(), "{path}");
            assert_eq!(format!("{:?}", ours.parent()), format!("{:?}", theirs.parent()), "{path}");
            assert_eq!(format!("{:?}", ours.file_name()), format!("{:?}", theirs.file_name()), "{path}");
            assert_eq!(format!("{:?}", ours.file_stem()), format!("{:?}", theirs.file_stem()), "{path}");
            assert_eq!(format!("{:?}", ours.extension()), format!("{:?}", theirs.extension()), "{path}");
            let components = format!("{:?}", ours.components().collect::<Vec<_>>());
            assert_eq!(components, format!("{:?}", theirs.components().collect::<Vec<_>>()), "{path}");
        }
    }

    #[test]
    fn path_is_joined_as_by_std() {
        for path in PATHS {
            let (ours, theirs) = (Path::new(path), std::path::Path::new(path));
            for other in PATHS {
                assert_eq!(format!("{:?}", ours.join(other)), format!("{:?}", theirs.join(other)), "{path} and {other}");
                assert_eq!(ours.starts_with(other), theirs.starts_with(other), "{path} and {other}");
                assert_eq!(ours.ends_with(other), theirs.ends_with(other), "{path} and {other}");
                assert_eq!(ours == Path::new(other), theirs == std::path::Path::new(other), "{path} and {other}");
            }
            assert_eq!(format!("{:?}", ours.with_extension("x")), format!("{:?}", theirs.with_extension("x")), "{path}");
            assert_eq!(format!("{:?}", ours.with_extension("")), format!("{:?}", theirs.with_extension("")), "{path}");
            assert_eq!(format!("{:?}", ours.with_file_name("x.y")), format!("{:?}", theirs.with_file_name("x.y")), "{path}");
            let (mut ours, mut theirs) = (PathBuf::from(path), std::path::PathBuf::from(path));
            assert_eq!((ours.pop(), format!("{ours:?}")), (theirs.pop(), format!("{theirs:?}")), "{path}");
        }
    }
}
