#!/bin/sh
# Installs Debian packages: debian.sh PACKAGE... ; says what to do where it may not.
set -eu
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    echo "Debian's package is missing; please run: sudo apt-get install $*" >&2
    exit 1
fi
echo "Installing Debian's $* ..." >&2
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
