"""A consent that is given and valid for 30 days, as JSON: of the case that is named, or of a usual one."""

import json
import sys
from datetime import datetime, timedelta, timezone

now = datetime.now(timezone.utc)


def at(**offset):
    return (now + timedelta(**offset)).isoformat()


half = {"form_version": "2026-1", "language": "de", "signed_at": at(hours=-1)}
print(json.dumps({
    "case_reference": sys.argv[1] if len(sys.argv) > 1 else "2026/FREMD-1",
    "pii_principal_id": "FREMD-1",
    "decision": "given",
    "terms": {
        "grants": [{
            "recipients": ["bpoli-kb-hamburg"],
            "purposes": ["criminal_investigation"],
            "categories": ["vehicle"],
            "express_scopes": [],
            "actions": ["collect"],
            "handling": "H0",
        }],
        "exclusions": [],
        "valid_from": at(minutes=-30),
        "valid_until": at(days=30),
        "data_protection_consent": half,
        "confidentiality_release": half,
        "notice": {"right_to_withdraw": True, "consequences": True, "police_cannot_undo": True},
        "capacity": "full",
        "grantor": {"type": "person"},
        "conversation": {"language": "de", "mediation": {"type": "direct"}},
        "evidence": {"sha256": "ab" * 32, "medium": "signed_paper", "kept_at": "Ordner 1"},
        "collected_by": "B-1",
        "retention": {"until": at(days=365), "basis": "Art. 7 Abs. 1 DSGVO"},
    },
}))
