#!/usr/bin/env bash
# Builds the peers, the same three functions on other Lambda clients, for `just peers`.
#
#   bench/peers/build.sh [NAME... | all]
#
# Each becomes target/peers/NAME/bootstrap, which starts with AWS_LAMBDA_RUNTIME_API and _HANDLER in
# its environment, with a line about it in about.txt. If a requirement is missing here,
# target/peers/NAME/needs.txt names it. Exits with 1 when a peer whose requirements are met did not
# build, or does not answer.
set -euo pipefail

peers=(rust-tokio rust-tokio-small rust-tokio-one-thread original-design tiny-c python node cpp go zig ruchy-lambda)
peer_seconds_max=300
all_seconds_max=570

cmake=4.4.4
ziglang=0.17.1
aws_lambda_ric=4.0.2
aws_lambda_ric_sha256=28e042f42f6da655e72eef9190e4ab566141d2eccc5408429642a730b10b4646

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
all=$root/target/peers
tools=$all/tools

# A missing requirement is not a failure: the benches list it with this line.
needs() {
    echo "needs $*" > "$out/needs.txt"
    exit 3
}

about() { echo "$*" > "$out/about.txt"; }

have() { command -v "$1" > /dev/null; }

# Installs a tool from PyPI in a separate folder, once.
tool() {
    if [[ -e $tools/$1-$2/ready ]]; then return; fi
    python3 -c 'import venv, ensurepip' || needs "python3 with venv (Debian: python3-venv), to install $1 $2 from PyPI"
    python3 -m venv --clear "$tools/$1-$2"
    "$tools/$1-$2/bin/pip" install --quiet --disable-pip-version-check "$1==$2" || needs "$1 $2 from PyPI"
    touch "$tools/$1-$2/ready"
}

cmake_on_path() {
    if have cmake; then return; fi
    tool cmake "$cmake"
    PATH=$tools/cmake-$cmake/bin:$PATH
}

# Sets `triple`: links against musl if its target is installed, otherwise statically against the host's C library.
static_rust() {
    have cargo || needs "cargo (Rust)"
    triple=x86_64-unknown-linux-musl
    if ! compgen -G "$(rustc --print target-libdir --target $triple)/libstd-*.rlib" > /dev/null; then
        triple=$(rustc -vV | sed -n 's/^host: //p')
        export RUSTFLAGS="-C target-feature=+crt-static"
    fi
}

rust_tokio() {
    local triple
    static_rust
    cargo fetch --quiet --locked --manifest-path "$here/rust-tokio/Cargo.toml" || needs "lambda_runtime and its dependencies from the package registry"
    # More functions make a file larger and slower to start, so the HTTP functions are in a separate
    # file.
    local features file
    for file in http bootstrap; do
        features=$2
        if [[ $file == http ]]; then features+=" http"; fi
        cargo build --quiet --locked --manifest-path "$here/rust-tokio/Cargo.toml" --profile "$1" --features "$features" --target "$triple" --target-dir "$all/rust-tokio/cargo"
        install -m 755 "$all/rust-tokio/cargo/$triple/$1/bootstrap" "$out/$file"
    done
    about "lambda_runtime $(locked lambda_runtime) on tokio $(locked tokio), profile $1${2:+, $2}, $triple, static, $(rustc -V | cut -d' ' -f1,2)"
}

locked() { sed -n "/^name = \"$1\"$/{n;s/version = \"\(.*\)\"/\1/p}" "$here/rust-tokio/Cargo.lock"; }

build_rust-tokio() { rust_tokio release ""; }

build_rust-tokio-small() { rust_tokio small ""; }

build_rust-tokio-one-thread() { rust_tokio small one-thread; }

# The design that the original Ruchy Lambda documents; it has no dependencies.
build_original-design() {
    local triple
    static_rust
    cargo build --quiet --locked --offline --manifest-path "$here/original-design/Cargo.toml" --profile release-ultra --target "$triple" --target-dir "$all/original-design/cargo"
    install -m 755 "$all/original-design/cargo/$triple/release-ultra/bootstrap" "$out/bootstrap"
    about "the documented design of the original Ruchy Lambda, not its code: std, a connection for each call; release-ultra, $triple, static, $(rustc -V | cut -d' ' -f1,2)"
}

