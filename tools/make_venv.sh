#!/bin/sh
# Make the virtual environment $1 with the first Python >= 3.11 found; on failure say what to install.
set -eu
for python in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11 python; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        if "$python" -m venv "$1" && "$1/bin/python" -m pip --version >/dev/null 2>&1; then
            exit 0
        fi
        rm -rf "$1"
        echo "$python cannot make virtual environments: its ensurepip is missing." >&2
        echo "On Debian and Ubuntu: apt-get install python3-venv. Then run make again." >&2
        exit 1
    fi
done
echo "Kartoteka needs Python 3.11 or later. Install one, or name it: make PYTHON=/path/to/python3" >&2
exit 1
