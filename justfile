# Ruchy Lambda: from a `.ruchy` file to an answered invocation, a deployable archive, and figures.
#
# Recipes call the tool in cli/. `just RECIPE --help` prints the options, without building anything but the tool.

set positional-arguments := true

import 'deploy/deploy.just'
import 'bench/bench.just'
import 'docs/book.just'
import 'tests/tests.just'
import 'tests/setup.just'

tool := "cargo run --quiet --package ruchy-lambda --"
# The AWS CLI on the PATH comes first; `just aws-cli` installs this one.
export PATH := env("PATH") + ":" + justfile_directory() / ".venv/aws/bin"

# List the recipes.
[private]
default:
    @just --list --unsorted

# Run function NAME once, on EVENT: JSON, @file or - for standard input. Options: --example sqs, --env-file FILE, --timeout SECONDS, --memory MB, --raw, --debug.
[group('run')] # needs just 1.27 or newer, which `cargo install --locked just` installs
[no-exit-message]
invoke NAME *ARGUMENTS: _tool
    @exec {{ tool }} invoke "$@"

# Serve the functions NAMES, or all, on http://127.0.0.1:PORT (9000), for curl and for SDKs. Options: --env-file FILE, --timeout SECONDS, --memory MB, --concurrency N.
[group('run')]
[no-exit-message]
serve *ARGUMENTS: _tool
    @exec {{ tool }} serve "$@"

# Create function NAME from a template, with an event and the expected response. `--kind` is text, json, http, sqs, sns, s3, dynamodb, kinesis, eventbridge, schedule or rust.
[group('run')]
[no-exit-message]
new NAME *OPTIONS: _tool
    @exec {{ tool }} new "$@"

# Serve functions as `serve` does, and rebuild them at every save. `just test-handlers --watch NAME` runs fixtures at every save.
[group('run')]
[no-exit-message]
watch *ARGUMENTS: _tool
    @exec {{ tool }} watch "$@"

# Run the fixtures of the functions named, or of all. `--accept` makes the answers the expected ones.
[group('check')]
[no-exit-message]
test-handlers *ARGUMENTS: _tool
    @exec {{ tool }} test-handlers "$@"

# Link dist/bootstrap with the functions named, or with all; for Graviton with `--arch arm64`.
[group('build')]
[no-exit-message]
build *ARGUMENTS: _tool
    @exec {{ tool }} build "$@"

# Link and pack dist/NAME.zip (dist/bootstrap.zip with all functions), ready to upload for provided.al2023, with its checksum and its manifest; for Graviton with `--arch arm64`.
[group('build')]
[no-exit-message]
package *ARGUMENTS: _tool
    @exec {{ tool }} package "$@"

# Report errors and warnings of functions (FILE or NAME, or all), without building them. `--message-format json` is for editors and CI.
[group('check')]
[no-exit-message]
check *ARGUMENTS: _tool
    @exec {{ tool }} check "$@"

# Print the Rust that the compiler makes of a function, FILE or NAME; `--out FILE` writes it.
[group('build')]
[no-exit-message]
transpile *ARGUMENTS: _tool
    @exec {{ tool }} transpile "$@"

# Compile a plain program FILE, one with a `main`, to a static file. Options: -o FILE, -O none|balanced|aggressive|nasa, --json FILE; docs/toolchain/compile.md has them all.
[group('build')]
[no-exit-message]
compile FILE *OPTIONS: _tool
    @exec {{ tool }} compile "$@"

# Find how the instructions of TARGET grow with the size of its input: a function with --event, NAME::FUNCTION, or a program.
[group('measure')]
[no-exit-message]
bigo TARGET *OPTIONS: _tool
    @exec {{ tool }} bigo "$@"

# Count the instructions of function NAME, or of a program, by line and by function, and time it. `--output FILE.html` has a flame graph.
[group('measure')]
[no-exit-message]
profile TARGET *ARGUMENTS: _tool
    @exec {{ tool }} profile "$@"

# Compare two versions of a function or of a program: answers, exact counts, and times in pairs. `--limit instructions=+2%` is for CI.
[group('measure')]
[no-exit-message]
compare *ARGUMENTS: _tool
    @exec {{ tool }} compare "$@"

# Show what function NAME does with the heap, by line, and whether something leaks.
[group('measure')]
[no-exit-message]
memory NAME *ARGUMENTS: _tool
    @exec {{ tool }} memory "$@"

# Optimise function NAME with a profile of its runs; the profile is kept if the measurement shows a gain.
[group('measure')]
[no-exit-message]
pgo NAME *OPTIONS: _tool
    @exec {{ tool }} pgo "$@"

# Show the lines of function NAME that its fixtures do not reach. Options: --output FILE.html, --minimum PERCENT. Needs LLVM's tools: `rustup component add llvm-tools`.
[group('check')]
[no-exit-message]
coverage NAME *OPTIONS: _tool
    @exec {{ tool }} coverage "$@"

# Show where the bytes of a file with the functions named (or all) are: sections, and the largest symbols.
[group('measure')]
[no-exit-message]
size *NAMES: _tool
    @exec {{ tool }} size "$@"

# Count what a file with the functions named (or all) does before its first request: instructions, page faults, pages. Nothing is timed.
[group('measure')]
[no-exit-message]
start *NAMES: _tool
    @exec {{ tool }} start "$@"

# Build a release for both processors in target/release-VERSION, and tag the commit. `--dry-run` leaves out the tag.
[group('deploy')]
[no-exit-message]
release VERSION *OPTIONS:
    @cli/release.sh "$@"

# Builds the tool the first time, with cargo's progress.
_tool:
    @[ -x target/debug/ruchy-lambda ] || { echo "building the tool, once: one to several minutes" >&2; cargo build --package ruchy-lambda; }
