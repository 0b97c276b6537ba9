#!/usr/bin/env bash
# Makes the files of a release by a dry run in two clones, in folders of different names, and compares their checksums.
set -euo pipefail
root=$(git rev-parse --show-toplevel)
version=$(sed -n '/^\[workspace\.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$root/Cargo.toml")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for clone in "$folder/one" "$folder/a second one"; do
    git clone --quiet "file://$root" "$clone"
    cd "$clone"
    sed -i "s/^## \[Unreleased\]$/## [$version] - 2026-12-01/" CHANGELOG.md
    GIT_COMMITTER_DATE=2026-12-01T00:00:00Z git -c user.name=test -c user.email=test@example.com commit --quiet --all --date 2026-12-01T00:00:00Z --message release
    ln -s "$root/.venv" .venv
    echo .venv >> .git/info/exclude
    cli/release.sh "$version" --dry-run
    [[ -z $(git tag --list "v$version") ]]
    (cd "target/release-$version" && sha256sum --check --quiet SHA256SUMS && ls && cat SHA256SUMS) > "$folder/$(basename "$clone" | tr -d ' ').txt"
    rm -rf target
done
cat "$folder/one.txt"
cmp "$folder/one.txt" "$folder/asecondone.txt"
echo "two dry runs of a release: the same bytes" >&2
