//! Applies the action of the event's first word to the file of its second word, and answers with
//! the result.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

pub fn lambda_handler(event: &str) -> Result<String, io::Error> {
    let mut words = event.splitn(3, ' ');
    let [what, path, rest] = [words.next(), words.next(), words.next()].map(Option::unwrap_or_default);
    match what {
        "read" => fs::read_to_string(path),
        "count" => fs::read(path).map(|bytes| bytes.len().to_string()),
        "write" => fs::write(path, rest).map(|()| "written".to_string()),
        "append" => OpenOptions::new().append(true).create(true).open(path)?.write_all(rest.as_bytes()).map(|()| "appended".to_string()),
        "new" => OpenOptions::new().write(true).create_new(true).open(path).map(|_| "made".to_string()),
        "contradict" => OpenOptions::new().append(true).truncate(true).open(path).map(|_| "opened".to_string()),
        "lines" => BufReader::new(File::open(path)?).lines().map(|line| line.map(|line| format!("<{line}>"))).collect(),
        "numbers" => numbers(path, rest.parse().unwrap_or(0)),
        "fill" => fill(path, rest.parse().unwrap_or(0)),
        "middle" => middle(path),
        "length" => fs::metadata(path).map(|status| format!("{} {} {}", status.len(), status.is_file(), status.is_dir())),
        "age" => Ok(fs::metadata(path)?.modified()?.elapsed().is_ok_and(|age| age.as_secs() < 3600).to_string()),
        "exists" => Ok(Path::new(path).exists().to_string()),
        "make" => fs::create_dir_all(path).map(|()| "made".to_string()),
        "make-one" => fs::create_dir(path).map(|()| "made".to_string()),
        "copy" => fs::copy(path, rest).map(|bytes| bytes.to_string()),
        "rename" => fs::rename(path, rest).map(|()| "renamed".to_string()),
        "remove" => fs::remove_file(path).map(|()| "removed".to_string()),
        "remove-folder" => fs::remove_dir(path).map(|()| "removed".to_string()),
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{what} is nothing that can be done to a file"))),
    }
}

/// Writes `count` numbers, one per line, and counts the lines.
fn numbers(path: &str, count: u32) -> io::Result<String> {
    let mut writer = BufWriter::new(File::create(path)?);
    for number in 0..count {
        writeln!(writer, "{number}")?;
    }
    writer.into_inner()?.sync_all()?;
    Ok(BufReader::new(File::open(path)?).lines().count().to_string())
}

/// Writes `bytes` bytes at once.
fn fill(path: &str, bytes: usize) -> io::Result<String> {
    File::create(path)?.write_all(&vec![b'x'; bytes])?;
    Ok("filled".to_string())
}

/// Replaces the sixth byte with `!`, reads from the fifth, and truncates to two bytes.
fn middle(path: &str) -> io::Result<String> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    file.seek(SeekFrom::Start(4))?;
    let mut byte = [0];
    file.read_exact(&mut byte)?;
    file.write_all(b"!")?;
    file.seek(SeekFrom::Current(-2))?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    file.set_len(2)?;
    Ok(format!("{text} {}", file.seek(SeekFrom::End(0))?))
}
