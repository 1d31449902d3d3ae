#!/bin/sh
# Lets clients that nobody here wrote sign in and collect a message: oauth4webapi (npm) and joserfc (PyPI).
# Needs Node 20, npm, Python 3 with venv, and a package registry of each; takes a minute. Usage: tests/foreign/run.sh [PROGRAM]
set -eu
. "$(dirname "$0")/server.sh"

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
serve

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
