//! The process's environment, read where the kernel put it: no copy, no lock, no allocation.
#![allow(unsafe_code)]

use crate::bytes::without_prefix;
use core::ffi::{CStr, c_char};

/// The environment block that `main` was given.
#[derive(Clone, Copy)]
pub struct Environment {
    /// INVARIANT: an array of pointers to NUL-terminated strings that ends with a null pointer and is never written to.
    block: *const *const c_char,
}

impl Environment {
    /// The environment at `block`.
    ///
    /// # Safety
    /// `block` is `main`'s third argument, and nothing in the process changes the environment.
    #[must_use]
    pub unsafe fn new(block: *const *const c_char) -> Self {
        Self { block }
    }

    /// What follows `name_and_sign`, a variable's name and its `=`, in the environment; nothing where it is unset.
    #[inline(never)]
    #[must_use]
    pub fn value(self, name_and_sign: &[u8]) -> &'static [u8] {
        self.find(|variable| without_prefix(variable, name_and_sign)).unwrap_or_default()
    }

    /// The value of the variable `name`; one that is set to nothing counts as unset.
    #[must_use]
    pub fn variable(self, name: &[u8]) -> Option<&'static [u8]> {
        self.find(|variable| without_prefix(without_prefix(variable, name)?, b"=")).filter(|value| !value.is_empty())
    }

    fn find(self, value_in: impl Fn(&'static [u8]) -> Option<&'static [u8]>) -> Option<&'static [u8]> {
        let mut next = self.block;
        loop {
            // SAFETY: by the field's invariant `next` points at an element of the array, the null pointer at its end included.
            let variable = unsafe { *next };
            if variable.is_null() {
                return None;
            }
            // SAFETY: the element read was not the last one.
            next = unsafe { next.add(1) };
            // SAFETY: by the invariant it is a NUL-terminated string that lives as long as the process.
            let variable = unsafe { CStr::from_ptr(variable) }.to_bytes();
            if let Some(value) = value_in(variable) {
                return Some(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;
    use core::ptr;

    #[test]
    fn a_variable_is_found_among_others_that_look_like_it() {
        let block = [
            c"PATH=/bin".as_ptr(),
            c"_HANDLERS=x".as_ptr(),
            c"_HANDLER=minimal.lambda_handler".as_ptr(),
            c"EMPTY=".as_ptr(),
            c"AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001".as_ptr(),
            ptr::null(),
        ];
        // SAFETY: the array ends with a null pointer and its strings are literals.
        let environment = unsafe { Environment::new(block.as_ptr()) };
        assert_eq!(environment.value(b"AWS_LAMBDA_RUNTIME_API="), b"127.0.0.1:9001");
        assert_eq!(environment.value(b"_HANDLER="), b"minimal.lambda_handler");
        assert_eq!(environment.value(b"EMPTY="), b"");
        assert_eq!(environment.value(b"HANDLER="), b"");
        assert_eq!(environment.variable(b"_HANDLER"), Some(&b"minimal.lambda_handler"[..]));
        assert_eq!(environment.variable(b"_HANDLE"), None);
    }
}
