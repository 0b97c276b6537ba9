//! The benchmarks' recipes of the justfile: their help builds nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

/// Replaces `cargo run … -- ARGUMENTS`; building does nothing.
const CARGO: &str = concat!(
    "#!/bin/sh\n[ \"$1\" = run ] || exit 0\nwhile [ \"$1\" != -- ]; do shift; done; shift\nexec '",
    env!("CARGO_BIN_EXE_ruchy-lambda-bench"),
    "' \"$@\"\n"
);
/// Records every link; `--link` only queries the kind of link.
const LINKER: &str = "#!/bin/sh\n[ \"$1\" = --link ] && exit\necho \"$@\" >> linked\n";

#[test]
fn bench_recipes_have_help_that_builds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |file: &str| folder.path().join(file);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let justfile = fs::read_to_string(root.join("justfile")).unwrap();
    let imports = justfile.lines().filter_map(|line| line.strip_prefix("import '")?.strip_suffix('\''));
    for file in imports.chain(["justfile"]) {
        fs::create_dir_all(path(file).parent().unwrap()).unwrap();
        fs::copy(root.join(file), path(file)).unwrap();
    }
    for (file, text) in [("bin/cargo", CARGO), ("linker/build.sh", LINKER), ("target/release/ruchy-lambda-bench", "")] {
        fs::create_dir_all(path(file).parent().unwrap()).unwrap();
        fs::write(path(file), text).unwrap();
        fs::set_permissions(path(file), fs::Permissions::from_mode(0o755)).unwrap();
    }
    for recipe in ["bench-cold-start", "bench-warm", "bench-handler", "bench-scale"] {
        let programs = format!("{}:{}", path("bin").display(), std::env::var("PATH").unwrap());
        let mut just = Command::new("just");
        let output = just.args([recipe, "--help"]).current_dir(folder.path()).env("PATH", programs).output().unwrap();
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert!(output.status.success() && text.contains(&format!("Usage: just {recipe}")), "{recipe}: {text}");
    }
    assert!(!path("linked").exists());
}
