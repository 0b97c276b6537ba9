#!/usr/bin/env bash
# Links one bootstrap: the recipe behind `just build`, `just invoke` and the tests.
#
#   linker/build.sh OUT [NAME...]       the functions named, or all
#   linker/build.sh --link              only say how it would be linked
#
# RUCHY_LAMBDA_ARCH   x86_64 or arm64, as Lambda calls them: the processor that it is for; unset: x86_64
# RUCHY_LAMBDA_LINK   musl-target   the rustup target x86_64-unknown-linux-musl
#                     musl-gcc      the host's own target, linked against the musl of musl-tools
#                     (unset)       the first of the two that is there; for arm64 there is one way, the target aarch64-unknown-linux-musl
# RUCHY_LAMBDA_LD     bfd or lld    the linker; unset: the C compiler's own, GNU ld; for arm64 it is lld
# RUCHY_LAMBDA_OPTIMIZE speed or size: what the functions are compiled for; unset: speed. The runtime is always compiled for size
# RUCHY_LAMBDA_SYMBOLS  1       keep the symbols' names, and which line each instruction is of
# RUCHY_LAMBDA_SECTIONS 1       keep the table of sections, for tools that ask what is where
# RUCHY_LAMBDA_INLINE   0 to 3      how many levels of pure functions' recursion are inlined; unset: 2
# RUCHY_LAMBDA_LOWER    0 or 1      whether format! and its like, where all holes are plain, do without core::fmt; unset: 1
# RUCHY_LAMBDA_LOCAL    1       what is linked is to be started on this machine: where that needs an emulator, OUT is what `linker/emulated.sh` makes of it
# RUCHY_LAMBDA_FUNCTIONS            folders to look for functions in, separated by colons
set -euo pipefail

out=$1
shift
start=$PWD
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [[ $out != --link ]]; then out=$(realpath -m "$out"); fi
cd "$root"

# What a user or an outer cargo has set would change the file silently: without the flags below it links, and dies at its first instruction.
for variable in $(compgen -e); do
    case $variable in
        CARGO_BUILD_* | CARGO_PROFILE_* | CARGO_TARGET_* | CARGO_ENCODED_RUSTFLAGS | RUSTFLAGS | RUSTC_WRAPPER) unset "$variable" ;;
    esac
done

rustc=${RUSTC:-rustc}
host=$("$rustc" -vV | sed -n 's/^host: //p')

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
                echo "musl is missing: the bootstrap is linked against it. Run \`just setup\`." >&2
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
if [[ $out == --link ]]; then
    echo "$link"
    exit
fi

# Flags are kept apart by a byte that no path has.
flags=(-C relocation-model=static -C target-feature=+crt-static)
flags+=("--remap-path-prefix=$root/=" "--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src/=")
case $link in
    musl-target) triple=x86_64-unknown-linux-musl compiler=cc flags+=(-C target-cpu=x86-64) ;;
    musl-gcc) triple=x86_64-unknown-linux-gnu compiler=musl-gcc flags+=(-C target-cpu=x86-64 -C linker=musl-gcc) ;;
    # Every processor of Lambda's, Graviton2 and later, has these instructions for atomics. Else they are calls that choose at run time, by what musl's start finds.
    # And no pieces that functions have in common are made functions, as C compilers have it with -mno-outline: the start would be all over the file.
    musl-target-arm64)
        triple=aarch64-unknown-linux-musl compiler=
        flags+=(-C target-cpu=generic -C target-feature=+lse -C llvm-args=-enable-machine-outliner=never)
        ;;
    *)
        echo "RUCHY_LAMBDA_LINK=$link: it is musl-target or musl-gcc." >&2
        exit 1
        ;;
esac
# The lld that came with rustc, by the name that C compilers look for.
lld=$("$rustc" --print sysroot)/lib/rustlib/$host/bin/gcc-ld
if [[ -z $compiler ]]; then
    # The host's C compiler knows its own processor alone: lld is called by its own name, and knows them all.
    if [[ ${RUCHY_LAMBDA_LD:-lld} != lld ]]; then
        echo "RUCHY_LAMBDA_LD=$RUCHY_LAMBDA_LD: for arm64 it is lld." >&2
        exit 1
    fi
    linker=lld
    lld=$(PATH=$lld:$PATH command -v ld.lld) || {
        echo "lld is missing, which links for arm64. It comes with rustup's Rust; or install it with: apt-get install lld" >&2
        exit 1
    }
    flags+=(-C linker-flavor=ld -C "linker=$lld")
else
    linker=${RUCHY_LAMBDA_LD:-bfd}
    case $linker in
        bfd) ;;
        lld) flags+=(-C "link-arg=-B$lld") ;; # or else the system's
        *)
            echo "RUCHY_LAMBDA_LD=$linker: it is bfd or lld." >&2
            exit 1
            ;;
    esac
    flags+=(-C "link-arg=-fuse-ld=$linker")
    if ! command -v "$compiler" > /dev/null; then
        echo "$compiler is missing: the C compiler calls the linker. Install it with: apt-get install gcc musl-tools" >&2
        exit 1
    fi
fi

# `just size` wants the symbols' names; nothing else about the file changes.
strip=true debug=none
if [[ -n ${RUCHY_LAMBDA_SYMBOLS:-} ]]; then strip=false debug=line-tables-only; fi

