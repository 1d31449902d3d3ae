#!/bin/sh
# Lets clients that nobody here wrote sign in and collect a message: oauth4webapi (npm) and joserfc (PyPI).
# Needs Node 20, npm, Python 3 with venv, and a package registry of each; takes a minute. Usage: tests/foreign/run.sh [PROGRAM]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$here/common.sh"

npm_program oauth4webapi
cp -r "$here/joserfc" "$work/"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$work/joserfc/requirements.txt"

"$program" form add 2026-1 --language de >/dev/null 2>&1
add centre beratung
add office bpoli-kb-hamburg --office bpoli-kb-hamburg
serve
consent
for client in oauth4webapi joserfc; do
    release
    case $client in
        oauth4webapi) node oauth4webapi/collect.mjs "$freigabe" bpoli-kb-hamburg bpoli-kb-hamburg.jwk ;;
        joserfc) venv/bin/python joserfc/collect.py "$freigabe" bpoli-kb-hamburg bpoli-kb-hamburg.jwk ;;
    esac
done
