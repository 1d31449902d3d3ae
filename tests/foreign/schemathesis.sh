#!/bin/sh
# Lets a fuzzer that nobody here wrote, schemathesis (PyPI), read the published description of the API and send whatever it
# says and does not say, as a client of each role, with all its checks: no server error, and no answer that is not described.
# FUZZ_EXAMPLES is how many requests it makes up for each operation (5) besides those that the description itself asks for,
# FUZZ_ROLES as whom (all, side by side), FUZZ_SEED where chance begins (1). With FUZZ_WHOLE=1 each role sends everything, also
# what it may never do. FUZZ_REPORTS names a folder for a report of each role, and the server's own.
# Needs Python 3 with venv and PyPI; takes a minute and a half. Usage: tests/foreign/schemathesis.sh [PROGRAM]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$here/common.sh"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --requirement "$here/schemathesis/requirements.txt"
cp "$here/schemathesis/hooks.py" .

"$program" form add 2026-1 --language de >/dev/null 2>&1
# Each client has the name of its role; `ask` asks as `beratung`.
add centre beratung
ln beratung.jwk centre.jwk
for role in auditor coordination operator; do add $role $role; done
add office office --office bpoli-kb-hamburg
add centre ersatz
cat >freigabe.toml <<SETTINGS
rate_limit_per_client = 1000000
rate_limit_per_address = 1000000
rate_limit_sign_ins = 1000000
SETTINGS
serve

by() {
    client=$1
    shift
    "$program" request --client "$client" --key "$client.jwk" --server "$freigabe" "$@" 2>/dev/null
}
# The values of a field on the first page of a listing, as they stand in a list of TOML.
values() { python3 -c 'import json,sys; print(", ".join(json.dumps(one[sys.argv[1]]) for one in json.load(sys.stdin)["items"]))' "$1"; }

# Consents and messages in every state: held, collected, acknowledged, withdrawn after collection.
for step in held collected acknowledged withdrawn; do
    consent
    release
    release
    message=$(by office --user P-4711 /v1/inbox | python3 -c 'import json,sys; print(json.load(sys.stdin)["items"][-1]["id"])')
    [ $step = held ] || by office --user P-4711 --method POST "/v1/disclosures/$message/collection" >/dev/null
    [ $step != acknowledged ] || by office --user P-4711 --method POST "/v1/disclosures/$message/acknowledgement" >/dev/null
    [ $step != withdrawn ] || ask --method POST "/v1/consents/$(field consent_id <draft.json)/withdrawal" >/dev/null
done

# An entry of the directory, which the centre keeps.
cat >entry.json <<ENTRY
{"entry": {"name": "Hafenlicht", "data_protection_regime": "gdpr", "services": [
    {"name": "Beratung", "status": "active", "place": {"type": "location", "location": {"city": "Rostock", "postcode": "18055"}}}]}}
ENTRY
entry=$(ask /v1/counselling-centres --data entry.json | field id)

# An involvement in which the centre is asked, a security notice about the person of a message, a pair of the office and the centre, an
# agreement that the office proposed, and a case that it gave away.
as_office() { by office --user P-4711 --data "$2" "$1" | field "$3"; }
cat >involvement.json <<INVOLVEMENT
{"case_reference": "VG/1", "person_reference": "P-1", "suspicion_noted_at": "2026-01-01T06:30:00Z",
 "needed": {"postcode": "20095"}, "offer_to": ["$entry"]}
INVOLVEMENT
as_office /v1/involvements involvement.json id >/dev/null
fetched=$(by office --user P-4711 "/v1/inbox?limit=1" | python3 -c 'import json,sys; print(json.load(sys.stdin)["items"][0]["id"])')
by office --user P-4711 --method POST "/v1/disclosures/$fetched/collection" >/dev/null
cat >warning.json <<WARNING
{"kind": "threat_person", "urgency": "urgent", "valid_from": "2026-01-01T00:00:00Z", "valid_until": "2099-01-01T00:00:00Z",
 "audience": {"type": "centre", "subject": {"type": "person", "known_from": {"type": "disclosure", "disclosure_id": "$fetched"}}},
 "assessment": {"level": "high", "source": "B", "information": "2", "measures": ["relocation"], "statements": [
    {"statement": "fact", "observed_at": "2026-01-01T00:00:00Z", "text": "Released from custody."}]}}
