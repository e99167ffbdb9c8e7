#!/bin/sh
# Fetches axe-core, the accessibility checker that the browser tests inject: axe.sh FOLDER.
# Its archive is checked against the hash below; a new version is a new pair of both.
set -eu
version=4.14.1
folder=$1
[ -f "$folder/axe-$version.min.js" ] && exit 0
command -v npm >/dev/null 2>&1 || sh "$(dirname "$0")/debian.sh" npm
mkdir -p "$folder"
archive=$(cd "$folder" && npm pack --silent "axe-core@$version" 2>/dev/null)
printf '%s  %s\n' "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745" "$folder/$archive" | sha256sum --check --quiet
tar -xzf "$folder/$archive" -C "$folder" package/axe.min.js
mv "$folder/package/axe.min.js" "$folder/axe-$version.min.js"
rm -r "$folder/package" "$folder/$archive"