# The least client in C, for size, and the function for speed.
build_tiny-c() {
    tool ziglang "$ziglang"
    export ZIG_GLOBAL_CACHE_DIR=$tools/zig-cache
    "$tools/ziglang-$ziglang/bin/python" -m ziglang cc -target x86_64-linux-musl -std=gnu11 -Wall -Wextra -Werror -Os -flto -static -s \
        -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -Wl,--gc-sections -Wl,-z,norelro -Wl,--build-id=none \
        -o "$out/bootstrap" "$here/tiny-c/function.c"
    about "the least client in C, written from the API's documentation, clang of ziglang $ziglang, musl, static"
}

build_python() {
    python3 -c 'import venv, ensurepip' || needs "python3 with venv (Debian: python3-venv)"
    python3 -m venv --clear "$out/venv"
    "$out/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --requirement "$here/python/requirements.txt" \
        || needs "awslambdaric from PyPI, as a wheel for $(python3 -V)"
    install -m 644 "$here/python/function.py" "$out"
    install -m 755 "$here/python/bootstrap" "$out"
    about "awslambdaric $("$out/venv/bin/python" -c 'import importlib.metadata as m; print(m.version("awslambdaric"))'), $(python3 -V)"
}

# Installing the client compiles curl, aws-lambda-cpp and an addon.
build_node() {
    have node && have npm || needs "node and npm (Debian: nodejs, npm)"
    have g++ && have make || needs "g++ and make (Debian: g++, make), with which aws-lambda-ric is compiled"
    cmake_on_path
    install -m 644 "$here/node/"{package.json,package-lock.json,function.mjs} "$out"
    (cd "$out" && npm ci --ignore-scripts --no-audit --no-fund) || needs "aws-lambda-ric from npm"
    (cd "$out" && npm rebuild --foreground-scripts aws-lambda-ric)
    ln -sf "$(node -p process.execPath)" "$out/node"
    install -m 755 "$here/node/bootstrap" "$out"
    about "aws-lambda-ric $aws_lambda_ric, node $(node -v)"
}

