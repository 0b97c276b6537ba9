#!/usr/bin/env bash
# Links one bootstrap: the recipe of `just build`, `just invoke` and the tests.
#
#   linker/build.sh OUT [NAME...]       links the functions named, or all
#   linker/build.sh --link              prints which musl is linked
#
# RUCHY_LAMBDA_ARCH   x86_64 or arm64, as Lambda calls them: the processor; unset: x86_64
# RUCHY_LAMBDA_LINK   musl-target   the rustup target x86_64-unknown-linux-musl
#                     musl-gcc      the host's own target, linked against the musl of musl-tools
#                     (unset)       the first of the two that is installed; arm64 always uses the target aarch64-unknown-linux-musl
# RUCHY_LAMBDA_LD     bfd or lld    the linker; unset: the C compiler's own, GNU ld; for arm64 it is lld
# RUCHY_LAMBDA_OPTIMIZE speed or size: what the functions are compiled for; unset: speed. The runtime is always compiled for size
#                       no           links in the least time, for runs on this machine: the file is larger and slower; for arm64 as speed
# RUCHY_LAMBDA_SYMBOLS  1           keeps symbols, line numbers and the section table, for tools. The code is the same as without
# RUCHY_LAMBDA_INLINE   0 to 3      how many levels of pure functions' recursion are inlined; unset: 2
# RUCHY_LAMBDA_LOWER    0 or 1      whether format! and similar macros with plain holes are compiled without core::fmt; unset: 1
# RUCHY_LAMBDA_LOCAL    1           OUT is started on this machine: if that needs an emulator, `linker/emulated.sh` prepares OUT
# RUCHY_LAMBDA_FUNCTIONS            folders to look for functions in, separated by colons
# RUCHY_LAMBDA_STD      1           the real std is linked, behind musl's start; the functions still see the facade
#                       FOLDER      the functions of the package in FOLDER, which see the real std (`tests/std` is one); NAME and folders of functions have no effect
set -euo pipefail
unset CDPATH # `cd` would print where it went

out=$1
shift
start=$PWD
if [[ $out != --link ]]; then out=$(realpath -m "$out"); fi

# The same bytes and messages come out whatever the user's environment sets for other builds. Variables that say where crates come from stay.
for variable in $(compgen -e); do
    case $variable in
        CARGO_HOME | CARGO_HTTP_* | CARGO_NET_* | CARGO_REGISTR* | CARGO_CREDENTIAL_* | RUSTC | RUSTUP_*) ;;
        # cargo, rustc
        CARGO | CARGO_* | RUST | RUST_* | RUSTC_* | RUSTFLAGS | RUSTDOC*) unset "$variable" ;;
        # the C compiler and the linker
        COMPILER_PATH | LIBRARY_PATH | GCC_* | COLLECT_* | LD_RUN_PATH | LDEMULATION | GNUTARGET) unset "$variable" ;;
        # an outer make, the tools used below
        MAKEFLAGS | MFLAGS | POSIXLY_CORRECT) unset "$variable" ;;
    esac
done
export LC_ALL=C
if [[ -z ${HOME:-} ]]; then
    unset HOME
    export HOME=~ # from the user database
fi
cargo_home=$(realpath -ms "${CARGO_HOME:-$HOME/.cargo}")
if [[ -n ${CARGO_HOME:-} ]]; then export CARGO_HOME=$cargo_home; fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$(pwd -P)

rustc=${RUSTC:-rustc}
host=$("$rustc" -vV | sed -n 's/^host: //p')

# Cargo's configuration files choose neither compiler, linker nor flags: these and the flags below override them. The profile sets each of its keys
# for the same reason. Where crates come from (registries, sources, proxies, credentials) stays the files' affair.
export RUSTC=$rustc RUSTC_WRAPPER='' RUSTC_WORKSPACE_WRAPPER='' CARGO_INCREMENTAL=0

has_target() { compgen -G "$("$rustc" --print target-libdir --target "$1")/libcore-*.rlib" > /dev/null; }

