//! An `async` function without a runtime: other threads wake it.

use std::future::poll_fn;
use std::sync::Mutex;
use std::task::{Poll, Waker};
use std::thread;

#[derive(Default)]
struct Shared {
    result: Option<usize>,
    waker: Option<Waker>,
}

pub async fn lambda_handler(event: &str) -> Result<String, String> {
    static SHARED: Mutex<Shared> = Mutex::new(Shared { result: None, waker: None });
    let length = event.len();
    *SHARED.lock().unwrap() = Shared::default();
    thread::spawn(move || {
        let mut shared = SHARED.lock().unwrap();
        shared.result = Some(length);
        if let Some(waker) = shared.waker.take() {
            waker.wake();
        }
    });
    let counted = poll_fn(|context| {
        let mut shared = SHARED.lock().unwrap();
        match shared.result {
            Some(result) => Poll::Ready(result),
            None => {
                shared.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    });
    Ok(counted.await.to_string())
}