# AWS's client for Node contains the sources of the one for C++ and of its curl; Zig has a C++
# compiler with musl.
build_cpp() {
    local work=$out/work
    have npm || needs "npm (Debian: npm): the sources of aws-lambda-cpp come in the npm package aws-lambda-ric"
    have make || needs make
    cmake_on_path
    tool ziglang "$ziglang"
    rm -rf "$work"
    mkdir -p "$work/"{client,curl,curl-build,compiler}
    (cd "$work" && npm pack --silent "aws-lambda-ric@$aws_lambda_ric") || needs "aws-lambda-ric $aws_lambda_ric from npm, which carries the sources of aws-lambda-cpp"
    echo "$aws_lambda_ric_sha256  $work/aws-lambda-ric-$aws_lambda_ric.tgz" | sha256sum --check --quiet
    tar -C "$work" -xzf "$work/aws-lambda-ric-$aws_lambda_ric.tgz"
    tar -C "$work/client" --warning=no-unknown-keyword -xJf "$work/package/deps/aws-lambda-cpp.tar.xz"
    tar -C "$work/curl" --warning=no-unknown-keyword -xJf "$work/package/deps/curl.tar.xz"

    export ZIG_GLOBAL_CACHE_DIR=$tools/zig-cache
    local command
    for command in "cc -target x86_64-linux-musl" "c++ -target x86_64-linux-musl" ar ranlib; do
        printf '#!/bin/sh\nexec "%s" -m ziglang %s "$@"\n' "$tools/ziglang-$ziglang/bin/python" "$command" > "$work/compiler/${command%% *}"
    done
    chmod +x "$work/compiler/"*

    # HTTP only, as aws-lambda-ric configures it.
    cmake -S "$work/curl" -B "$work/curl-build" -DCMAKE_POLICY_VERSION_MINIMUM=3.5 \
        -DCMAKE_C_COMPILER="$work/compiler/cc" -DCMAKE_AR="$work/compiler/ar" -DCMAKE_RANLIB="$work/compiler/ranlib" \
        -DCMAKE_BUILD_TYPE=MinSizeRel -DCMAKE_C_FLAGS="-ffunction-sections -fdata-sections" \
        -DBUILD_SHARED_LIBS=OFF -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF \
        -DHTTP_ONLY=ON -DCURL_ENABLE_SSL=OFF -DCURL_ZLIB=OFF -DENABLE_IPV6=OFF -DENABLE_THREADED_RESOLVER=OFF \
        -DENABLE_UNIX_SOCKETS=OFF -DCURL_DISABLE_ALTSVC=ON -DCURL_DISABLE_COOKIES=ON -DCURL_DISABLE_CRYPTO_AUTH=ON \
        -DCURL_DISABLE_DOH=ON -DCURL_DISABLE_HSTS=ON -DCURL_DISABLE_HTTP_AUTH=ON -DCURL_DISABLE_MIME=ON \
        -DCURL_DISABLE_NETRC=ON -DCURL_DISABLE_PROGRESS_METER=ON -DCURL_DISABLE_PROXY=ON -DCURL_DISABLE_SOCKETPAIR=ON \
        -DCURL_DISABLE_VERBOSE_STRINGS=ON
    make -C "$work/curl-build" -j2 libcurl

    local version flags
    version=$(sed -n 's/^ *VERSION \([0-9.]*\)$/\1/p' "$work/client/CMakeLists.txt")
    IFS=. read -r major minor patch <<< "$version"
    sed "s/@PROJECT_VERSION_MAJOR@/$major/; s/@PROJECT_VERSION_MINOR@/$minor/; s/@PROJECT_VERSION_PATCH@/$patch/; s/@PROJECT_VERSION@/$version/" \
        "$work/client/src/version.cpp.in" > "$work/client/src/version.cpp"
    flags=(-std=c++11 -fno-exceptions -fno-rtti -fvisibility=hidden -ffunction-sections -fdata-sections -flto -DAWS_LAMBDA_LOG=0 -DCURL_STATICLIB)
    flags+=("-I$work/client/include" "-I$work/curl/include")
    "$work/compiler/c++" "${flags[@]}" -O3 -c "$here/cpp/function.cc" -o "$work/function.o"
    "$work/compiler/c++" "${flags[@]}" -Os -static -s -Wl,--gc-sections -o "$work/bootstrap" \
        "$work/function.o" "$work/client/src/"{runtime,logging,version}.cpp "$work/curl-build/lib/libcurl.a"
    install -m 755 "$work/bootstrap" "$out/bootstrap"
    about "aws-lambda-cpp $version on curl $(sed -n 's/^#define LIBCURL_VERSION "\(.*\)"/\1/p' "$work/curl/include/curl/curlver.h"), clang and libc++ of ziglang $ziglang, musl, static"
    rm -rf "$work"
}

build_go() {
    have go || needs "go (Debian: golang-go) and the module github.com/aws/aws-lambda-go, which the Go module proxy has and Debian has not"
    rm -rf "$out/work"
    mkdir "$out/work"
    cp "$here/go/"{go.mod,go.sum,main.go} "$out/work"
    cd "$out/work"
    export GOFLAGS=-mod=mod GOCACHE=$tools/go-cache GOPATH=$tools/go-path GOTOOLCHAIN=local CGO_ENABLED=0
    timeout 60 go mod download github.com/aws/aws-lambda-go || needs "the module github.com/aws/aws-lambda-go: the Go module proxy has it, which is out of reach here, and Debian has not"
    go build -trimpath -tags lambda.norpc -ldflags "-s -w" -o "$out/bootstrap" .
    about "aws-lambda-go $(sed -n 's/^require .*aws-lambda-go //p' go.mod), $(go version | cut -d' ' -f3), static"
}

build_zig() {
    needs "the source of aws-lambda-zig: PyPI has the compiler (ziglang), but no package registry has the client"
}

build_ruchy-lambda() {
    needs "the external crate ruchy-lambda-runtime, which is not this repository's package: no package registry has it"
}

