#!/bin/sh
# Checks the locked dependencies for known vulnerabilities: audit.sh PYTHON FOLDER
# Fails closed: where the database of vulnerabilities can't be asked, nothing counts as checked.
# What is asked, and the answers, make an SBOM (CycloneDX) in FOLDER/sbom.json.
set -eu
python=$1
folder=$2
here=$(dirname "$0")

[ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$here/audit.lock"
if "$folder/bin/pip-audit" --strict --require-hashes --disable-pip --progress-spinner off \
    --requirement "$here/../requirements.lock" --format cyclonedx-json --output "$folder/sbom.json"
then
    echo "No known vulnerability in requirements.lock; its SBOM is $folder/sbom.json."
else
    echo "Not checked, or not clean: see above. Without an answer nothing counts as safe." >&2
    exit 1
fi
