//! The linked files, each built once per run by the recipe of `just build`.

use crate::ARCHITECTURE;
use ruchy_lambda_cli::budget::Budgets;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{LazyLock, Mutex};

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The functions that come with the project, in the order of their names. Those that a user adds are not in the tests' way.
pub const SHIPPED: [&str; 4] = ["echo", "fibonacci", "greeting", "minimal"];
/// All shipped functions.
pub static ALL: LazyLock<PathBuf> = LazyLock::new(|| build("all", &SHIPPED, &[]));
/// `minimal` alone.
pub static MINIMAL: LazyLock<PathBuf> = LazyLock::new(|| build("minimal", &["minimal"], &[]));
/// The functions of `tests/functions` beside the shipped ones.
pub static MISBEHAVING: LazyLock<PathBuf> = LazyLock::new(|| build("misbehaving", &[], &[("RUCHY_LAMBDA_FUNCTIONS", &misbehaving())]));

/// Where those are.
pub fn misbehaving() -> String {
    let folders = ["handlers/functions", "tests/functions"].map(|folder| root().join(folder));
    env::join_paths(folders).unwrap().into_string().unwrap()
}

/// The budgets of what is called `name`, as this machine links it.
pub fn budgets(name: &str) -> Budgets {
    let output = recipe().arg("--link").output().unwrap();
    let link = String::from_utf8(output.stdout).unwrap();
    Budgets::read(&root().join("tests/budgets.toml"), &format!("{}-{name}", link.trim())).unwrap()
}

/// Whether this machine needs an emulator to run what is tested.
pub fn is_emulated() -> bool {
    ARCHITECTURE != "x86_64"
}

/// Links `names` (all, if there are none) to a file of its own. What is returned can be started; [`elf`] has its bytes.
pub fn build(file: &str, names: &[&str], variables: &[(&str, &str)]) -> PathBuf {
    let folder = root().join("target/tests");
    let out = if is_emulated() { folder.join(ARCHITECTURE) } else { folder }.join(file).join("bootstrap");
    // `tests/repeat.sh` starts a test hundreds of times.
    if env::var_os("RUCHY_LAMBDA_TESTS_KEEP_LINKED").is_some() && out.exists() {
        return out;
    }
    let output = try_build(&out, names, variables);
    assert!(output.status.success(), "linker/build.sh failed:\n{}", String::from_utf8_lossy(&output.stderr));
    out
}

/// What was linked as `bootstrap`.
pub fn elf(bootstrap: &Path) -> PathBuf {
    if is_emulated() { bootstrap.with_extension("elf") } else { bootstrap.to_owned() }
}

/// The recipe that links, for the processor that is tested.
pub fn recipe() -> Command {
    let mut command = Command::new(root().join("linker/build.sh"));
    command.env("RUCHY_LAMBDA_ARCH", ARCHITECTURE).env("RUCHY_LAMBDA_LOCAL", "1");
    command
}

/// [`build`] where it may fail.
pub fn try_build(out: &Path, names: &[&str], variables: &[(&str, &str)]) -> Output {
    alone(recipe().arg(out).args(names).envs(variables.iter().copied()))
}

/// Runs `command`, a link, while no other link runs.
pub fn alone(command: &mut Command) -> Output {
    // They share a target folder, and cargo's message that it waits for another would stand among the errors.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    command.output().unwrap()
}
