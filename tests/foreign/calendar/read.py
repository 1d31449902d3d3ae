"""Reads a calendar and says what must hold of it: read.py FILE STATUS SEQUENCE TITLE."""

import datetime
import sys

from icalendar import Calendar

path, status, sequence, title = sys.argv[1:]
data = open(path, "rb").read()
assert b"\n" not in data.replace(b"\r\n", b""), "every line ends with CRLF"
assert all(len(line) <= 75 for line in data.split(b"\r\n")), "every line is folded"
calendar = Calendar.from_ical(data)
assert not calendar.errors, calendar.errors
assert str(calendar["VERSION"]) == "2.0" and calendar["PRODID"], "a version and who wrote it"
[event] = calendar.walk("VEVENT")
assert not event.errors, event.errors
assert str(event["STATUS"]) == status, event["STATUS"]
assert int(event["SEQUENCE"]) == int(sequence), event["SEQUENCE"]
assert str(event["SUMMARY"]) == title, event["SUMMARY"]
assert str(event["UID"]).startswith("training-"), event["UID"]
assert event.decoded("DTSTAMP").tzinfo is not None
begins, ends = event.decoded("DTSTART"), event.decoded("DTEND")
assert begins.utcoffset() == datetime.timedelta(0) and begins < ends
assert str(event["LOCATION"]) == "Rostock, Lehrsaal 2", event["LOCATION"]
assert "\n" in str(event["DESCRIPTION"]) and "; " in str(event["DESCRIPTION"])
print(f"{path}: {event['UID']} {status} {sequence}")
