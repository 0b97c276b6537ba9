//! The process's environment, read where the kernel put it: no copy, no lock, no allocation.
#![allow(unsafe_code)]

use core::ffi::{CStr, c_char};

/// The environment block that the kernel passed to the process.
#[derive(Clone, Copy)]
pub struct Environment {
    /// INVARIANT: an array of pointers to [`Variable`]s that ends with a null pointer and is never
    /// written to.
    block: *const *const c_char,
}

impl Environment {
    /// The environment at `block`.
    ///
    /// # Safety
    /// `block` is an array of pointers to NUL-terminated strings, with a null pointer at its end;
    /// seven bytes after each NUL can be read; and nothing in the process changes any of it. The
    /// kernel provides such a block: the name of the file and eight zeros follow the last string
    /// (`bprm_mm_init` and `copy_string_kernel` in its `fs/exec.c`).
    #[must_use]
    pub unsafe fn new(block: *const *const c_char) -> Self {
        Self { block }
    }

    /// Returns the value of a variable; empty if it is unset. `name_and_sign` is its name and its
    /// `=`.
    #[must_use]
    pub fn value(self, name_and_sign: &[u8]) -> &'static [u8] {
        self.variables().find_map(|variable| variable.after(name_and_sign)).map_or(b"", Variable::bytes)
    }

    /// Returns the value of the variable `name`. One with an empty value counts as unset.
    #[must_use]
    pub fn variable(self, name: &[u8]) -> Option<&'static [u8]> {
        let value = self.variables().find_map(|variable| variable.after(name)?.after(b"="))?.bytes();
        Some(value).filter(|value| !value.is_empty())
    }

    /// Returns all variables, in their order.
    #[must_use]
    pub fn variables(self) -> Variables {
        Variables(self.block)
    }
}

/// Iterates over the variables. INVARIANT: it points at an element of an environment's array, the
/// null pointer at its end included.
pub struct Variables(*const *const c_char);

impl Iterator for Variables {
    type Item = Variable;

    fn next(&mut self) -> Option<Variable> {
        // SAFETY: by the invariant there is an element.
        let text = unsafe { *self.0 };
        if text.is_null() {
            return None;
        }
        // SAFETY: the element read was not the last one.
        self.0 = unsafe { self.0.add(1) };
        Some(Variable(text.cast()))
    }
}

/// A variable, or a tail of one. INVARIANT: a NUL-terminated string that lives as long as the
/// process; seven bytes after the NUL can be read.
#[derive(Clone, Copy)]
pub struct Variable(*const u8);

impl Variable {
    /// Returns the remainder after the first eight bytes if those are `expected`, none of which is
    /// NUL. Compares them at once, because the start calls this for every variable.
    #[must_use]
    pub fn after_eight(self, expected: [u8; 8]) -> Option<Self> {
        // SAFETY: the invariant: even if it is empty, eight bytes can be read.
        let eight = unsafe { self.0.cast::<u64>().read_unaligned() };
        // SAFETY: none of the bytes equalled the NUL.
        if eight == u64::from_ne_bytes(expected) { Some(Self(unsafe { self.0.add(8) })) } else { None }
    }

    /// Returns the remainder after the `=` that it begins with.
    #[must_use]
    pub fn after_equals(self) -> Option<Self> {
        // SAFETY: by the invariant there is a byte.
        let byte = unsafe { self.0.read() };
        // SAFETY: that was not the NUL.
        if byte == b'=' { Some(Self(unsafe { self.0.add(1) })) } else { None }
    }

    /// Returns the remainder after `prefix`, if it begins with that. Compares byte by byte:
    /// computing the length of each variable would cost more.
    #[inline(never)]
    #[must_use]
    #[unsafe(link_section = ".text..start")]
    pub fn after(self, prefix: &[u8]) -> Option<Self> {
        let mut text = self.0;
        for byte in prefix {
            // SAFETY: by the invariant it is a NUL-terminated string, and no byte before this one
            // was its NUL: that would have been unequal, or the last compared.
            if unsafe { text.read() } != *byte || *byte == 0 {
                return None;
            }
            // SAFETY: the byte read was not the NUL.
            text = unsafe { text.add(1) };
        }
        Some(Self(text))
    }

    /// Returns all its bytes.
    #[must_use]
    #[unsafe(link_section = ".text..start")]
    pub fn bytes(self) -> &'static [u8] {
        // SAFETY: the invariant.
        unsafe { CStr::from_ptr(self.0.cast()) }.to_bytes()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::Environment;
    use core::ffi::c_char;
    use core::ptr;
    use std::vec::Vec;

    /// Returns an environment with these variables, laid out as by the kernel.
    pub(crate) fn environment(variables: &[&str]) -> Environment {
        let mut bytes = Vec::new();
        let mut starts = Vec::new();
        for variable in variables {
            starts.push(bytes.len());
            bytes.extend(variable.as_bytes());
            bytes.push(0);
        }
        bytes.extend([0; 8]);
        let bytes: &[u8] = Vec::leak(bytes);
        let mut block: Vec<*const c_char> = starts.into_iter().map(|start| bytes[start..].as_ptr().cast()).collect();
        block.push(ptr::null());
        // SAFETY: the array ends with a null pointer; its strings end with NULs, eight bytes follow
        // the last, and nothing else refers to them.
        unsafe { Environment::new(Vec::leak(block).as_ptr()) }
    }

    #[test]
    fn environment_finds_a_variable_among_similar_names() {
        let environment = environment(&[
            "PATH=/bin",
            "_HANDLERS=x",
            "_HANDLER=minimal.lambda_handler",
            "EMPTY=",
            "AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001",
        ]);
        assert_eq!(environment.value(b"AWS_LAMBDA_RUNTIME_API="), b"127.0.0.1:9001");
        assert_eq!(environment.value(b"_HANDLER="), b"minimal.lambda_handler");
        assert_eq!(environment.value(b"EMPTY="), b"");
        assert_eq!(environment.value(b"HANDLER="), b"");
        assert_eq!(environment.variable(b"_HANDLER"), Some(&b"minimal.lambda_handler"[..]));
        assert_eq!(environment.variable(b"_HANDLE"), None);
        assert_eq!(environment.variable(b"EMPTY"), None);
        assert_eq!(environment.variable(b"EMPTY=\0AWS_LAMBDA_RUNTIME_API"), None);
        let after = |eight: &[u8; 8]| environment.variables().filter_map(|variable| variable.after_eight(*eight)).count();
        assert_eq!((after(b"_HANDLER"), after(b"PATH=/bi"), after(b"EMPTY=\0A"), after(b"HANDLERS")), (2, 1, 1, 0));
    }
}
