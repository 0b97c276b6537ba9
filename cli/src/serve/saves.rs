//! Tells when files are saved.

use crate::Error;
use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc::{self, UnboundedReceiver};

/// Watches folders. Dropping it ends the watch.
pub struct Saves {
    /// The folders of files.
    folders: BTreeSet<PathBuf>,
    /// Folders that are watched with all below them.
    trees: BTreeSet<PathBuf>,
    _notifier: RecommendedWatcher,
    saved: UnboundedReceiver<()>,
}

impl Saves {
    /// Makes `saves` watch the folders of `files`, since editors replace files, and `trees`. Returns whether the watched
    /// folders changed.
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
        let folders = files.filter_map(|file| existing(file.parent()?.to_owned()));
        let folders: BTreeSet<PathBuf> = folders.filter(|folder| !trees.iter().any(|tree| folder.starts_with(tree))).collect();
        if saves.as_ref().is_some_and(|saves| saves.folders == folders && saves.trees == trees) {
            return Ok(false);
        }
        let (sender, receiver) = mpsc::unbounded_channel();
        let tell = move |event: Result<Event, notify::Error>| {
            if event.is_ok_and(|event| is_save(&event)) {
                // The receiver is gone when the program ends.
                let _ = sender.send(());
            }
        };
        let mut notifier = notify::recommended_watcher(tell).map_err(Error::NotWatched)?;
        for folder in &folders {
            notifier.watch(folder, RecursiveMode::NonRecursive).map_err(Error::NotWatched)?;
        }
        for tree in &trees {
            notifier.watch(tree, RecursiveMode::Recursive).map_err(Error::NotWatched)?;
        }
        *saves = Some(Self { folders, trees, _notifier: notifier, saved: receiver });
        Ok(true)
    }

    /// Waits until something was saved since the last time.
    pub async fn next(&mut self) {
        if self.saved.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
        while self.saved.try_recv().is_ok() {}
    }
}

/// Returns true if a file other than an editor's own was closed after writing, renamed or
/// removed. Before that it may be partly written.
fn is_save(event: &Event) -> bool {
    let is_kind = matches!(
        event.kind,
        EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::From | RenameMode::Both))
            | EventKind::Remove(_)
            | EventKind::Create(notify::event::CreateKind::Folder)
    );
    is_kind && event.paths.iter().any(|path| !is_editors(path))
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
    use super::is_save;
    use notify::event::{AccessKind, AccessMode, DataChange, ModifyKind, RenameMode};
    use notify::{Event, EventKind};

    #[test]
    fn saves_ignore_temporary_files_of_editors() {
        let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
        let renamed = EventKind::Modify(ModifyKind::Name(RenameMode::To));
        for (name, is_heard) in [
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
            for kind in [written, renamed] {
                assert_eq!(is_save(&Event::new(kind).add_path(format!("/p/{name}").into())), is_heard, "{name}");
            }
        }
        assert!(!is_save(&Event::new(EventKind::Modify(ModifyKind::Data(DataChange::Any))).add_path("/p/a.rs".into())));
    }
}
