#!/bin/sh
# PostgreSQL's programs, of which the journal's tests start a private server of their own.
set -eu
for program in /usr/lib/postgresql/*/bin/initdb; do
    [ -x "$program" ] && exit 0
done
sh "$(dirname "$0")/debian.sh" postgresql
