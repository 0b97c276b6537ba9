#!/usr/bin/env bash
# Runs the tests: cargo's test programs side by side, all of them even if one fails, and one last line that sums their results.
#
#   tests/run.sh [--also "ARGUMENTS"]... [--with PROGRAM]... [ARGUMENTS]
#
# Runs the programs of `cargo test ARGUMENTS`. --also is one more such call; --with runs a program that is not a cargo test and fails if one of its tests
# does.
# The output of a program is printed when it has ended. The exit status is 0 if every test passed.
#
# RUCHY_LAMBDA_TEST_PROGRAMS   number of programs that run at once besides the longest (`start.sh` lists them); unset: 2
# RUST_TEST_THREADS            number of tests of a program that run at once; unset: twice the number of processors, because most tests wait
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
programs_max=${RUCHY_LAMBDA_TEST_PROGRAMS:-2}
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-$((2 * $(nproc)))}

calls=() companions=()
while [[ ${1:-} == --also || ${1:-} == --with ]]; do
    if [[ $1 == --also ]]; then calls+=("$2"); else companions+=("$2"); fi
    shift 2
done

# `start.sh` takes a byte out of `slots` before it runs a program, puts it back, and writes the program's number to `ended`.
folder=$(mktemp -d)
mkfifo "$folder/slots" "$folder/ended"
touch "$folder/begin"
exec {slots}<> "$folder/slots" {ended}<> "$folder/ended"
printf "%${programs_max}s" "" >&"$slots"
end() {
    for group in "$folder"/*.group; do
        if [[ -e $group ]]; then kill -TERM -- "-$(< "$group")" 2> /dev/null; fi
    done
    rm -rf "$folder"
}
trap end EXIT
trap 'exit 130' INT TERM

# Built first, so that all programs start together and the build time is reported separately.
for call in "$*" "${calls[@]}"; do
    read -ra arguments <<< "${call%% -- *}"
    cargo test --quiet --no-run "${arguments[@]}" || exit
done
built_s=$SECONDS

status=0
# `start.sh` prints nothing of test programs: the output is that of documentation tests.
run() { cargo test --quiet --no-fail-fast --config "target.'cfg(all())'.runner=['$PWD/tests/start.sh','$folder']" "$@" >> "$folder/rustdoc.log" || status=$?; }
run "$@"
for call in "${calls[@]}"; do
    read -ra arguments <<< "$call"
    run "${arguments[@]}"
done
for program in "${companions[@]}"; do tests/start.sh "$folder" "$program"; done
for program in "$folder"/*.program; do
    # Without any program, the glob pattern remains.
    [[ -e $program ]] || break
    read -r number <&"$ended"
    rm "$folder/$number.group"
    result=$(< "$folder/$number.status")
    if ((result != 0)); then
        status=$result
        echo "FAILED with status $result: $(< "$folder/$number.program")"
    fi
    # A program without tests is not listed.
    if ((result != 0)) || ! grep -q "^running 0 tests$" "$folder/$number.log"; then
        echo "$(< "$folder/$number.program"):"
        grep -v '^$' "$folder/$number.log"
    fi
done
if grep -q "^running [1-9]" "$folder/rustdoc.log"; then
    echo "documentation tests:"
    grep -v '^$' "$folder/rustdoc.log"
fi
cat "$folder"/*.log 2> /dev/null | awk -v "times=$((SECONDS - built_s)) s, after $built_s s of building the test programs" '
    /test result:/ { sub(/.*test result:/, "test result:"); passed += $4; failed += $6; ignored += $8; programs += 1 }
    END { print "tests: " passed + 0 " passed, " failed + 0 " failed, " ignored + 0 " ignored, in " programs + 0 " programs; " times }
'
# A change makes programs, linked files and the sources that tests read different versions.
changed() { git ls-files -zco --exclude-standard 2> /dev/null | xargs -0r sh -c 'find "$@" -maxdepth 0 -newer "$0" 2> /dev/null' "$folder/begin"; }
if ((status != 0)) && changed | grep -q .; then
    printf 'files changed while the tests ran, which makes tests fail; run them again:\n%s\n' "$(changed | head -n 20)"
fi
exit "$status"