link=${RUCHY_LAMBDA_LINK:-}
architecture=${RUCHY_LAMBDA_ARCH:-x86_64}
case $architecture in
    x86_64)
        if [[ -z $link ]]; then
            if has_target x86_64-unknown-linux-musl; then
                link=musl-target
            elif command -v musl-gcc > /dev/null; then
                link=musl-gcc
            else
                echo "musl is missing: the bootstrap is linked against it. Install it with: rustup target add x86_64-unknown-linux-musl (or apt-get install musl-tools)" >&2
                exit 1
            fi
        fi
        ;;
    arm64)
        if ! has_target aarch64-unknown-linux-musl; then
            echo "musl for arm64 is missing: the bootstrap is linked against it. Install it with: rustup target add aarch64-unknown-linux-musl" >&2
            exit 1
        fi
        link=musl-target-arm64
        ;;
    *)
        echo "$architecture is no processor that functions run on: Lambda has x86_64 and arm64." >&2
        exit 1
        ;;
esac
std=${RUCHY_LAMBDA_STD:-}
if [[ $out == --link ]]; then
    echo "$link${std:+-std}"
    exit
fi

if [[ -n $std && $link == musl-gcc ]]; then
    echo "the real std is linked against musl by a rustup target only. Install it with: rustup target add x86_64-unknown-linux-musl" >&2
    exit 1
fi

# Flags for all crates: given in one variable, separated by a byte that no path contains. It replaces all flags of configuration files. Those that name
# the linker are for the bin crate alone. Cargo would compile all dependencies again whenever another linker is chosen.
bin_flags=()
flags=(-C relocation-model=static -C target-feature=+crt-static)
flags+=("--remap-path-prefix=$root/=" "--remap-path-prefix=$cargo_home/registry/src/=")
case $link in
    musl-target) triple=x86_64-unknown-linux-musl compiler=cc flags+=(-C target-cpu=x86-64) ;;
    musl-gcc) triple=x86_64-unknown-linux-gnu compiler=musl-gcc flags+=(-C target-cpu=x86-64) ;;
    # Lambda's processors, Graviton2 and later, have these atomic instructions. Without the feature they are calls that choose at run time, by what
    # musl's start finds. The outliner would move parts of the start out of the first page.
    musl-target-arm64)
        triple=aarch64-unknown-linux-musl compiler=
        flags+=(-C target-cpu=generic -C target-feature=+lse -C llvm-args=-enable-machine-outliner=never)
        ;;
    *)
        echo "RUCHY_LAMBDA_LINK=$link: expected musl-target or musl-gcc" >&2
        exit 1
        ;;
esac
# The lld that came with rustc, by the name that C compilers look for.
lld=$("$rustc" --print sysroot)/lib/rustlib/$host/bin/gcc-ld
if [[ -z $compiler ]]; then
    # The host's C compiler links for its own processor only: lld, which links for all, is called directly.
    if [[ ${RUCHY_LAMBDA_LD:-lld} != lld ]]; then
        echo "RUCHY_LAMBDA_LD=$RUCHY_LAMBDA_LD: expected lld, which links for arm64" >&2
        exit 1
    fi
    linker=lld
    lld=$(PATH=$lld:$PATH command -v ld.lld) || {
        echo "lld is missing, which links for arm64. It comes with rustup's Rust; or install it with: apt-get install lld" >&2
        exit 1
    }
    bin_flags+=(-C linker-flavor=ld -C "linker=$lld")
else
    linker=${RUCHY_LAMBDA_LD:-bfd}
    case $linker in
        bfd) ;;
        lld) bin_flags+=(-C "link-arg=-B$lld") ;; # or else the system's
        *)
            echo "RUCHY_LAMBDA_LD=$linker: expected bfd or lld" >&2
            exit 1
            ;;
    esac
    bin_flags+=(-C "linker=$compiler" -C "link-arg=-fuse-ld=$linker")
    if ! command -v "$compiler" > /dev/null; then
        echo "$compiler is missing: the C compiler calls the linker. Install it with: apt-get install gcc musl-tools" >&2
        exit 1
    fi
fi

