#!/usr/bin/env bash
# Installs AWS's Runtime Interface Emulator as .venv/rie/aws-lambda-rie, from the Python wheel that
# contains it.
set -euo pipefail
wheel=aws-sam-cli==1.170.0
rie=.venv/rie/aws-lambda-rie
if [[ -x $rie && $(cat .venv/rie/wheel 2> /dev/null) == "$wheel" ]]; then exit; fi
if ! python3 -c 'import venv, ensurepip' > /dev/null 2>&1; then
    {
        echo "python3 with venv is missing: AWS's Runtime Interface Emulator, under which the tests run the bootstrap, comes in a Python wheel."
        echo "Install it with: apt-get install python3-venv"
    } >&2
    exit 1
fi
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check --no-deps "$wheel"
mkdir -p .venv/rie
ln -sf "$(.venv/bin/python -c 'import samcli, os; print(os.path.dirname(samcli.__file__))')/local/rapid/aws-lambda-rie-x86_64" "$rie"
echo "$wheel" > .venv/rie/wheel
