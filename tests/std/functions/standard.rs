//! Uses parts of the real std that the facade lacks.

use lambda::{Context, println};
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};
use std::{env, fs, thread};

thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(0) };
    static DROPPED: Dropped = const { Dropped };
}

struct Dropped;

static DROPS: AtomicUsize = AtomicUsize::new(0);

impl Drop for Dropped {
    fn drop(&mut self) {
        DROPS.fetch_add(1, Ordering::Relaxed);
    }
}

fn counted() -> u32 {
    DROPPED.with(|_| {});
    COUNT.set(COUNT.get() + 1);
    COUNT.get()
}

/// Requests memory as a growing buffer does; nothing can grant it.
fn reserve(bytes: usize) -> Result<(), std::collections::TryReserveError> {
    Vec::<u8>::new().try_reserve_exact(bytes)
}

pub fn lambda_handler(context: &Context, event: &str) -> Result<String, Box<dyn std::error::Error>> {
    Ok(match event {
        "thread locals" => {
            let before = DROPS.load(Ordering::Relaxed);
            let others: Vec<u32> = (0..3).map(|_| thread::spawn(counted).join().expect("it ends")).collect();
            format!("{} {others:?} {}", counted(), DROPS.load(Ordering::Relaxed) - before)
        }
        "map" => {
            let map: HashMap<&str, usize> = ["a", "bc"].into_iter().map(|key| (key, key.len())).collect();
            format!("{} {}", map["a"], map["bc"])
        }
        "clock" => (Instant::now().elapsed() < Duration::from_secs(60) && SystemTime::now() > SystemTime::UNIX_EPOCH).to_string(),
        "trace id" => env::var("_X_AMZN_TRACE_ID").unwrap_or_else(|error| error.to_string()),
        "file" => fs::read_to_string("/proc/self/comm")?,
        "no file" => fs::read_to_string("/nonexistent")?,
        "reserve" => format!("{} {}", reserve(1 << 50).is_err(), reserve(100).is_ok()),
        "child" => String::from_utf8(std::process::Command::new("/bin/sh").args(["-c", "kill -TERM $$; echo alive"]).output()?.stdout)?,
        "closed pipe" => {
            let (reader, mut writer) = std::io::pipe()?;
            drop(reader);
            std::io::Write::write(&mut writer, b"x").unwrap_err().kind().to_string()
        }
        _ => {
            println!("{event}");
            context.function_arn().unwrap_or("none").to_owned()
        }
    })
}

fn hook(name: &str) -> Result<(), String> {
    println!("{name}");
    match env::var(name) {
        Ok(text) => Err(text),
        Err(_) => Ok(()),
    }
}

pub fn before_snapshot() -> Result<(), String> {
    hook("before_snapshot")
}

pub fn after_restore() -> Result<(), String> {
    hook("after_restore")
}

pub fn on_terminate() -> Result<(), String> {
    hook("on_terminate")
}
