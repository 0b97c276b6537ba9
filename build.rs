//! Hands the linker script to the file that ships; nothing else is linked with it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_DEPLOY").is_none() {
        return;
    }
    let folder = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR for build scripts");
    let script = format!("{folder}/linker/bootstrap.ld");
    let target = ["ARCH", "OS"].map(|part| std::env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default());
    if target != ["x86_64", "linux"] {
        println!("cargo::error=the bootstrap is linked for x86_64 Linux, not for {} {}: build it with `just build`", target[0], target[1]);
    }
    println!("cargo::rerun-if-changed={script}");
    for argument in [
        "-T", // as two arguments: `-Wl,` would split a path at its commas
        &script,
        "-Wl,--gc-sections",
        "-Wl,--build-id=none",
        "-Wl,--no-eh-frame-hdr",
        "-Wl,-z,norelro",
        "-Wl,-z,max-page-size=4096",
        "-Wl,-z,noexecstack",
        // By its file name: `-lc` would find musl's shared object where rustc leaves -Bdynamic in force.
        "-l:libc.a",
    ] {
        println!("cargo::rustc-link-arg-bin=bootstrap={argument}");
    }
}
