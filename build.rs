//! Passes the linker script to the linker of the shipped file. Nothing else is linked with it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // With the real std the linker's default layout is used; `cli/src/engine/mode.rs` lists the
    // additions.
    if std::env::var_os("CARGO_FEATURE_DEPLOY").is_none() || std::env::var_os("CARGO_FEATURE_STD").is_some() {
        return;
    }
    let folder = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR for build scripts");
    let root = folder.strip_suffix("/linker/bootstrap").expect("this is the build script of linker/bootstrap");
    let script = format!("{root}/linker/bootstrap.ld");
    println!("cargo::rerun-if-changed={script}");
    let target = ["ARCH", "OS"].map(|part| std::env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default());
    // On x86_64 the C compiler calls the linker and forwards arguments with this prefix. On aarch64
    // rustc calls lld directly.
    let (to_linker, page_bytes) = match target.each_ref().map(String::as_str) {
        ["x86_64", "linux"] => ("-Wl,", 4096),
        // The largest of the three page sizes that such kernels use. It costs no byte of the file:
        // see linker/README.md.
        ["aarch64", "linux"] => ("", 65536),
        _ => {
            println!(
                "cargo::error=the bootstrap is linked for Linux on x86_64 or aarch64, not for {} {}: build it with `just build`",
                target[1], target[0]
            );
            return;
        }
    };
    for argument in ["--gc-sections", "--build-id=none", "--no-eh-frame-hdr"] {
        println!("cargo::rustc-link-arg-bin=bootstrap={to_linker}{argument}");
    }
    for keyword in ["norelro", "noexecstack", &format!("max-page-size={page_bytes}")] {
        println!("cargo::rustc-link-arg-bin=bootstrap={to_linker}-z{keyword}");
    }
    for argument in [
        "-T", // as two arguments: `-Wl,` would split a path at its commas
        &script,
        // By file name: `-lc` would find musl's shared object, because rustc leaves -Bdynamic in
        // force.
        "-l:libc.a",
    ] {
        println!("cargo::rustc-link-arg-bin=bootstrap={argument}");
    }
}