WARNING
as_office /v1/security-notices warning.json id >/dev/null
cat >pair.json <<PAIR
{"with": {"type": "centre", "centre_id": "$entry"}, "contacts": [{"role": "management", "channel": "phone", "value": "+49 40 555 0100"}]}
PAIR
as_office /v1/contact-pairs pair.json id >/dev/null
cat >agreement.json <<AGREEMENT
{"title": "Hamburg", "offices": ["bpoli-kb-hamburg"], "centres": ["$entry"], "area": {"laender": ["DE-HH"]},
 "valid_from": "2026-01-01T00:00:00Z", "precedence": "replaces_federal_default"}
AGREEMENT
as_office /v1/regional-agreements agreement.json id >/dev/null
python3 "$here/consent.py" 2026/FREMD-2 >consent.json
python3 "$here/draft.py" "$(ask /v1/consents --data consent.json | field record_id)" >draft.json
cat >handover.json <<HANDOVER
{"known_from": {"type": "disclosure", "disclosure_id": "$(ask /v1/disclosures --data draft.json | field id)"},
 "to": {"type": "prosecution", "land": "DE-HH"}}
HANDOVER
by office --user P-4711 --data handover.json /v1/handovers >/dev/null

cat >schemathesis.toml <<SETTINGS
[dictionaries.involvements]
values = [$(by office /v1/involvements | values id)]
[dictionaries.offers]
values = [$(ask /v1/involvement-offers | values id)]
[dictionaries.warnings]
values = [$(ask /v1/security-inbox | values id)]
[dictionaries.pairs]
values = [$(ask /v1/contact-pairs | values id)]
[dictionaries.agreements]
values = [$(ask /v1/regional-agreements | values id)]
[dictionaries.handovers]
values = [$(ask /v1/handovers | values id)]
[dictionaries.consents]
values = [$(ask /v1/consents | values record_id)]
[dictionaries.disclosures]
values = [$(ask /v1/disclosures | values id)]
[dictionaries.notices]
values = [$(by office /v1/withdrawal-notices | values id)]
[dictionaries.events]
values = [$(by auditor "/v1/audit/events?limit=20" | values id)]
[dictionaries.centres]
values = ["$entry"]
[dictionaries.organisations]
values = [$(by operator /v1/organisations | values id)]
[dictionaries.clients]
values = ["ersatz", "nobody-yet"]
[dictionaries.offices]
values = ["bpoli-kb-hamburg", "bpoli-kb-rostock"]
[dictionaries.leaves]
values = [0, 1, 5]
[dictionaries.bundles]
values = ["000", "000.p/1"]
[dictionaries.levels]
values = ["0"]
[dictionaries.versions]
values = ['"1-given"', '"2-given"', '"1"', '"2"']
[dictionaries.problems]
values = ["not-found", "conflict"]
SETTINGS
cat "$here/schemathesis/settings.toml" >>schemathesis.toml

# Sends requests as the client of a role.
fuzz() {
    FUZZ_SERVER=$freigabe FUZZ_ROLE=$1 FUZZ_KEY_FILE=$work/$1.jwk \
        FUZZ_WHOLE=${FUZZ_WHOLE:-0} PYTHONPATH=$work SCHEMATHESIS_HOOKS=hooks \
        venv/bin/schemathesis --config-file schemathesis.toml run "$root/openapi/freigabe.json" --url "$freigabe" --checks all \
        --max-examples "${FUZZ_EXAMPLES:-5}" --seed "${FUZZ_SEED:-1}" --continue-on-failure --no-color \
        --generation-database none >"$1.fuzz.log" 2>&1 || touch "$1.failed"
}
fuzzing=
for role in ${FUZZ_ROLES:-centre office auditor coordination operator}; do
    fuzz "$role" &
    fuzzing="$fuzzing $!"
done
# shellcheck disable=SC2086
wait $fuzzing

failed=0
for log in *.fuzz.log; do
    role=${log%.fuzz.log}
    if [ -e "$role.failed" ]; then
        cat "$log"
        failed=1
    else
        echo "schemathesis as $role: $(sed -n 's/^ *\([0-9]* generated\).*/\1/p' "$log")"
    fi
    [ -z "${FUZZ_REPORTS:-}" ] || cp "$log" "$FUZZ_REPORTS/"
done
[ -z "${FUZZ_REPORTS:-}" ] || cp serve.log "$FUZZ_REPORTS/"
# What the server itself calls a defect, whatever it answered.
if grep -E "panicked|ERROR.*freigabe" serve.log; then failed=1; fi
[ $failed = 1 ] || echo "foreign requests: all as it should be"
exit $failed