# Link-time optimisation of the whole file uses the bin crate's level, and size levels turn off the vectorisers. So the bin crate alone gets level 3;
# the functions of crates that are compiled for size keep that as an attribute of their own.
package=ruchy-lambda cargo_profile=release-ultra
optimize=${RUCHY_LAMBDA_OPTIMIZE:-speed}
# The quick link has been tried on x86_64 alone.
if [[ $optimize == no && $architecture != x86_64 ]]; then optimize=speed; fi
case $optimize in
    no) profile=() package=bootstrap-quick cargo_profile=quick ;;
    speed) bin_flags+=(-C opt-level=3) profile=() ;;
    size) profile=(--config "profile.release-ultra.package.handlers.opt-level='z'" --config "profile.release-ultra.package.events.opt-level='z'") ;;
    *)
        echo "RUCHY_LAMBDA_OPTIMIZE=$RUCHY_LAMBDA_OPTIMIZE: expected speed, size or no" >&2
        exit 1
        ;;
esac

# Folders are relative to where the user is; the build script that reads them runs elsewhere.
functions=
IFS=: read -ra folders <<< "${RUCHY_LAMBDA_FUNCTIONS:-}"
for folder in "${folders[@]}"; do
    functions+=${functions:+:}$(cd "$start" && realpath -m "$folder")
done

