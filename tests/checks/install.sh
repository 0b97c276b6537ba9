#!/usr/bin/env bash
# Installs the tool from a fresh clone, as README.md describes, and uses it in a folder outside of
# this repository: the acceptance test of projects.
#
#   tests/checks/install.sh [FOLDER]       FOLDER is kept; without it everything but what cargo has compiled is removed
#
# Needs git and, the first time, a network for the crates. Costs about five minutes of processor time the first time, half of it later.
set -euo pipefail
root=$(CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
folder=${1:-} is_kept=1 server_id=
if [[ -z $folder ]]; then folder=$(mktemp -d) is_kept=; fi
end() {
    if [[ -n $server_id ]]; then kill "$server_id"; fi
    if [[ -z $is_kept ]]; then chmod -R u+w "$folder" && rm -rf "$folder"; fi
}
trap end EXIT
if ! git -C "$root" rev-parse --verify --quiet HEAD > /dev/null; then
    echo "NOT CHECKED: the installed tool, because $root is not a Git repository" >&2
    exit
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
commit=$(git -C "$folder/clone" rev-parse --short=12 HEAD)
# The compiled crates are the same for both installations.
export CARGO_TARGET_DIR=$root/target/tests/install
run "install from the clone" 0 cargo install --quiet --locked --path "$folder/clone/cli" --root "$folder/path"
run "install by git" 0 cargo install --quiet --locked --git "file://$folder/clone" --root "$folder/git" ruchy-lambda
unset CARGO_TARGET_DIR
rm -rf "$folder/path/bin/ruchy-lambda" # the second is used: it has nothing but itself
rm -rf "$folder/clone"
export PATH=$folder/git/bin:$PATH
run "version" 0 ruchy-lambda --version
prints "ruchy-lambda 0." "($commit)"

cd "$folder/empty"
run "begin a project" 0 ruchy-lambda new shop --kind http
cd shop
run "invoke it" 0 ruchy-lambda invoke
prints '"statusCode":200' 'Hello, Ada!'
replace functions/shop.ruchy 'Hello, ' 'Welcome, '
run "invoke it after a change" 0 ruchy-lambda invoke
prints 'Welcome, Ada!'
replace fixtures/shop/first.response.json 'Hello, ' 'Welcome, '

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

# A copy of the project as other machines have it: a git worktree that is read-only, without a network, for a user who is not root, another locale
# and time zone; Windows line endings and byte order marks in a source in Ruchy, in one in Rust, and in the event.
git init --quiet .
git add --all
git -c user.name=test -c user.email=test@example.org commit --quiet --message "the project"
worktree="$folder/ein Baum, größer"
git worktree add --quiet --detach "$worktree"
cd "$worktree"
sed -i 's/$/\r/; 1s/^/\xef\xbb\xbf/' functions/shop.ruchy functions/orders.rs
printf '\xef\xbb\xbf{"name":\r\n"Ada"}\r\n' > "$folder/event.json"
chmod -R a-w .
# root writes to read-only folders; in a user namespace it is another user, without that right.
user=()
if [[ $EUID == 0 ]] && unshare --user --map-user=1000 --map-group=1000 true 2> /dev/null; then
    user=(unshare --user --map-user=1000 --map-group=1000)
elif [[ $EUID == 0 ]]; then
    echo "NOT CHECKED: a user who is not root, and a read-only checkout; this machine has no user namespaces" >&2
fi
other=("${user[@]}" env CARGO_NET_OFFLINE=true TZ=Asia/Kathmandu LC_ALL=tr_TR.UTF-8)
if ((${#user[@]} > 0)) || [[ $EUID != 0 ]]; then
    run "a read-only project without the link" 1 "${other[@]}" ruchy-lambda invoke orders "@$folder/event.json"
    prints '.ruchy-lambda: the link to the runtime'"'"'s sources cannot be created' 'ln -s '
fi
chmod u+w .
ln -s "$(readlink "$folder/empty/shop/.ruchy-lambda")" .ruchy-lambda
chmod a-w .
run "a read-only git worktree, without a network" 0 "${other[@]}" ruchy-lambda invoke orders "@$folder/event.json"
prints '{"id":"00000000-0000-0000-0000-000000000007","date":"1970-01-02","name":"ADA"}'
run "a source in Ruchy from Windows" 0 "${other[@]}" ruchy-lambda invoke shop
prints 'Welcome, Ada!'
run "an archive from there" 0 "${other[@]}" ruchy-lambda package orders --out "$folder/cache/orders.zip"
chmod -R u+w .
cd "$folder/empty/shop"
git worktree remove --force "$worktree"

# The default toolchain of a machine may be another one.
if rustc +nightly --version > /dev/null 2>&1 && { command -v musl-gcc || ls "$(rustc +nightly --print target-libdir --target x86_64-unknown-linux-musl)"; } > /dev/null 2>&1; then
    run "a nightly toolchain" 0 env RUSTUP_TOOLCHAIN=nightly ruchy-lambda invoke orders '{"name":"Ada"}'
    prints '"name":"ADA"'
else
    echo "NOT CHECKED: a nightly toolchain, which is missing or has no musl" >&2
fi

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

# An async function with a client of HTTP, on the tokio runtime that the project brings.
run "add a function with reqwest" 0 ruchy-lambda new client --kind rust
replace Cargo.toml $'\nserde = ' $'\nreqwest = { version = "0.12", default-features = false }\ntokio = { version = "1", default-features = false, features = ["rt"] }\nserde = '
printf '\n[package.metadata.ruchy-lambda.functions.client]\nstd = true\n' >> Cargo.toml
cat > functions/client.rs <<'RUST'
pub async fn lambda_handler(event: &str) -> Result<String, Box<dyn std::error::Error>> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    Ok(client.get(event.trim_matches('"')).send().await?.error_for_status()?.text().await?)
}
RUST
rm -rf fixtures/client
exec {server}< <(exec python3 -u -m http.server 0 --bind 127.0.0.1 --directory fixtures/shop 2> /dev/null)
server_id=$!
read -r line <&"$server"
[[ $line =~ port\ ([0-9]+) ]] || fail "python3 -m http.server printed \"$line\""
run "use reqwest" 0 ruchy-lambda invoke client "\"http://127.0.0.1:${BASH_REMATCH[1]}/first.event.json\""
prints '"rawPath"'
kill "$server_id"
server_id=

# A project with a table runs against moto, which `just setup` installs for the tests.
cd "$folder/empty"
run "begin a project with a table" 0 ruchy-lambda new shelf --kind dynamodb-api
cd shelf
if [[ -x $root/.venv/aws/bin/moto_server ]]; then
    export PATH=$PATH:$root/.venv/aws/bin
    run "invoke it" 0 ruchy-lambda invoke
    prints '"statusCode":200'
    run "test it" 0 ruchy-lambda test
    prints '✓ 2_create' '✓ 9_get_deleted' ', 0 not'
else
    echo "NOT CHECKED: a project with a table, for which moto is missing; \`just setup\` installs it" >&2
fi
echo "the installed tool: all as expected" >&2
