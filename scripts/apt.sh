#!/bin/sh
# Installs Debian packages as root, quietly; says what it does, and shows apt's words only when it fails.
set -eu
echo "Installing the system packages: $*…"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update && apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
