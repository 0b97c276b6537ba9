//! Answers with libc's name of this error number: a call that reads the thread's block and does not
//! set errno.
#![allow(unsafe_code)]

use core::ffi::{CStr, c_char, c_int};

unsafe extern "C" {
    fn strerror(number: c_int) -> *const c_char;
}

pub fn lambda_handler(event: &str) -> String {
    // SAFETY: it accepts any number, and returns a string that stays valid.
    let text = unsafe { CStr::from_ptr(strerror(event.parse().unwrap_or(0))) };
    text.to_str().unwrap_or("no text").to_string()
}