# Prints a hash of everything that `NAME/bootstrap` depends on, on one line.
fingerprint() {
    {
        local folder=${1%-small}
        find "$here/${folder%-one-thread}" -type f -not -path '*/target/*' -print0 2> /dev/null | sort -z | xargs -0r sha256sum
        sha256sum "$here/build.sh"
        case $1 in
            rust-* | original-design) rustc -vV || true ;;
            python) python3 -c 'import sys; print(sys.version, sys.base_prefix)' || true ;;
            node) node -v || true ;;
            go) go version || true ;;
        esac
    } 2> /dev/null | sha256sum
}

# Variables set by a user or an outer cargo would change the build.
for variable in $(compgen -e); do
    case $variable in
        CARGO_BUILD_* | CARGO_PROFILE_* | CARGO_TARGET_* | CARGO_ENCODED_RUSTFLAGS | RUSTFLAGS | RUSTC_WRAPPER) unset "$variable" ;;
        CC | CXX | CFLAGS | CXXFLAGS | CPPFLAGS | LDFLAGS | NODE_OPTIONS | PYTHONPATH | PYTHONHOME) unset "$variable" ;;
    esac
done

# Builds one peer. The script starts itself below for each, so that the build can be stopped with
# all its processes.
if [[ ${1:-} == --one ]]; then
    out=$all/$2
    "build_$2"
    exit
fi

if (($# == 0)) || [[ $* == all ]]; then set -- "${peers[@]}"; fi
for name; do
    if [[ " ${peers[*]} " != *" $name "* ]]; then
        echo "unknown peer $name; expected one of: ${peers[*]}" >&2
        exit 2
    fi
done

# A build has a separate process group, so that its time limit covers all of it; an interrupt must
# be passed on.
trap 'kill $(jobs -p) 2> /dev/null; exit 130' INT TERM
failed=0
for name; do
    out=$all/$name
    mkdir -p "$out"
    made_of=$(fingerprint "$name")
    if [[ ! -x $out/bootstrap || $(cat "$out/made-of" 2> /dev/null) != "$made_of" ]]; then
        rm -f "$out/"{bootstrap,made-of,about.txt,needs.txt}
        seconds=$((all_seconds_max - SECONDS))
        seconds=$((seconds < peer_seconds_max ? seconds : peer_seconds_max))
        if ((seconds < 1)); then
            echo "needs more time: the limit of $all_seconds_max s for all builds was reached; run it again" > "$out/needs.txt"
        else
            echo "building $name: $out/build.log" >&2
            status=0
            timeout --kill-after 5 "$seconds" bash "${BASH_SOURCE[0]}" --one "$name" > "$out/build.log" 2>&1 < /dev/null &
            wait $! || status=$?
            case $status in
                0 | 3) ;;
                124 | 137) echo "needs more time: its build was stopped after $seconds s" > "$out/needs.txt" ;;
                *) echo "needs a repair: its build failed with $status, see target/peers/$name/build.log" > "$out/needs.txt" ;;
            esac
        fi
    fi
    if [[ -s $out/needs.txt ]]; then
        rm -f "$out/"{bootstrap,about.txt}
    elif output=$("$here/check.py" "$out/bootstrap" 2>&1); then
        echo "$made_of" > "$out/made-of"
    else
        rm -f "$out/"{bootstrap,made-of,about.txt}
        printf '%s\n' "$output" | tee -a "$out/build.log" >&2
        echo "needs a repair: it was built but does not answer, see target/peers/$name/build.log" > "$out/needs.txt"
    fi
    if [[ $(cat "$out/needs.txt" 2> /dev/null) == "needs a repair"* ]]; then
        failed=1
        tail -n 15 "$out/build.log" >&2
    fi
done

for name; do
    out=$all/$name
    if [[ ! -x $out/bootstrap ]]; then
        size=- line=$(cat "$out/needs.txt")
    else
        size="$(stat -c %s "$out/bootstrap") B" line=$(cat "$out/about.txt")
        if [[ $(head -c 2 "$out/bootstrap") == "#!" ]]; then size=script; fi
    fi
    printf '%-22s %10s  %s\n' "$name" "$size" "$line"
done
exit "$failed"
