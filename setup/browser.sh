#!/bin/sh
# The browser and the terminal that the tests drive.
set -eu
here=$(dirname "$0")
[ -x /usr/bin/chromium ] || sh "$here/debian.sh" chromium
command -v tmux >/dev/null 2>&1 || sh "$here/debian.sh" tmux
