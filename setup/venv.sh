#!/bin/sh
# Makes the virtual environment: venv.sh PYTHON FOLDER. On Debian the venv module is a package of
# its own; it is installed where that is allowed, else the command to do it is printed.
set -eu
python=$1
folder=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Askwell needs Python 3.11 or newer; $python is $("$python" --version 2>&1)." >&2
    echo "Set another one with: make PYTHON=python3.12 ..." >&2
    exit 1
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    sh "$(dirname "$0")/debian.sh" python3-venv
fi
[ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
