#!/usr/bin/env bash
# Checks the workflows of GitHub Actions by actionlint. A machine that cannot get it reports that.
set -euo pipefail
actionlint=.venv/actionlint/actionlint
if [[ ! -x $actionlint ]]; then
    if ! command -v go > /dev/null || ! GOBIN=$PWD/.venv/actionlint GOFLAGS= go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12; then
        echo "NOT CHECKED: .github/workflows, because actionlint needs go and its module proxy" >&2
        exit
    fi
fi
"$actionlint" .github/workflows/*.yml
