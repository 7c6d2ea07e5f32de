#!/bin/sh
# scripts/ensure.sh COMMAND PACKAGE: the command exists, or its Debian package gets installed, or a sentence says how.
set -eu
cd "$(dirname "$0")/.."
if command -v "$1" >/dev/null; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    scripts/apt.sh "$2"
fi
if ! command -v "$1" >/dev/null; then
    echo "This needs the program $1: install it first (on Debian: sudo apt-get install $2)." >&2
    exit 1
fi
