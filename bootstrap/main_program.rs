//! The file that `ruchy-lambda compile` links: a plain program's entry, panic handler and
//! allocator. It calls the program's `main` once.

#![no_std]
#![no_main]

mod start;

use core::panic::PanicInfo;
use ruchy_lambda::config::environment::Environment;
use ruchy_lambda::host::{heap::Heap, variables};
use ruchy_lambda::program::{arguments, end};

ruchy_lambda::entry!(begin);

#[global_allocator]
static HEAP: Heap = Heap::new();

/// Called once, by the entry point in `arch`.
///
/// # Safety
/// `stack` points at the argument count; the arguments, a null pointer and the environment follow
/// it.
unsafe extern "C" fn begin(stack: *const usize) -> ! {
    // SAFETY: the caller's promise; nothing in the process changes the arguments or the
    // environment.
    unsafe {
        arguments::prepare(core::slice::from_raw_parts(stack.add(1).cast(), *stack));
        variables::prepare(Environment::new(start::environment(stack)), false);
    }
    start::prepare_thread();
    end::exit(program::ruchy_lambda_main())
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    end::panicked(info)
}
