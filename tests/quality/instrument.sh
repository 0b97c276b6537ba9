#!/bin/sh
# The compiler of this workspace's crates while `just quality coverage` runs: rustc with counters of coverage. Build scripts have none.
case " $* " in
    *" --crate-name build_script_"*) exec "$@" ;;
    *) exec "$@" -Cinstrument-coverage ;;
esac
