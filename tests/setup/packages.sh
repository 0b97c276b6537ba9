#!/usr/bin/env bash
# Installs the Python packages of the files LIST in .venv/VENV, if a list has changed:
# tests/setup/packages.sh VENV LIST...
set -euo pipefail
venv=.venv/$1
shift
if cat "$@" | cmp --silent - "$venv/installed"; then exit; fi
if ! python3 -c 'import venv, ensurepip' > /dev/null 2>&1; then
    echo "python3 with venv is missing: $* name Python packages. Install it with: apt-get install python3-venv" >&2
    exit 1
fi
echo "$venv: installing what $* name" >&2
python3 -m venv --clear "$venv"
for list; do "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$list"; done
cat "$@" > "$venv/installed"
