#!/usr/bin/env bash
# Installs dynalite, an implementation of DynamoDB for Node.js, in .venv/dynalite, with the versions
# and checksums of dynalite/package-lock.json. If it cannot be installed, this is reported, and the
# tests of DynamoDB run with moto alone.
set -euo pipefail
lists=$PWD/tests/setup/dynalite folder=.venv/dynalite
if cmp --silent "$lists/package-lock.json" "$folder/installed"; then exit; fi
if ! command -v npm > /dev/null; then
    echo "NOT INSTALLED: dynalite, because npm is missing; DynamoDB is tested with moto alone. Install npm with: apt-get install npm" >&2
    exit
fi
echo "$folder: installing what $lists/package-lock.json names" >&2
mkdir -p "$folder"
cp "$lists"/package{,-lock}.json "$folder"
if (cd "$folder" && npm ci --ignore-scripts --omit=optional --no-audit --no-fund --silent); then
    cp "$lists/package-lock.json" "$folder/installed"
else
    rm -rf "$folder"
    echo "NOT INSTALLED: dynalite, because npm failed; DynamoDB is tested with moto alone" >&2
fi
