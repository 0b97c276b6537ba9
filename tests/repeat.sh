#!/usr/bin/env bash
# Repeats tests and counts failures.
#
#   tests/repeat.sh [--load] suite TIMES             `just test`, TIMES times
#   tests/repeat.sh [--load] tests TIMES [NAME...]   each test of NAMEs alone, TIMES times; without names, the tests that involve a clock, a signal
#                                                    or a process: tests/timed.txt
#
# --load keeps every processor busy. RUCHY_LAMBDA_REPEAT_SECONDS limits the series of one test, in seconds (unset: 600).
# Prints, for each, how often it ran and failed, and exits with 1 if any run failed. The output of failed runs is in target/repeat.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

load=
if [[ ${1:-} == --load ]]; then load=1 && shift; fi
if [[ ! ${1:-} =~ ^(suite|tests)$ || ! ${2:-} =~ ^[0-9]+$ ]]; then
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" >&2
    exit 2
fi
kind=$1 times=$2
shift 2

busy=()
if [[ -n $load ]]; then
    for _ in $(seq "$(nproc)"); do
        while :; do :; done &
        busy+=($!)
    done
fi
trap 'if ((${#busy[@]})); then kill "${busy[@]}"; fi' EXIT
trap 'exit 130' INT TERM

logs=target/repeat
mkdir -p "$logs"
failed_at_all=0
# repeat NAME COMMAND...
repeat() {
    local name=$1 runs=0 failed=0 begun=$SECONDS
    shift
    while ((runs < times && SECONDS - begun < ${RUCHY_LAMBDA_REPEAT_SECONDS:-600})) || ((runs == 0)); do
        runs=$((runs + 1))
        if ! "$@" > "$logs/run.log" 2>&1 < /dev/null; then
            failed=$((failed + 1)) failed_at_all=1
            mv "$logs/run.log" "$logs/${name//[:\/]/_}-$runs.log"
        fi
    done
    echo "$name: $runs runs, $failed failed"
}

if [[ $kind == suite ]]; then
    RUCHY_LAMBDA_REPEAT_SECONDS=$((1 << 30)) repeat "just test" just test
    exit "$failed_at_all"
fi

# All runs start the same linked files, even if a source changes during the runs.
export RUCHY_LAMBDA_TESTS_SOURCES=repeat-$$

# Each test program with its folder, as `cargo test` runs it.
programs=$(mktemp)
cargo test --quiet --workspace --no-run || exit 1
cargo test --quiet --workspace --config "target.'cfg(all())'.runner=['$PWD/tests/program.sh','$programs']"
names=("$@")
if ((${#names[@]} == 0)); then mapfile -t names < <(grep -v '^#' tests/timed.txt); fi
declare -A found
while IFS=$'\t' read -r folder program; do
    mapfile -t tests < <(cd "$folder" && "$program" --list 2> /dev/null | sed -n 's/: test$//p')
    for test in "${tests[@]}"; do
        for name in "${names[@]}"; do
            if [[ $test == *"$name"* ]]; then
                found[$name]=1
                alone() { (cd "$folder" && "$program" --exact "$test"); }
                # Links the files that the test starts.
                alone > /dev/null 2>&1
                repeat "$(basename "$program" | sed 's/-[0-9a-f]*$//') $test" alone
                break
            fi
        done
    done
done < "$programs"
for name in "${names[@]}"; do
    if [[ -z ${found[$name]:-} ]]; then
        echo "$name: no test has this in its name; correct the name, in tests/timed.txt if it is from there" >&2
        failed_at_all=1
    fi
done
rm -r "$programs" "target/tests/linked/$RUCHY_LAMBDA_TESTS_SOURCES"
exit "$failed_at_all"
