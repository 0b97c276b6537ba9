#!/usr/bin/env bash
# Installs the tool from a fresh clone, as README.md describes, and uses it in a folder outside of
# this repository: the acceptance test of projects.
#
#   tests/checks/install.sh [FOLDER]       FOLDER is kept; without it everything but what cargo has compiled is removed
#
# Needs git and, the first time, a network for the crates. Some three minutes on two processors the first time.
set -euo pipefail
root=$(CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
folder=${1:-}
if [[ -z $folder ]]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder/empty"
export RUCHY_LAMBDA_CACHE=$folder/cache
unset RUCHY_LAMBDA_FUNCTIONS RUCHY_LAMBDA_ARCH

fail() {
    echo "FAILED: $1" >&2
    exit 1
}
# run WHAT STATUS COMMAND...: its output is in $output.
run() {
    local what=$1 expected=$2 status=0
    shift 2
    echo "$what: $*" >&2
    output=$("$@" 2>&1) || status=$?
    [[ $status == "$expected" ]] || fail "$what: status $status, expected $expected:"$'\n'"$output"
}
# prints WHAT...: each must be in the output of the last command.
prints() {
    local what
    for what; do [[ $output == *"$what"* ]] || fail "expected \"$what\" in:"$'\n'"$output"; done
}
replace() { python3 -c 'import sys; p, a, b = sys.argv[1:]; s = open(p).read(); assert a in s, a; open(p, "w").write(s.replace(a, b, 1))' "$@"; }

git clone --quiet "file://$root" "$folder/clone"
# The compiled crates are the same for both installations.
export CARGO_TARGET_DIR=$root/target/tests/install
run "install from the clone" 0 cargo install --quiet --locked --path "$folder/clone/cli" --root "$folder/path"
run "install by git" 0 cargo install --quiet --locked --git "file://$folder/clone" --root "$folder/git" ruchy-lambda
unset CARGO_TARGET_DIR
rm -rf "$folder/path/bin/ruchy-lambda" # the second is used: it has nothing but itself
rm -rf "$folder/clone"
export PATH=$folder/git/bin:$PATH
run "version" 0 ruchy-lambda --version
prints "ruchy-lambda 0." "($(git -C "$root" rev-parse --short=12 HEAD))"

cd "$folder/empty"
run "begin a project" 0 ruchy-lambda new shop --kind http
cd shop
run "invoke it" 0 ruchy-lambda invoke
prints '"statusCode":200' 'Hello, Ada!'
replace functions/shop.ruchy 'Hello, ' 'Welcome, '
run "invoke it after a change" 0 ruchy-lambda invoke
prints 'Welcome, Ada!'

run "add a function in Rust" 0 ruchy-lambda new orders --kind rust
replace Cargo.toml $'\nserde = ' $'\nuuid = { version = "1", default-features = false }\nchrono = { version = "0.4", default-features = false }\nserde = '
cat > functions/orders.rs <<'RUST'
use events::Json;
use lambda::Failure;

pub fn lambda_handler(event: &Json) -> Result<Json, Failure> {
    let date = chrono::DateTime::from_timestamp(86_400, 0).ok_or("no date")?.date_naive();
    let id = uuid::Uuid::from_u128(7);
    Ok(Json::object().put("id", id.to_string()).put("date", date.to_string()).put("name", shop::shout(event.text("/name")?)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn name_is_needed() {
        assert!(crate::lambda_handler(&events::Json::parse("{}").unwrap()).is_err());
    }
}
RUST
rm -rf fixtures/orders
run "use uuid and chrono" 0 ruchy-lambda invoke orders '{"name":"Ada"}'
prints '{"id":"00000000-0000-0000-0000-000000000007","date":"1970-01-02","name":"ADA"}'

run "add a second function in Rust" 0 ruchy-lambda new page --kind rust
replace Cargo.toml $'\nserde = ' $'\nminijinja = { version = "2", default-features = false }\nserde = '
cat > functions/page.rs <<'RUST'
pub fn lambda_handler(event: &str) -> Result<String, Box<dyn std::error::Error>> {
    let environment = minijinja::Environment::new();
    Ok(environment.render_str("[{{ text }}]", [("text", event)].into_iter().collect::<std::collections::BTreeMap<_, _>>())?)
}
RUST
rm -rf fixtures/page
run "a crate that needs std" 1 ruchy-lambda invoke page 1
prints 'functions/page.rs: the crate `minijinja` needs Rust'"'"'s std' '[package.metadata.ruchy-lambda.functions.page]' 'std = true'
printf '\n[package.metadata.ruchy-lambda.functions.page]\nstd = true\n' >> Cargo.toml
run "the same with std = true" 0 ruchy-lambda invoke page 1
prints '[1]'

printf 'pub fn lambda_handler(event: &str) -> String {\n    event.nothing()\n}\n' > functions/broken.rs
run "tests, with another function that does not compile" 1 ruchy-lambda test
prints 'functions/broken.rs:2:11' 'test result: ok. 1 passed' 'shop' '✓ first'
run "archives, with that function" 1 ruchy-lambda package
prints 'dist/shop.zip' 'dist/orders.zip' 'dist/page.zip' 'functions/broken.rs:2:11'
rm functions/broken.rs
run "an archive without it" 0 ruchy-lambda package orders
run "checksum" 0 sh -c 'cd dist && sha256sum --check *.sha256'
run "doctor" 0 ruchy-lambda doctor
prints 'shop: orders, page, shop'
echo "the installed tool: all as expected" >&2
