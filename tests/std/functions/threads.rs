//! Runs threads while it serves.

use lambda::{ResponseStream, println};
use std::sync::{Condvar, Mutex, Once};
use std::thread;

/// The total number of lines that the background thread must print.
static REQUESTED: Mutex<u64> = Mutex::new(0);
static CHANGED: Condvar = Condvar::new();
/// Lines of an invocation.
const LINES: u64 = 20;

/// Prints the requested lines, for the life of the process.
fn print_on() {
    for number in 0u64.. {
        drop(CHANGED.wait_while(REQUESTED.lock().unwrap(), |requested| *requested <= number).unwrap());
        println!("background {number}");
    }
}

/// Allocates blocks of all sizes on one thread and frees them on another.
fn allocate() -> usize {
    let (sender, receiver) = std::sync::mpsc::channel::<Vec<u8>>();
    let sums = thread::scope(|scope| {
        for worker in 0..4u8 {
            let sender = sender.clone();
            scope.spawn(move || {
                for size in 0..2000usize {
                    sender.send(vec![worker; size * 7 % 5000]).expect("it is received");
                }
            });
        }
        drop(sender);
        receiver.into_iter().map(|block| block.iter().map(|byte| usize::from(*byte)).sum::<usize>()).sum::<usize>()
    });
    sums
}

pub fn lambda_handler(event: &str, response: &mut ResponseStream) -> Result<(), String> {
    match event {
        "background" => {
            static STARTED: Once = Once::new();
            STARTED.call_once(|| _ = thread::spawn(print_on));
            *REQUESTED.lock().unwrap() += LINES;
            CHANGED.notify_one();
            println!("foreground");
        }
        "spin" => {
            println!("spinning");
            thread::scope(|scope| {
                for _ in 0..3 {
                    scope.spawn(|| {
                        loop {
                            std::hint::spin_loop();
                        }
                    });
                }
            });
        }
        "wait" => {
            println!("waiting");
            loop {
                thread::park();
            }
        }
        "many" => {
            for _ in 0..200 {
                thread::scope(|scope| (0..5).for_each(|_| _ = scope.spawn(|| ())));
            }
        }
        "allocate" => {
            response.write(allocate().to_string());
            return Ok(());
        }
        _ => {}
    }
    response.write("done");
    Ok(())
}
