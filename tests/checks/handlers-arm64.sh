#!/usr/bin/env bash
# Runs the fixtures of all functions on the file for arm64, for `run.sh`.
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
RUCHY_LAMBDA_ARCH=arm64 exec just test-handlers