# Link-time optimisation of the whole file uses the bin crate's level, and size levels turn off the vectorisers. So the bin crate alone gets level 3;
# the functions of crates that are compiled for size keep that as an attribute of their own.
case ${RUCHY_LAMBDA_OPTIMIZE:-speed} in
    speed) bin_flags=(-C opt-level=3) profile=() ;;
    size) bin_flags=() profile=(--config "profile.release-ultra.package.handlers.opt-level='z'" --config "profile.release-ultra.package.events.opt-level='z'") ;;
    *)
        echo "RUCHY_LAMBDA_OPTIMIZE=$RUCHY_LAMBDA_OPTIMIZE: expected speed or size" >&2
        exit 1
        ;;
esac

# Folders are named from here; the build script that reads them runs elsewhere.
functions=
IFS=: read -ra folders <<< "${RUCHY_LAMBDA_FUNCTIONS:-}"
for folder in "${folders[@]}"; do
    functions+=${functions:+:}$(cd "$start" && realpath -m "$folder")
done

target=$root/target/bootstrap/$link
# Two that link at once share the folder: without a lock, one could take the file that the other has linked.
mkdir -p "$target"
exec {lock}> "$target/link.lock"
flock "$lock"
# What a build script wrote is named from there.
flags+=("--remap-path-prefix=$target/$triple/release-ultra/build/=")
# And what it wrote of functions, on the lines of their sources, is named as these. A folder for each way to build, since cargo keeps each up to date by itself.
laid_out=$target/laid-out/$linker-$strip-$debug
flags+=("--remap-path-prefix=$laid_out/plain/=" "--remap-path-prefix=$laid_out/inlined/=")
encoded=$(printf '\x1f%s' "${flags[@]}")
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
link() {
    RUCHY_LAMBDA_HANDLERS="$*" RUCHY_LAMBDA_FUNCTIONS=$functions RUCHY_LAMBDA_LAID_OUT=$laid_out CARGO_ENCODED_RUSTFLAGS=${encoded:1} \
        cargo rustc --quiet --locked --package ruchy-lambda --bin bootstrap --features deploy \
        --profile release-ultra --config "profile.release-ultra.strip=$strip" --config "profile.release-ultra.debug='$debug'" \
        "${profile[@]}" --target "$triple" --target-dir "$target" -- "${bin_flags[@]}" 2> "$errors"
}
# What rustc refuses it is shown as somebody wrote it, neither lowered nor inlined. If it takes that, the mistake is one of those passes'.
again() {
    find "$laid_out/inlined" -type f -printf '%P:\n' 2> /dev/null | grep -qFf - "$errors" || return 1
    RUCHY_LAMBDA_INLINE=0 RUCHY_LAMBDA_LOWER=0 link "$@" || return 1
    local refused="rustc refuses what the build made of a function, a mistake of handlers/transpile: linked with"
    if RUCHY_LAMBDA_LOWER=0 link "$@"; then
        echo "$refused RUCHY_LAMBDA_LOWER=0." >&2
    elif RUCHY_LAMBDA_INLINE=0 link "$@"; then
        echo "$refused RUCHY_LAMBDA_INLINE=0." >&2
    else
        RUCHY_LAMBDA_INLINE=0 RUCHY_LAMBDA_LOWER=0 link "$@"
        echo "$refused RUCHY_LAMBDA_INLINE=0 and RUCHY_LAMBDA_LOWER=0." >&2
    fi
}
if ! link "$@" && ! again "$@"; then
    # Where the build script of the functions refused, what it says is all there is to say; cargo says it twice, among its own words. Paths are named
    # from where the user is, as rustc names them.
    said=$(sed -n 's/^error: handlers@[^:]*: //p' "$errors")
    if [[ -n $said ]]; then
        echo "${said//"$start/"/}" >&2
        exit 1
    fi
    # Else rustc's messages are, without the lines that end them. One about the place where a handler is registered shows, two lines on, where this is.
    ends='^(Some errors have detailed explanations|For more information about (this|an) error)|^error: could not compile .* due to [0-9]+ previous error'
    sed -E '/--> .*\/out\/functions\.rs:/{N;N;s|--> [^\n]*(\n.*// (.*))$|--> \2\1|}' "$errors" | grep -vE "$ends" >&2
    exit 1
fi
cat "$errors" >&2
mkdir -p "$(dirname "$out")"
install -m 755 "$target/$triple/release-ultra/bootstrap" "$out"

# The table of sections, which only tools read, stands behind all that is loaded. A recent linker or strip could leave it out; any can be made to
# by these three: the file ends where its last segment that has bytes does, and its header says that there is no table.
without_sections() {
    number() { od -An -t u8 -j "$1" -N 8 "$out"; }
    segment_header_bytes=56
    segment_headers=64
    for header in $segment_headers $((segment_headers + segment_header_bytes)); do
        segment_bytes=$(number $((header + 32))) # p_filesz
        if ((segment_bytes > 0)); then end=$(($(number $((header + 8))) + segment_bytes)); fi # p_offset
    done
    truncate -s "$end" "$out"
    zeros() { head -c "$2" /dev/zero | dd of="$out" bs=1 seek="$1" conv=notrunc status=none; }
    zeros 40 8 # e_shoff
    zeros 60 4 # e_shnum, e_shstrndx
}
if [[ -z ${RUCHY_LAMBDA_SYMBOLS:-}${RUCHY_LAMBDA_SECTIONS:-} ]]; then without_sections; fi
if [[ -n ${RUCHY_LAMBDA_LOCAL:-} && $architecture == arm64 ]]; then linker/emulated.sh "$out"; fi
