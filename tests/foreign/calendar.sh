#!/bin/sh
# Lets a parser that nobody here wrote read both calendars: icalendar (PyPI). A training is asked for, agreed and called off.
# Needs Python 3 with venv, and its package registry; takes a minute. Usage: tests/foreign/calendar.sh [PROGRAM]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$here/common.sh"

cp -r "$here/calendar" "$work/"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$work/calendar/requirements.txt"

add centre beratung
add office hamburg --office bpoli-kb-hamburg
serve
office() { "$program" request --client hamburg --key hamburg.jwk --server "$freigabe" "$@" 2>/dev/null; }
title='Anzeichen erkennen: Übungen, Fälle aus Büchern; und was eine Dienstgruppe an der Grenze dafür braucht'
cat >request.json <<JSON
{"title": "$title", "description": "Ein Tag; mit Übungen.\nBitte im Januar.", "topics": ["indicators"],
 "audience": {"type": "all"}, "seats": 25, "language": "de", "costs": {"type": "own"}, "public": true}
JSON
cat >plan.json <<'JSON'
{"starts_at": "2099-01-20T08:00:00+01:00", "ends_at": "2099-01-20T15:00:00+01:00",
 "venue": {"place": "Rostock, Lehrsaal 2", "online": "https://example.org/schulung"}}
JSON
training=$(office /v1/trainings --data request.json | field id)
ask "/v1/trainings/$training/agreement" --data plan.json >/dev/null
read_all() {
    office /v1/calendar >office.ics
    ask /v1/calendar >centre.ics
    python3 -c 'import sys,urllib.request; sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1]).read())' \
        "$freigabe/v1/public-calendar" >public.ics
    for calendar in office centre public; do
        venv/bin/python calendar/read.py "$calendar.ics" "$1" "$2" "$title"
    done
}
read_all CONFIRMED 2
office --method POST "/v1/trainings/$training/cancellation" >/dev/null
read_all CANCELLED 3
echo "foreign calendar: all as it should be"
