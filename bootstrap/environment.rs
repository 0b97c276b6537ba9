//! The process's environment, read where the kernel put it: no copy, no lock, no allocation.
#![allow(unsafe_code)]

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
    #[must_use]
    pub fn value(self, name_and_sign: &[u8]) -> &'static [u8] {
        self.find(name_and_sign, b"")
    }

    /// The value of the variable `name`; one that is set to nothing counts as unset.
    #[must_use]
    pub fn variable(self, name: &[u8]) -> Option<&'static [u8]> {
        Some(self.find(name, b"=")).filter(|value| !value.is_empty())
    }

    /// What follows `name` and `sign`. Looked for where it lies: to know how long each of the others is would be most of the work at start.
    #[inline(never)]
    fn find(self, name: &[u8], sign: &[u8]) -> &'static [u8] {
        let mut next = self.block;
        loop {
            // SAFETY: by the field's invariant `next` points at an element of the array, the null pointer at its end included.
            let mut rest = unsafe { *next };
            if rest.is_null() {
                return b"";
            }
            // SAFETY: the element read was not the last one.
            next = unsafe { next.add(1) };
            let follows = name.iter().chain(sign).all(|byte| {
                // SAFETY: by the invariant it is a NUL-terminated string, and of that no byte before this one was the NUL: none of those
                // compared is, so that a NUL compares unequal and is the last that is read.
                let same = unsafe { rest.cast::<u8>().read() } == *byte && *byte != 0;
                // SAFETY: the byte read was not the NUL, or the result is not used.
                rest = unsafe { rest.add(usize::from(same)) };
                same
            });
            if follows {
                // SAFETY: what is left of a NUL-terminated string is one, and lives as long as the process.
                return unsafe { CStr::from_ptr(rest) }.to_bytes();
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
