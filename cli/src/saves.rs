//! Reports when files are saved.

use crate::Error;
use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc::{self, UnboundedReceiver};

/// A change of a watched folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A file was closed after writing or replaced by a rename, or a folder was created. Before
    /// that, a file may be partly written.
    Saved(PathBuf),
    /// A file or folder was removed, or renamed to another name.
    Removed(PathBuf),
}

/// Watches folders. Dropping it ends the watch.
pub struct Saves {
    /// The folders of files.
    folders: BTreeSet<PathBuf>,
    /// Folders that are watched with all below them.
    trees: BTreeSet<PathBuf>,
    _notifier: RecommendedWatcher,
    changes: UnboundedReceiver<Change>,
}

impl Saves {
    /// Makes `saves` watch the folders of `files`, since editors replace files, and `trees`.
    /// Returns whether the watched folders changed.
    ///
    /// # Errors
    /// [`Error::NotWatched`].
    pub fn update(
        saves: &mut Option<Self>,
        files: impl Iterator<Item = PathBuf>,
        trees: impl Iterator<Item = PathBuf>,
    ) -> Result<bool, Error> {
        let existing = |folder: PathBuf| std::path::absolute(folder).ok().filter(|folder| folder.is_dir());
        let trees: BTreeSet<PathBuf> = trees.filter_map(existing).collect();
        let folders = files.filter_map(|file| existing(std::path::absolute(file).ok()?.parent()?.to_owned()));
        let folders: BTreeSet<PathBuf> = folders.filter(|folder| !trees.iter().any(|tree| folder.starts_with(tree))).collect();
        if saves.as_ref().is_some_and(|saves| saves.folders == folders && saves.trees == trees) {
            return Ok(false);
        }
        let (sender, receiver) = mpsc::unbounded_channel();
        let send = move |event: Result<Event, notify::Error>| {
            // The receiver is gone when the program ends.
            let _ = event.iter().flat_map(changes).try_for_each(|change| sender.send(change));
        };
        let mut notifier = notify::recommended_watcher(send).map_err(Error::NotWatched)?;
        for folder in &folders {
            notifier.watch(folder, RecursiveMode::NonRecursive).map_err(Error::NotWatched)?;
        }
        for tree in &trees {
            notifier.watch(tree, RecursiveMode::Recursive).map_err(Error::NotWatched)?;
        }
        *saves = Some(Self { folders, trees, _notifier: notifier, changes: receiver });
        Ok(true)
    }

    /// Waits for changes, and returns all since the last call. Their paths are absolute.
    pub async fn next(&mut self) -> Vec<Change> {
        let Some(first) = self.changes.recv().await else { return std::future::pending().await };
        let mut changes = vec![first];
        while let Ok(change) = self.changes.try_recv() {
            changes.push(change);
        }
        changes
    }
}

/// The changes that `event` reports, without those of an editor's own files. A rename within the
/// watched folders is reported as two events.
fn changes(event: &Event) -> Vec<Change> {
    let change = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Modify(ModifyKind::Name(RenameMode::To))
        | EventKind::Create(CreateKind::Folder) => Change::Saved,
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) | EventKind::Remove(_) => Change::Removed,
        _ => return Vec::new(),
    };
    event.paths.iter().filter(|path| !is_editors(path)).cloned().map(change).collect()
}

/// Returns true for a file that an editor keeps next to the edited one.
fn is_editors(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    name.starts_with(['#'])
        || name.starts_with('.') && !name.starts_with(".env")
        || name.ends_with('~')
        || name.ends_with("___jb_tmp___")
        || is_number
}

#[cfg(test)]
mod tests {
    use super::{Change, Saves, changes};
    use notify::event::{AccessKind, AccessMode, CreateKind, DataChange, ModifyKind, RemoveKind, RenameMode};
    use notify::{Event, EventKind};
    use std::fs;
    use std::path::PathBuf;

    const WRITTEN: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));

    fn of(kind: EventKind, path: &str) -> Vec<Change> {
        changes(&Event::new(kind).add_path(path.into()))
    }

    #[test]
    fn saves_ignore_temporary_files_of_editors() {
        let renamed = EventKind::Modify(ModifyKind::Name(RenameMode::To));
        for (name, is_reported) in [
            ("a.rs", true),
            (".env", true),
            (".env.local", true),
            (".a.rs.swp", false),
            ("a.rs~", false),
            ("#a.rs#", false),
            (".#a.rs", false),
            ("4913", false),
            ("a.rs___jb_tmp___", false),
            (".goutputstream-ABC123", false),
        ] {
            for kind in [WRITTEN, renamed] {
                let expected = if is_reported { vec![Change::Saved(format!("/p/{name}").into())] } else { Vec::new() };
                assert_eq!(of(kind, &format!("/p/{name}")), expected, "{name}");
            }
        }
    }

    #[test]
    fn saves_are_reported_when_files_are_whole() {
        let path = || PathBuf::from("/p/a.rs");
        for (kind, expected) in [
            (WRITTEN, vec![Change::Saved(path())]),
            (EventKind::Create(CreateKind::Folder), vec![Change::Saved(path())]),
            (EventKind::Modify(ModifyKind::Name(RenameMode::From)), vec![Change::Removed(path())]),
            (EventKind::Remove(RemoveKind::File), vec![Change::Removed(path())]),
            (EventKind::Create(CreateKind::File), Vec::new()),
            (EventKind::Modify(ModifyKind::Data(DataChange::Any)), Vec::new()),
        ] {
            assert_eq!(of(kind, "/p/a.rs"), expected, "{kind:?}");
        }
    }

    #[test]
    fn saves_keep_their_watch_while_the_folders_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("tree")).unwrap();
        let mut saves = None;
        let mut update = |files: &[&str], trees: &[&str]| {
            Saves::update(&mut saves, files.iter().map(|name| path(name)), trees.iter().map(|name| path(name))).unwrap()
        };
        assert!(update(&["a", "b"], &["tree", "missing"]));
        assert!(!update(&["b", "missing/c", "tree/d"], &["tree"]));
        fs::create_dir(path("missing")).unwrap();
        assert!(update(&["b", "missing/c", "tree/d"], &["tree"]));
    }
}
