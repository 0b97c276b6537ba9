#!/usr/bin/env bash
# Makes the files of a release in target/release-VERSION, and tags the commit: cli/release.sh VERSION [--dry-run]
#
#   ruchy-lambda-VERSION-PROCESSOR.tar.gz   the tool, a static file
#   minimal-VERSION-PROCESSOR.zip           the function `minimal`, with which a build on another machine can be compared
#   ruchy-lambda-VERSION.cdx.json           the SBOM, by cargo-cyclonedx, which is installed in .venv if it can be had
#   SHA256SUMS                              the checksums
#
# The same commit, Rust and linker make the same bytes. `--dry-run` makes all files and no tag.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD

fail() {
    echo "release: $1" >&2
    exit 1
}
version=${1:-}
dry_run=${2:-}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "${version:-no version}: expected MAJOR.MINOR.PATCH, such as 0.2.0"
[[ -z $dry_run || $dry_run == --dry-run ]] || fail "$dry_run: expected --dry-run or nothing"
current=$(sed -n '/^\[workspace\.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
[[ $version == "$current" ]] || fail "$version: Cargo.toml has version $current. Set it under [workspace.package], run \`cargo check\` and commit"
[[ -z $(git status --porcelain) ]] || fail "the work tree has changes that are not committed"
grep -q "^## \[$version\] - [0-9-]*$" CHANGELOG.md || fail "CHANGELOG.md has no heading \`## [$version] - YYYY-MM-DD\`: rename [Unreleased]"
if git rev-parse --quiet --verify "refs/tags/v$version" > /dev/null; then fail "the tag v$version exists"; fi

out=$root/target/release-$version
rm -rf "$out"
mkdir -p "$out"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH CARGO_INCREMENTAL=0
build=target/release-build
for processor in x86_64 aarch64; do
    target=$processor-unknown-linux-musl
    [[ -d $(rustc --print target-libdir --target "$target") ]] || fail "Rust's target $target is missing: rustup target add $target"
    echo "release: the tool for $processor" >&2
    # lld links for every processor, and Rust's musl targets bring the libraries. No path of this machine is in the file.
    RUSTFLAGS="-C linker=rust-lld -C linker-flavor=ld.lld --remap-path-prefix=$root=. --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo" \
        cargo build --quiet --locked --release --package ruchy-lambda --bin ruchy-lambda --target "$target" --target-dir "$build"
    name=ruchy-lambda-$version-$processor
    mkdir -p "$build/$name"
    cp "$build/$target/release/ruchy-lambda" LICENSE-APACHE LICENSE-MIT CHANGELOG.md "$build/$name/"
    tar --create --directory "$build" --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' --mtime="@$SOURCE_DATE_EPOCH" "$name" |
        gzip --no-name --best > "$out/$name.tar.gz"
    rm -r "${build:?}/$name"
    echo "release: minimal for $processor" >&2
    architecture=${processor/aarch64/arm64}
    cargo run --quiet --locked --package ruchy-lambda -- package minimal --arch "$architecture" --out "$out/minimal-$version-$processor.zip" > /dev/null
done

cyclonedx=$(command -v cargo-cyclonedx || echo .venv/cyclonedx/bin/cargo-cyclonedx)
if [[ ! -x $cyclonedx ]]; then
    echo "release: installing cargo-cyclonedx in .venv/cyclonedx" >&2
    cargo install --quiet --locked --root .venv/cyclonedx cargo-cyclonedx@0.5.7 || true
fi
if [[ -x $cyclonedx ]]; then
    "$cyclonedx" cyclonedx --quiet --manifest-path cli/Cargo.toml --format json --target all --override-filename sbom
    mv cli/sbom.json "$out/ruchy-lambda-$version.cdx.json"
    git ls-files --others --exclude-standard '*/sbom.json' sbom.json | xargs --no-run-if-empty rm
else
    echo "NOT MADE: the SBOM, because cargo-cyclonedx is missing and cannot be installed" >&2
fi
rm -f "$out"/*.sha256 "$out"/*.manifest.json
(cd "$out" && sha256sum -- *.* > "$root/target/SHA256SUMS" && mv "$root/target/SHA256SUMS" SHA256SUMS)
ls -l "$out" >&2

if [[ $dry_run ]]; then
    echo "release: would tag $(git rev-parse --short HEAD) as v$version" >&2
else
    git tag --annotate "v$version" --message "Ruchy Lambda $version"
    echo "release: tagged v$version. Publish with: git push origin v$version, and upload the files in target/release-$version" >&2
fi
