#!/usr/bin/env bash
# Names the crates that brought std into a bootstrap: for `build.sh`, where rustc finds two panic handlers and names the project's own.
#
#   linker/std_users.sh TRIPLE LIBRARY... < DEPENDENCIES
#
# LIBRARY        the metadata of each crate of the build, lib{name}-{hash}.rmeta
# DEPENDENCIES   the functions' own dependencies: a line `{name}|{package}|{features}` for each
#
# The metadata of a crate holds the hash of each crate that it needs, directly or not. A crate is named if it needs std, it is one of the functions'
# own dependencies, and no other such crate needs it. The status is 1 if there is none.
set -euo pipefail

triple=$1
shift
std=$(basename "$("${RUSTC:-rustc}" --print target-libdir --target "$triple")"/libstd-*.rlib .rlib)
mapfile -t users < <(printf '%s\0' "$@" | xargs -0 grep -laFe "${std#libstd}" --)

hash_of() { basename "${1##*-}" .rmeta; }
name_of() {
    local name=${1##*/lib}
    echo "${name%-*}"
}

declare -A packages features
own=()
while IFS='|' read -r name package listed; do
    packages[$name]=$package features[$name]=$listed
done
for library in "${users[@]}"; do
    if [[ -n ${packages[$(name_of "$library")]:-} ]]; then own+=("$library"); fi
done

status=1
for library in "${own[@]}"; do
    name=$(name_of "$library")
    for other in "${own[@]}"; do
        if [[ $other != "$library" ]] && grep -qaFe "-$(hash_of "$library")" "$other"; then continue 2; fi
    done
    through=()
    for other in "${users[@]}"; do
        if [[ $other != "$library" ]] && grep -qaFe "-$(hash_of "$other")" "$library"; then through+=("$(name_of "$other")"); fi
    done
    echo "error: the crate ${packages[$name]} needs std; functions are linked without it"
    if ((${#through[@]})); then echo "  = note: so do crates that it uses: $(printf '%s\n' "${through[@]}" | sort -u | paste -sd ' ')"; fi
    if [[ ,${features[$name]}, == *,default,* ]]; then
        echo "  = help: in handlers/Cargo.toml, set \`default-features = false\` for it. If it still needs std, choose a crate that supports no_std"
    else
        echo "  = help: turn off the features that need std (in handlers/Cargo.toml, or in the crate's own Cargo.toml), or choose a crate that supports no_std"
    fi
    status=0
done
exit "$status"
