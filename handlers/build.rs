//! Lists the functions for `lib.rs` to include. Finding, compiling and rewriting them is the work of `handlers-build`; nothing is written outside
//! of `OUT_DIR` and the folder that the tool names.

use handlers_build::register::{Options, VARIABLES};

fn main() {
    let out = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
    match Options::from_environment().and_then(|options| options.write_modules(out.as_ref())) {
        Ok(registered) => {
            registered.inputs.iter().for_each(|input| println!("cargo::rerun-if-changed={}", input.display()));
            registered.warnings.lines().for_each(|line| println!("cargo::warning={line}"));
        }
        Err(error) => {
            // cargo::error shows the message as it is, without a backtrace around it.
            error.to_string().lines().for_each(|line| println!("cargo::error={line}"));
            std::process::exit(1);
        }
    }
    for variable in VARIABLES {
        println!("cargo::rerun-if-env-changed={variable}");
    }
}
