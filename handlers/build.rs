//! Lists the functions for `lib.rs` to include. `handlers-build` finds, compiles and rewrites them.
//! Nothing is written outside of `OUT_DIR` and the folder that the tool sets.

use handlers_build::register::{Options, VARIABLES};

fn main() {
    let out = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
    match Options::from_environment().and_then(|options| options.write_modules(out.as_ref())) {
        Ok(registered) => {
            registered.inputs.iter().for_each(|input| println!("cargo::rerun-if-changed={}", input.display()));
            registered.warnings.lines().for_each(|line| println!("cargo::warning={line}"));
        }
        Err(error) => {
            // cargo::error prints the message without a backtrace.
            error.to_string().lines().for_each(|line| println!("cargo::error={line}"));
            std::process::exit(1);
        }
    }
    for variable in VARIABLES {
        println!("cargo::rerun-if-env-changed={variable}");
    }
}
