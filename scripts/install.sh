#!/bin/sh
# Makes .venv when it is missing or broken, then installs one hashed requirements file into it.
set -eu
cd "$(dirname "$0")/.."
requirements=$1
started=$(date +%s)

find_python() {
    for name in python3.11 python3.12 python3.13 python3.14 python3; do
        if "$name" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    return 1
}

if ! .venv/bin/python -c 'import pip' >/dev/null 2>&1; then
    if ! python=$(find_python) && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        scripts/apt.sh python3-venv
    fi
    if ! python=$(find_python); then
        echo "Python 3.11 or later with venv is needed (on Debian: sudo apt-get install python3-venv)." >&2
        exit 1
    fi
    echo "Making .venv with $("$python" --version)…"
    "$python" -m venv --clear .venv
fi

pip() { .venv/bin/python -m pip --disable-pip-version-check "$@"; }
if [ ! -x .venv/bin/uv ]; then
    pip install --quiet --require-hashes --only-binary :all: -r scripts/uv.txt 2>/dev/null || true
fi
echo "Installing $requirements…"
# The machine's own certificates when it has any, so that a company's proxy is trusted as everywhere else.
[ ! -e /etc/ssl/certs/ca-certificates.crt ] || export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
with_uv() {
    [ -x .venv/bin/uv ] && .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes "$@" 2>.venv/uv.log
}
if ! with_uv -r "$requirements"; then
    echo "uv can't do it here (see .venv/uv.log); pip does the same in about a minute."
    pip install --quiet --require-hashes -r "$requirements"
fi
echo "Installed $requirements ($(($(date +%s) - started)) s)."
