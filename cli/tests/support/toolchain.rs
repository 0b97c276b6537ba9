//! A stand-in for cargo and rustc: a module of test programs that link nothing. What it links is a
//! program that runs the script `bootstrap.sh`.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The stand-in for a linked file: an ELF file, since the tool strips it.
static BOOTSTRAP: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (source, program) = (folder.path().join("bootstrap.rs"), folder.path().join("bootstrap"));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bootstrap.sh");
    let text = format!(
        "fn main() {{ panic!(\"{{}}\", std::os::unix::process::CommandExt::exec(&mut std::process::Command::new({script:?}))); }}\n"
    );
    fs::write(&source, text).unwrap();
    assert!(Command::new("rustc").arg("-o").arg(&program).arg(&source).status().unwrap().success());
    let kept = PathBuf::from(concat!(env!("CARGO_TARGET_TMPDIR"), "/bootstrap"));
    // Whole at once: several test programs do this.
    fs::rename(&program, &kept).unwrap();
    kept
});

/// The program `name` on the `PATH`.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.exists()).expect(name)
}

/// Writes `bin/cargo` and `bin/rustc` into `folder`. `cargo rustc` runs the shell script `before`,
/// in which `architecture` is the processor and `$RUCHY_LAMBDA_HANDLERS` are the functions of the
/// repository, or `$name` is the one of a project. Then it reports a linked file, a copy of
/// `$bootstrap`, which is made of the files that the file `inputs` of `folder` lists. `cargo run`
/// becomes `run`, and `cargo metadata` is the real one. Returns the `PATH` with them.
pub fn install(folder: &Path, before: &str, run: &str) -> OsString {
    let sysroot = folder.join("sysroot");
    for triple in ["x86_64-unknown-linux-musl", "aarch64-unknown-linux-musl"] {
        let libraries = sysroot.join("lib/rustlib").join(triple).join("lib");
        fs::create_dir_all(&libraries).unwrap();
        fs::write(libraries.join("libcore-0.rlib"), "").unwrap();
    }
    let artifact =
        r#"{"reason":"compiler-artifact","package_id":"p","target":{"name":"'"$binary"'"},"filenames":[],"executable":"'"$linked"'"}"#;
    let cargo = format!(
        "#!/bin/sh\ncase $1 in\nrun) while [ \"$1\" != -- ]; do shift; done; shift; {run}; exit ;;\n\
         metadata) RUSTC='{rustc}' exec '{cargo}' \"$@\" ;;\nrustc) ;;\n*) exit 0 ;;\nesac\n\
         architecture=x86_64\ncase \" $* \" in *' aarch64-unknown-linux-musl '*) architecture=arm64 ;; esac\n\
         binary=$(printf %s \" $* \" | sed -n 's/.* --bin \\([^ ]*\\) .*/\\1/p')\nname=${{binary#bootstrap-}}\nbootstrap='{bootstrap}'\n{before}\n\
         linked='{folder}'/$binary\ncp \"$bootstrap\" \"$linked\"\n\
         [ ! -e '{folder}/inputs' ] || printf '%s: %s\\n' \"$linked\" \"$(tr '\\n' ' ' < '{folder}/inputs')\" > \"$linked.d\"\n\
         echo '{artifact}'\n",
        rustc = program("rustc").display(),
        cargo = program("cargo").display(),
        folder = folder.display(),
        bootstrap = BOOTSTRAP.display(),
    );
    let rustc = format!(
        "#!/bin/sh\ncase $1 in --version) echo 'rustc 1.95.0 (stand-in)' ;; *) echo x86_64-unknown-linux-gnu; echo '{}' ;; esac\n",
        sysroot.display()
    );
    let programs = folder.join("bin");
    fs::create_dir_all(&programs).unwrap();
    for (name, text) in [("cargo", cargo), ("rustc", rustc)] {
        fs::write(programs.join(name), text).unwrap();
        fs::set_permissions(programs.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = std::env::var_os("PATH").unwrap();
    std::env::join_paths(std::iter::once(programs).chain(std::env::split_paths(&path))).unwrap()
}
