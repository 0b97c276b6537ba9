#!/usr/bin/env bash
# Runs fuzz targets under AddressSanitizer, with a nightly toolchain if one is installed, otherwise
# with the stable one and RUSTC_BOOTSTRAP:
#   run.sh seconds TARGET SECONDS    one target for this time; new inputs are kept in corpus/TARGET
#   run.sh runs RUNS                 every target, RUNS inputs each: its seeds, and inputs from a fixed random seed
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! cargo fuzz --version > /dev/null 2>&1; then
    cargo install --locked cargo-fuzz >&2
fi
cargo=(cargo +nightly)
if ! "${cargo[@]}" --version > /dev/null 2>&1; then
    cargo=(cargo)
    export RUSTC_BOOTSTRAP=1
fi

# Time limit of one input in seconds: an input that exceeds it is a finding.
timeout=30

# run TARGET CORPUS OPTION...
run() {
    local target=$1 corpus=$2 dictionary=dictionaries/$1.dict
    mkdir -p "$corpus"
    [[ ! -e $dictionary ]] || set -- "$@" "-dict=$dictionary"
    "${cargo[@]}" fuzz run --fuzz-dir . "$target" "$corpus" "seeds/$target" -- -timeout=$timeout "${@:3}"
}

# libFuzzer reads an invalid number as 0, and 0 as no limit.
check_count() {
    if [[ ! $1 =~ ^[1-9][0-9]*$ ]]; then
        echo "$1: invalid number of $2; expected an integer above 0" >&2
        exit 2
    fi
}

case $1 in
seconds)
    if [[ ! -e fuzz_targets/$2.rs ]]; then
        echo "unknown fuzz target $2; expected one of: $(basename -s .rs fuzz_targets/*.rs | paste -sd ' ')" >&2
        exit 2
    fi
    check_count "$3" seconds
    run "$2" "corpus/$2" "-max_total_time=$3"
    ;;
runs)
    check_count "$2" runs
    "${cargo[@]}" fuzz build --fuzz-dir .
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    for file in fuzz_targets/*.rs; do
        target=$(basename "$file" .rs)
        if ! run "$target" "$scratch/$target" -seed=1 "-runs=$2" > "$scratch/log" 2>&1; then
            tail -n 60 "$scratch/log" >&2
            exit 1
        fi
        done=$(grep '^Done ' "$scratch/log")
        echo "fuzz target $target, $(find "seeds/$target" -type f | wc -l) seeds: $done"
    done
    ;;
esac
