#!/bin/sh
# Lets clients that nobody here wrote sign in and collect a message: oauth4webapi (npm) and joserfc (PyPI).
# Needs Node 20, npm, Python 3 with venv, and a package registry of each; takes a minute. Usage: tests/foreign/run.sh [PROGRAM]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
if [ $# -gt 0 ]; then
    program=$(realpath "$1")
else
    (cd "$root" && cargo build --quiet)
    program=${CARGO_TARGET_DIR:-$root/target}/debug/freigabe
fi
work=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT INT TERM

cp -r "$here/oauth4webapi" "$here/joserfc" "$work/"
(cd "$work/oauth4webapi" && npm ci --silent --no-audit --no-fund)
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$work/joserfc/requirements.txt"

cd "$work"
"$program" form add 2026-1 --language de >/dev/null 2>&1
add() {
    organisation=$("$program" organisation add --role "$1" --name "Beispiel $2" $3)
    "$program" client add --id "$2" --organisation "$organisation" --generate-key "$2.jwk" >/dev/null
}
add centre beratung ""
add office bpoli-kb-hamburg "--office bpoli-kb-hamburg"
"$program" serve --listen 127.0.0.1:0 2>serve.log &
server=$!
issuer=
for _ in $(seq 1 100); do
    issuer=$(sed -n 's/.*public_url=\([^ ]*\).*/\1/p' serve.log)
    [ -z "$issuer" ] || break
    sleep 0.1
done
[ -n "$issuer" ] || { cat serve.log; exit 1; }

ask() { "$program" request --client beratung --key beratung.jwk --server "$issuer" "$@" 2>/dev/null; }
field() { python3 -c 'import json,sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
python3 "$here/consent.py" >consent.json
consent=$(ask /v1/consents --data consent.json | field record_id)
python3 "$here/draft.py" "$consent" >draft.json
for client in oauth4webapi joserfc; do
    ask /v1/disclosures --data draft.json | field id >/dev/null
    case $client in
        oauth4webapi) node oauth4webapi/collect.mjs "$issuer" bpoli-kb-hamburg bpoli-kb-hamburg.jwk ;;
        joserfc) venv/bin/python joserfc/collect.py "$issuer" bpoli-kb-hamburg bpoli-kb-hamburg.jwk ;;
    esac
done
