//! Paths: text, taken apart by typed-path. What they lead to, [`crate::fs`] asks.

use crate::ffi::OsStr;
use crate::{fs, io};
use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use core::borrow::Borrow;
use core::fmt;
use core::ops::Deref;
use typed_path::{Utf8UnixComponent, Utf8UnixPath, Utf8UnixPathBuf};

/// What stands between the parts.
pub const MAIN_SEPARATOR: char = '/';
/// The same.
pub const MAIN_SEPARATOR_STR: &str = "/";

/// A path.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Path(Utf8UnixPath);

/// A path of one's own.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathBuf(Utf8UnixPathBuf);

/// A part of a path.
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
    /// As it is spelled.
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
    /// `path` as such.
    pub fn new<P: AsRef<OsStr> + ?Sized>(path: &P) -> &Self {
        Self::of(Utf8UnixPath::new(path.as_ref().to_str().unwrap_or_default()))
    }

    fn of(path: &Utf8UnixPath) -> &Self {
        // SAFETY: a `Path` is a `Utf8UnixPath` by another name, see `repr(transparent)`.
        unsafe { &*(core::ptr::from_ref(path) as *const Self) }
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// It as the system has it.
    #[must_use]
    pub fn as_os_str(&self) -> &OsStr {
        self.as_str().as_ref()
    }

    /// It as text: there always is some.
    #[must_use]
    pub fn to_str(&self) -> Option<&str> {
        Some(self.as_str())
    }

    /// It as text, of which nothing is lost.
    #[must_use]
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    /// It to be printed.
    #[must_use]
    pub fn display(&self) -> impl fmt::Display + '_ {
        self.as_str()
    }

    /// One of one's own.
    #[must_use]
    pub fn to_path_buf(&self) -> PathBuf {
        PathBuf(self.0.to_path_buf())
    }

    /// Whether it begins at the root.
    #[must_use]
    pub fn is_absolute(&self) -> bool {
        self.0.is_absolute()
    }

    /// Whether it does not.
    #[must_use]
    pub fn is_relative(&self) -> bool {
        !self.is_absolute()
    }

    /// It without its last part.
    #[must_use]
    pub fn parent(&self) -> Option<&Self> {
        self.0.parent().map(Self::of)
    }

    /// Its last part, if that is a name.
    #[must_use]
    pub fn file_name(&self) -> Option<&OsStr> {
        self.0.file_name().map(AsRef::as_ref)
    }

    /// That name until its last dot.
    #[must_use]
    pub fn file_stem(&self) -> Option<&OsStr> {
        self.0.file_stem().map(AsRef::as_ref)
    }

    /// What is behind that dot.
    #[must_use]
    pub fn extension(&self) -> Option<&OsStr> {
        self.0.extension().map(AsRef::as_ref)
    }

    /// It and `path` behind it; or `path` alone where that begins at the root.
    #[must_use]
    pub fn join<P: AsRef<Path>>(&self, path: P) -> PathBuf {
        let mut joined = self.to_path_buf();
        joined.push(path);
        joined
    }

    /// It with another name in the place of the last part.
    #[must_use]
    pub fn with_file_name<N: AsRef<OsStr>>(&self, name: N) -> PathBuf {
        let mut path = self.to_path_buf();
        if path.file_name().is_some() {
            path.pop();
        }
        path.push(Path::new(name.as_ref()));
        path
    }

    /// It with another extension.
    #[must_use]
    pub fn with_extension<E: AsRef<OsStr>>(&self, extension: E) -> PathBuf {
        let mut path = self.to_path_buf();
        path.set_extension(extension);
        path
    }

    /// Whether its first parts are those of `base`.
    #[must_use]
    pub fn starts_with<P: AsRef<Path>>(&self, base: P) -> bool {
        self.0.starts_with(&base.as_ref().0)
    }

    /// Whether its last parts are those of `child`.
    #[must_use]
    pub fn ends_with<P: AsRef<Path>>(&self, child: P) -> bool {
        self.0.ends_with(&child.as_ref().0)
    }

    /// Its parts.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = Component<'_>> {
        self.0.components().map(Component::from)
    }

    /// Whether something is there.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.metadata().is_ok()
    }

    /// Whether a file is there.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.metadata().is_ok_and(|status| status.is_file())
    }

    /// Whether a folder is there.
    #[must_use]
    pub fn is_dir(&self) -> bool {
        self.metadata().is_ok_and(|status| status.is_dir())
    }

    /// What the file system knows of it.
    ///
    /// # Errors
    /// The kernel's.
    pub fn metadata(&self) -> io::Result<fs::Metadata> {
        fs::metadata(self)
    }
}

impl PathBuf {
    /// The path of no parts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// It, borrowed.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        self
    }

    /// Goes on by `path`; or begins anew where that begins at the root.
    pub fn push<P: AsRef<Path>>(&mut self, path: P) {
        let (path, own) = (path.as_ref(), core::mem::take(&mut self.0));
        let mut text = if path.is_absolute() { String::new() } else { own.into_string() };
        // typed-path's would leave out the separator that an empty path is told by.
        if !text.is_empty() && !text.ends_with(MAIN_SEPARATOR) {
            text.push(MAIN_SEPARATOR);
        }
        text.push_str(path.as_str());
        self.0 = text.into();
    }

    /// Leaves out the last part. Returns whether there was one.
    pub fn pop(&mut self) -> bool {
        self.0.pop()
    }

    /// Has the last part have another extension. Returns whether it is a name.
    pub fn set_extension<E: AsRef<OsStr>>(&mut self, extension: E) -> bool {
        let Some(stem) = self.0.file_stem() else { return false };
        // typed-path's would keep what is behind the name: in `a/` the separator.
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

/// Shown as the text they are.
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

/// What can be taken for a path.
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
    fn paths_are_taken_apart_as_std_does() {
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
    fn paths_are_put_together_as_std_does() {
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
