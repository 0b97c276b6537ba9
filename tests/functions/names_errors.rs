//! Answers with what libc calls the error of this number: a question that reads the thread's block and sets no errno.
#![allow(unsafe_code)]

use core::ffi::{CStr, c_char, c_int};

unsafe extern "C" {
    fn strerror(number: c_int) -> *const c_char;
}

pub fn lambda_handler(event: &str) -> String {
    // SAFETY: it takes any number, and answers with text that stays.
    let text = unsafe { CStr::from_ptr(strerror(event.parse().unwrap_or(0))) };
    text.to_str().unwrap_or("no text").to_string()
}
