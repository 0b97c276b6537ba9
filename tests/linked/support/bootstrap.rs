//! The linked files, each linked once by the recipe of `just build`.

use crate::support::links::{self, Link};
use crate::{ARCHITECTURE, STD};
use ruchy_lambda_cli::budget::Budgets;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Returns the folder of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The functions that come with the project, in the order of their names. Functions that a user
/// adds do not affect the tests.
pub const SHIPPED: [&str; 4] = ["echo", "fibonacci", "greeting", "minimal"];
/// All shipped functions, or the file that `RUCHY_LAMBDA_TEST_FILE` names, which has a function
/// `echo`: `bench/sdk/build.sh` runs `faults::` on it.
pub static ALL: LazyLock<PathBuf> =
    LazyLock::new(|| env::var_os("RUCHY_LAMBDA_TEST_FILE").map_or_else(|| with_twin(&SHIPPED, &[]).0, PathBuf::from));
/// `minimal` alone.
pub static MINIMAL: LazyLock<PathBuf> = LazyLock::new(|| with_twin(&["minimal"], &[]).0);
/// The functions of `tests/functions` and of `handlers/functions`.
pub static MISBEHAVING: LazyLock<PathBuf> = LazyLock::new(|| build(&[], &[("RUCHY_LAMBDA_FUNCTIONS", &misbehaving())]));

/// A file that acts as another client in the benches: `minimal`, `router` twice, and an `echo` that
/// changes its event.
pub static PEER: LazyLock<PathBuf> = LazyLock::new(|| {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("functions");
    fs::create_dir(&folder).unwrap();
    for name in ["router", "router_struct"] {
        fs::copy(root().join("bench/handlers/router.rs"), folder.join(name).with_extension("rs")).unwrap();
    }
    let minimal = "pub fn lambda_handler(_: &str) -> &'static str {\n    r#\"{\"statusCode\":200,\"body\":\"ok\"}\"#\n}\n";
    let echo = "pub fn lambda_handler(_request_id: &str, body: &str) -> String {\n    body.replace('b', \"B\")\n}\n";
    for (name, text) in [("minimal.rs", minimal), ("echo.rs", echo)] {
        fs::write(folder.join(name), text).unwrap();
    }
    build(&[], &[("RUCHY_LAMBDA_FUNCTIONS", folder.to_str().unwrap())])
});

/// Returns the folders of those functions.
pub fn misbehaving() -> String {
    let folders = ["handlers/functions", "tests/functions"].map(|folder| root().join(folder));
    env::join_paths(folders).unwrap().into_string().unwrap()
}

/// Returns the budgets called `name`, for this machine's kind of link.
pub fn budgets(name: &str) -> Budgets {
    let recipe = links::recipe(link(&[], &with_std(&[]))).unwrap();
    let link = ruchy_lambda_cli::link::name(root(), &recipe).unwrap();
    Budgets::read(&root().join("tests/budgets.toml"), &format!("{link}-{name}")).unwrap()
}

/// Returns true if this machine needs an emulator to run the tested file.
pub fn is_emulated() -> bool {
    ARCHITECTURE != "x86_64"
}

/// Links the file with the functions `names` (all, if there are none), with `variables` set. It can
/// be started; [`elf`] returns the path of its bytes. Tests share it, so none may change it.
pub fn build(names: &[&str], variables: &[(&str, &str)]) -> PathBuf {
    let variables = with_std(variables);
    let [bootstrap] = links::linked(root(), [link(names, &variables)]);
    bootstrap
}

/// Returns `variables`, plus the variable of the real std if the tested file is linked with it.
fn with_std<'a>(variables: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let std = (!STD.is_empty()).then_some(("RUCHY_LAMBDA_STD", STD));
    std.into_iter().chain(variables.iter().copied()).collect()
}

/// [`build`], and the same file with symbols and the section table, which the shipped file lacks.
pub fn with_twin(names: &[&str], variables: &[(&str, &str)]) -> (PathBuf, PathBuf) {
    let variables = with_std(variables);
    let of_the_twin = [&*variables, &[("RUCHY_LAMBDA_SYMBOLS", "1")]].concat();
    let [bootstrap, twin] = links::linked(root(), [link(names, &variables), link(names, &of_the_twin)]);
    (bootstrap, elf(&twin))
}

pub fn link<'a>(names: &'a [&'a str], variables: &'a [(&'a str, &'a str)]) -> Link<'a> {
    Link { architecture: ARCHITECTURE, names, variables }
}

/// Returns the path of the file that was linked as `bootstrap`.
pub fn elf(bootstrap: &Path) -> PathBuf {
    if is_emulated() { bootstrap.with_extension("elf") } else { bootstrap.to_owned() }
}

/// Links `out` again, where [`build`] would panic on an error. Returns the warnings, or the error.
pub fn try_build(out: &Path, names: &[&str], variables: &[(&str, &str)]) -> Result<String, String> {
    links::try_link(root(), link(names, &with_std(variables)), out)
}
