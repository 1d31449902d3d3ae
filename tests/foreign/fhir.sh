#!/bin/sh
# Lets two libraries that nobody here wrote validate the log's export as FHIR AuditEvent resources: fhir (npm) against FHIR R4,
# fhir.resources (PyPI) against R4B, whose AuditEvent is that of R4. One event of each shape is among what is exported. The
# profiles of IHE BALP are in no package registry; what they ask for beyond FHIR is tested in crates/http/src/audit/fhir.
# Needs Node 20, npm, Python 3 with venv, and a package registry of each; takes a minute. Usage: tests/foreign/fhir.sh [PROGRAM]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$here/common.sh"

npm_program fhir
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$work/fhir/requirements.txt"

"$program" form add 2026-1 --language de >/dev/null 2>&1
add centre beratung
add office hamburg --office bpoli-kb-hamburg
add auditor pruefung
serve
by() {
    client=$1
    shift
    "$program" request --client "$client" --key "$client.jwk" --server "$freigabe" "$@" 2>/dev/null
}
last() { python3 -c 'import json,sys; print(json.load(sys.stdin)["items"][-1]["id"])'; }

# A message is checked, released, collected and acknowledged; another consent is withdrawn; something is not there.
consent
ask /v1/disclosure-checks --data draft.json >/dev/null
release
message=$(by hamburg --user P-4711 /v1/inbox | last)
by hamburg --user P-4711 --method POST "/v1/disclosures/$message/collection" >/dev/null
by hamburg --user P-4711 --method POST "/v1/disclosures/$message/acknowledgement" >/dev/null
consent
release
record=$(field consent_id <draft.json)
ask --method POST "/v1/consents/$record/withdrawal" >/dev/null
# Refused: its consent is withdrawn.
if ask /v1/disclosures --data draft.json >/dev/null; then exit 1; fi
if ask "/v1/consents/$message" >/dev/null; then exit 1; fi
"$program" client suspend hamburg >/dev/null 2>&1
by pruefung "/v1/audit/events?limit=1" >/dev/null
by pruefung "/v1/audit/events?pseudonym=p-$(printf '%032d' 7)" >/dev/null
by pruefung /v1/audit/counts >/dev/null

# Everything is published within seconds.
exported() {
    rm -f log.fhir.ndjson
    "$program" export --client pruefung --key pruefung.jwk --server "$freigabe" --format fhir --output log.fhir.ndjson 2>export.log &&
        grep -q audit_counted log.fhir.ndjson
}
until_true exported || { cat export.log; exit 1; }
node fhir/validate.mjs log.fhir.ndjson
venv/bin/python fhir/validate.py log.fhir.ndjson
echo "foreign FHIR: all as it should be"
