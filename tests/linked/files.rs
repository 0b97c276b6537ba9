//! Files: the part of `std::fs` that the functions' `std` has, in the linked file.

use crate::support::bootstrap::MISBEHAVING;
use crate::support::function::Function;
use crate::support::runtime_api::{Connection, RuntimeApi};
use nix::libc;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;

/// Returns the function's answer to the action `what` on the file `name` in `folder`, or its error
/// message.
fn ask(connection: &mut Connection, what: &str, folder: &Path, name: &str) -> String {
    let event = format!("{what} {}/{name}", folder.display());
    let post = connection.invoke("id", event.as_bytes());
    if post.line.contains("/error") { post.json()["errorMessage"].as_str().unwrap().to_owned() } else { post.text().to_owned() }
}

#[test]
fn files_are_written_and_read() {
    let (api, folder) = (RuntimeApi::listen(), tempfile::tempdir().unwrap());
    let (_function, mut connection) = api.start(&MISBEHAVING, "files");
    let mut ask = |what, name| ask(&mut connection, what, folder.path(), name);
    assert_eq!(ask("write", "a one two\nthree\r\n\nfour"), "written");
    assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "one two\nthree\r\n\nfour");
    assert_eq!(ask("read", "a"), "one two\nthree\r\n\nfour");
    assert_eq!(ask("lines", "a"), "<one two><three><><four>");
    assert_eq!(ask("length", "a"), "20 true false");
    assert_eq!(ask("age", "a"), "true");
    assert_eq!(ask("append", "a , five"), "appended");
    assert_eq!(ask("append", "b begun"), "appended");
    assert_eq!([ask("read", "a"), ask("read", "b")], ["one two\nthree\r\n\nfour, five", "begun"]);
    assert_eq!(ask("middle", "a"), "t!o\nthree\r\n\nfour, five 2");
    assert_eq!(ask("read", "a"), "on");
    assert_eq!(ask("numbers", "c 20000"), "20000");
    assert_eq!(ask("count", "c"), fs::metadata(folder.path().join("c")).unwrap().len().to_string());
    assert_eq!(ask("fill", "d 5000000"), "filled");
    assert_eq!(ask("count", "d"), "5000000");
}

#[test]
fn files_and_folders_are_created_and_removed() {
    let (api, folder) = (RuntimeApi::listen(), tempfile::tempdir().unwrap());
    let (_function, mut connection) = api.start(&MISBEHAVING, "files");
    let mut ask = |what, name: &str| ask(&mut connection, what, folder.path(), name);
    let in_folder = |name: &str| folder.path().join(name).display().to_string();
    assert_eq!(ask("make", "a/b/c/"), "made");
    assert_eq!(ask("make", "a/b/c"), "made");
    assert_eq!([ask("exists", "a/b/c"), ask("exists", "a/c")], ["true", "false"]);
    assert_eq!(ask("new", "a/new"), "made");
    assert_eq!(ask("write", "a/new content"), "written");
    assert_eq!(ask("copy", &format!("a/new {}", in_folder("a/copy"))), "7");
    assert_eq!(ask("rename", &format!("a/new {}", in_folder("a/b/renamed"))), "renamed");
    assert_eq!([ask("read", "a/copy"), ask("read", "a/b/renamed")], ["content", "content"]);
    assert_eq!([ask("remove", "a/copy"), ask("remove", "a/b/renamed"), ask("remove-folder", "a/b/c")], ["removed"; 3]);
    assert!(folder.path().join("a/b").read_dir().unwrap().next().is_none());
}

#[test]
fn file_errors_have_the_messages_of_std() {
    let (api, folder) = (RuntimeApi::listen(), tempfile::tempdir().unwrap());
    let (function, mut connection) = api.start(&MISBEHAVING, "files");
    fs::write(folder.path().join("file"), b"\xff").unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    let descriptors = function.descriptors();
    for (what, name, error) in [
        ("read", "absent", "No such file or directory (os error 2)"),
        ("read", "file", "stream did not contain valid UTF-8"),
        ("read", "folder", "Is a directory (os error 21)"),
        ("read", "file/x", "Not a directory (os error 20)"),
        ("read", "a\0b", "file name contained an unexpected NUL byte"),
        ("read", &"long".repeat(100), "File name too long (os error 36)"),
        ("read", &"long/".repeat(1000), "File name too long (os error 36)"),
        ("new", "file", "File exists (os error 17)"),
        ("contradict", "file", "Invalid argument (os error 22)"),
        ("write", "folder x", "Is a directory (os error 21)"),
        ("make", "file", "File exists (os error 17)"),
        ("make", "file/x", "Not a directory (os error 20)"),
        ("make-one", "absent/x", "No such file or directory (os error 2)"),
        ("remove", "folder", "Is a directory (os error 21)"),
        ("remove-folder", "file", "Not a directory (os error 20)"),
        ("copy", "folder x", "the source path is neither a regular file nor a symlink to a regular file"),
        ("burn", "file", "burn is nothing that can be done to a file"),
    ] {
        assert_eq!(ask(&mut connection, what, folder.path(), name), error, "{what} {name}");
    }
    assert_eq!(connection.invoke("id", b"length ").json()["errorMessage"], "No such file or directory (os error 2)");
    assert_eq!(function.descriptors(), descriptors, "each file was closed");
}

#[test]
fn file_size_limit_and_full_disk_are_errors() {
    let (api, folder) = (RuntimeApi::listen(), tempfile::tempdir().unwrap());
    let mut command = api.command(&[], &MISBEHAVING, "files");
    // SAFETY: between fork and exec it makes one system call.
    unsafe {
        command.pre_exec(|| {
            let limit = libc::rlimit { rlim_cur: 4096, rlim_max: 4096 };
            if libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit) == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
        });
    }
    let _function = Function::run(&mut command);
    let mut connection = api.accept();
    assert_eq!(ask(&mut connection, "fill", folder.path(), "a 4097"), "File too large (os error 27)");
    assert_eq!(ask(&mut connection, "fill", folder.path(), "a 4096"), "filled");
    assert_eq!(ask(&mut connection, "fill", Path::new("/dev"), "full 1"), "No space left on device (os error 28)");
}

#[test]
fn ruchy_function_uses_files_and_paths() {
    let (api, folder) = (RuntimeApi::listen(), tempfile::tempdir().unwrap());
    let (_function, mut connection) = api.start(&MISBEHAVING, "files_ruchy");
    let event = folder.path().join("new").display().to_string();
    assert_eq!(connection.invoke("id", event.as_bytes()).text(), "kept between invocations true false txt");
}
