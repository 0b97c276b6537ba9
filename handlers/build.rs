//! Lists the functions for `lib.rs` to include. Finding them and checking their freshness is `transpile`'s work; nothing is written
//! outside `OUT_DIR`.

fn main() {
    let out = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
    match transpile::build::write_modules(out.as_ref()) {
        Ok(inputs) => inputs.iter().for_each(|input| println!("cargo::rerun-if-changed={}", input.display())),
        Err(error) => {
            // cargo::error shows the message as it is, without a backtrace around it.
            error.to_string().lines().for_each(|line| println!("cargo::error={line}"));
            std::process::exit(1);
        }
    }
    for variable in transpile::build::VARIABLES {
        println!("cargo::rerun-if-env-changed={variable}");
    }
}
