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

    /// Every variable as `NAME=value`.
    pub fn variables(self) -> impl Iterator<Item = &'static [u8]> {
        let mut next = self.block;
        core::iter::from_fn(move || {
            // SAFETY: by the field's invariant `next` points at an element of the array, the null pointer at its end included.
            let variable = unsafe { *next };
            if variable.is_null() {
                return None;
            }
            // SAFETY: the element read was not the last one.
            next = unsafe { next.add(1) };
            // SAFETY: by the invariant it is a NUL-terminated string that lives as long as the process.
            Some(unsafe { CStr::from_ptr(variable) }.to_bytes())
        })
    }
}

/// The two variables without which nothing can start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// `AWS_LAMBDA_RUNTIME_API`.
    pub runtime_api: Option<&'static [u8]>,
    /// `_HANDLER`.
    pub handler: Option<&'static [u8]>,
}

impl Start {
    /// Finds both in one walk; a variable that is set to nothing counts as unset.
    pub fn find(variables: impl Iterator<Item = &'static [u8]>) -> Self {
        let mut start = Self::default();
        for variable in variables {
            if let Some(value) = without_prefix(variable, b"AWS_LAMBDA_RUNTIME_API=") {
                start.runtime_api = Some(value).filter(|value| !value.is_empty());
            } else if let Some(value) = without_prefix(variable, b"_HANDLER=") {
                start.handler = Some(value).filter(|value| !value.is_empty());
            }
        }
        start
    }
}

#[cfg(test)]
mod tests {
    use super::{Environment, Start};
    use core::ptr;

    #[test]
    fn the_two_variables_are_found_among_others() {
        let block = [
            c"PATH=/bin".as_ptr(),
            c"_HANDLERS=x".as_ptr(),
            c"_HANDLER=minimal.lambda_handler".as_ptr(),
            c"AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001".as_ptr(),
            ptr::null(),
        ];
        // SAFETY: the array ends with a null pointer and its strings are literals.
        let environment = unsafe { Environment::new(block.as_ptr()) };
        assert_eq!(environment.variables().count(), 4);
        let start = Start::find(environment.variables());
        assert_eq!(start.runtime_api, Some(&b"127.0.0.1:9001"[..]));
        assert_eq!(start.handler, Some(&b"minimal.lambda_handler"[..]));
    }

    #[test]
    fn empty_is_unset() {
        let variables: [&[u8]; 2] = [b"AWS_LAMBDA_RUNTIME_API=", b"_HANDLER="];
        assert_eq!(Start::find(variables.into_iter()), Start::default());
    }
}
