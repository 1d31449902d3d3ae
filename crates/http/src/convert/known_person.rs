//! A person whom an office and a centre both know.

use freigabe_contract::known_person as wire;
use freigabe_domain::{
    ids::{DisclosureId, InvolvementOfferId},
    known_person::{KnownFrom, KnownPerson, PersonBasis},
};

/// From what an office knows a person.
pub(super) const fn from(known: &wire::KnownFrom) -> KnownFrom {
    match known {
        wire::KnownFrom::Disclosure { disclosure_id } => {
            KnownFrom::Disclosure(DisclosureId::from_uuid(*disclosure_id))
        }
        wire::KnownFrom::Offer { offer_id } => {
            KnownFrom::Offer(InvolvementOfferId::from_uuid(*offer_id))
        }
    }
}

/// The same, to the office.
pub(super) const fn of_known_from(known: KnownFrom) -> wire::KnownFrom {
    match known {
        KnownFrom::Disclosure(id) => wire::KnownFrom::Disclosure {
            disclosure_id: id.as_uuid(),
        },
        KnownFrom::Offer(id) => wire::KnownFrom::Offer {
            offer_id: id.as_uuid(),
        },
    }
}

/// By what the centre knows a person. The case is told only where it is the centre's own.
pub(super) fn known_by(known: &KnownPerson) -> wire::KnownBy {
    match &known.basis {
        PersonBasis::Disclosure(id) => wire::KnownBy::Disclosure {
            disclosure_id: id.as_uuid(),
            case_id: known.case.as_uuid(),
        },
        PersonBasis::Offer(id, told) => wire::KnownBy::Offer {
            offer_id: id.as_uuid(),
            person: told.as_str().into(),
        },
    }
}
