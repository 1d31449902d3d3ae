"""A message about a vehicle in Hamburg under the consent that is named, as JSON."""

import json
import sys
from datetime import datetime, timedelta, timezone

print(json.dumps({
    "consent_id": sys.argv[1],
    "recipient": "bpoli-kb-hamburg",
    "purpose": "criminal_investigation",
    "matter": {"postcode": "20095"},
    "items": [{
        "category": "vehicle",
        "touches": [],
        "statement": "fact",
        "grading": {"source": "B", "information": "2", "handling": "H1"},
        "observed_at": (datetime.now(timezone.utc) - timedelta(days=1)).isoformat(),
        "text": "Ein weißer Lieferwagen.",
    }],
}))
