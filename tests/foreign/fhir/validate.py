"""Validates an export in FHIR NDJSON with fhir.resources. Usage: python validate.py FILE"""

import json
import sys

from fhir.resources.R4B.auditevent import AuditEvent
from pydantic import ValidationError

with open(sys.argv[1], encoding="utf-8") as file:
    lines = file.read().splitlines()
for line in lines:
    event = AuditEvent.model_validate_json(line)
    # Nothing was passed over.
    assert json.loads(event.model_dump_json(exclude_none=True)) == json.loads(line), line

good = json.loads(lines[0])
for what, broken in {
    "a missing member": {name: value for name, value in good.items() if name != "source"},
    "a member that FHIR does not have": good | {"colour": "green"},
    "a text where there is a list": good | {"agent": "somebody"},
}.items():
    try:
        AuditEvent.model_validate(broken)
    except ValidationError:
        continue
    sys.exit(f"fhir.resources: NOT FOUND as it should be: {what}")
print(f"fhir.resources (PyPI): {len(lines)} resources")