# Crates that few functions use are features of the crate `handlers`, so that no other file compiles or links them.
IFS=: read -ra folders <<< "${functions:-$root/handlers/functions}"
sources=()
for folder in "${folders[@]}"; do
    if [[ $# == 0 ]]; then sources+=("$folder"/*.rs "$folder"/*.ruchy); fi
    for name in "$@"; do sources+=("$folder/$name.rs" "$folder/$name.ruchy"); done
done
features=deploy
for crate in outbound aws; do
    if grep -qsE "(^|[^a-z_:])$crate::" "${sources[@]}"; then features+=,handlers/$crate; fi
done

if [[ $package == ruchy-lambda ]]; then features+=,functions; fi
bin=(--package "$package" --bin bootstrap --features "$features")
if [[ -n $std ]]; then
    cargo_profile=release-ultra
    if [[ -n $compiler ]]; then to_linker=-Wl,; else to_linker=; fi
    bin_flags+=(-C link-arg=-T -C "link-arg=$root/linker/std.ld")
    for argument in -znorelro -znoexecstack --build-id=none --no-eh-frame-hdr; do bin_flags+=(-C "link-arg=$to_linker$argument"); done
    bin=(--package ruchy-lambda --bin bootstrap-std --features "${features%,functions},functions,std")
    if [[ $std != 1 ]]; then bin=(--manifest-path "$(cd "$start" && realpath -m "$std")/Cargo.toml" --bin bootstrap-std); fi
fi

target=$root/target/bootstrap/$link${std:+-std}
export CARGO_BUILD_BUILD_DIR=$target
# The bin crate's flags name the linker. This overrides the one of a configuration file, for a change of which cargo would build everything again.
triple_variable=${triple^^}
export "CARGO_TARGET_${triple_variable//-/_}_LINKER=cc"
# Files that build scripts write are named from their folder.
flags+=("--remap-path-prefix=$target/$triple/$cargo_profile/build/=")
# Functions that the build rewrites are named as their sources. A folder for each profile, since cargo keeps their builds apart.
laid_out=$target/laid-out/$cargo_profile
flags+=("--remap-path-prefix=$laid_out/plain/=" "--remap-path-prefix=$laid_out/inlined/=")
encoded=$(printf '\x1f%s' "${flags[@]}")

mkdir -p "$target"
exec {lock}> "$target/link.lock"
if command -v flock > /dev/null; then flock "$lock"; fi # until this script ends: another link would replace the file before it is copied
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
message_format= # or json
link() {
    RUCHY_LAMBDA_HANDLERS="$*" RUCHY_LAMBDA_FUNCTIONS=$functions RUCHY_LAMBDA_LAID_OUT=$laid_out CARGO_ENCODED_RUSTFLAGS=${encoded:1} \
        cargo rustc --quiet --color never --locked "${bin[@]}" \
        --profile $cargo_profile "${profile[@]}" --target "$triple" --target-dir "$target" ${message_format:+--message-format "$message_format"} \
        -- "${bin_flags[@]}" 2> "$errors"
}
# When rustc refuses a function that the build has rewritten, it is built as written: the messages are then about the source. If rustc accepts that,
# the mistake is in one of the rewriting passes.
link_as_written() {
    find "$laid_out/inlined" -type f -printf '%P:\n' 2> /dev/null | grep -aqFf - "$errors" || return 1
    RUCHY_LAMBDA_INLINE=0 RUCHY_LAMBDA_LOWER=0 link "$@" || return 1
    local refused="rustc refuses what the build made of a function, a fault of handlers/build: linked with"
    if RUCHY_LAMBDA_LOWER=0 link "$@"; then
        echo "$refused RUCHY_LAMBDA_LOWER=0." >&2
    elif RUCHY_LAMBDA_INLINE=0 link "$@"; then
        echo "$refused RUCHY_LAMBDA_INLINE=0." >&2
    else
        RUCHY_LAMBDA_INLINE=0 RUCHY_LAMBDA_LOWER=0 link "$@"
        echo "$refused RUCHY_LAMBDA_INLINE=0 and RUCHY_LAMBDA_LOWER=0." >&2
    fi
}
# Where a crate of the functions needs std, rustc finds two panic handlers (E0152), and names the one of the runtime.
name_crates_with_std() {
    local dependencies libraries
    grep -q '^error\[E0152\]' "$errors" || return 1
    dependencies=$(cargo tree --quiet --color never --locked --package handlers --depth 1 --edges normal --prefix none --target "$triple" \
        --format '{lib}|{p}|{f}' | sed -E '1d; /^(events|ruchy_std)\|/d') # those are the project's own
    mapfile -t libraries < <(message_format=json errors=/dev/null link "$@" | grep -o "[^\"]*/$triple/$cargo_profile/[^\"]*\.rmeta")
    linker/std_users.sh "$triple" "${libraries[@]}" <<< "$dependencies" >&2
}
if ! link "$@" && ! link_as_written "$@"; then
    if name_crates_with_std "$@"; then exit 1; fi
    # If the build script of the functions failed, its message is shown alone: cargo prints it twice, among messages of its own. Paths are shown
    # relative to the user's folder, as rustc shows them.
    message=$(sed -n 's/^error: handlers@[^:]*: //p' "$errors")
    if [[ -n $message ]]; then
        echo "${message//"$start/"/}" >&2
        exit 1
    fi
    # Otherwise rustc's messages are shown, without the lines that sum them up. A message about the place where a handler is registered has the
    # source's place in a comment, some lines on.
    ends='^(Some errors have detailed explanations|For more information about (this|an) error)|^error: could not compile .* due to [0-9]+ previous error'
    sed -E -e '/--> .*\/out\/functions\.rs:/{' -e ':next' -e '$b' -e N -e '/\n$/b' -e '/ \/\/ [^\n]*$/!b next' \
        -e 's|--> [^\n]*(\n.* // ([^\n]*))$|--> \2\1|' -e '}' "$errors" | grep -avE "$ends" >&2
    exit 1
fi
cat "$errors" >&2
# The compiler's warnings about the functions, which cargo would only show without --quiet.
warnings=$(cat "$laid_out/warnings.txt" 2> /dev/null || true) # a package of functions has none
if [[ -n $warnings ]]; then echo "${warnings//"$start/"/}" >&2; fi

linked=$target/$triple/$cargo_profile/bootstrap${std:+-std}
if [[ -z ${RUCHY_LAMBDA_SYMBOLS:-} ]]; then
    strip=$target/strip
    if [[ ! $strip -nt linker/strip.rs ]]; then "$rustc" --edition 2024 -o "$strip" linker/strip.rs; fi
    "$strip" "$linked" "$linked.stripped"
    linked+=.stripped
fi
mkdir -p "$(dirname "$out")"
install -m 755 "$linked" "$out"
if [[ -n ${RUCHY_LAMBDA_LOCAL:-} && $architecture == arm64 ]]; then linker/emulated.sh "$out"; fi
