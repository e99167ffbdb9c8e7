#!/bin/sh
# Autobahn's websocket test suite, which needs Python 2.7: autobahn.sh FOLDER. Nothing is installed
# outside of the folder. Prints the interpreter to run it with; says so where there is none.
set -eu
folder=$1
for python in python2.7 "$HOME"/.pyenv/versions/2.7*/bin/python /opt/python2.7/bin/python; do
    if "$python" -c 'import pip, sys; sys.exit(sys.version_info[:2] != (2, 7))' 2>/dev/null; then
        if [ ! -e "$folder/ready" ]; then
            "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
                --target "$folder" -r "$(dirname "$0")/autobahn.txt" >&2
            touch "$folder/ready"
        fi
        echo "$python"
        exit 0
    fi
done
echo "Autobahn's test suite runs under Python 2.7 with pip only, and there is none here." >&2
exit 1
