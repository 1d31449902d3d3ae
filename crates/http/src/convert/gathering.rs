//! What police and network do together: who, where, in what words, and who pays.

use freigabe_contract::{self as contract, Timestamp, gathering as wire};
use freigabe_domain::{
    directory::WebAddress,
    gathering::{CostBearing, GeneralText, Participant, ShortGeneralText, Span, Venue},
    ids::{OrganisationId, SupplementaryAgreementId},
    office::OfficeId,
};

use super::{Faults, instant};

/// A text about nobody.
pub(super) fn general<const MAX: usize>(
    faults: &mut Faults,
    pointer: &str,
    text: impl Into<String>,
) -> Option<GeneralText<MAX>> {
    faults.keep(|| pointer.to_owned(), GeneralText::parse(text))
}

/// From when until when.
pub(super) fn span(
    faults: &mut Faults,
    within: &str,
    starts_at: Timestamp,
    ends_at: Timestamp,
) -> Option<Span> {
    let starts = faults.keep(|| format!("{within}/starts_at"), instant(starts_at));
    let ends = faults.keep(|| format!("{within}/ends_at"), instant(ends_at));
    let span = Span::new(starts?, ends?);
    faults.keep(|| format!("{within}/ends_at"), span)
}

/// Where.
pub(super) fn venue(faults: &mut Faults, pointer: &str, venue: wire::Venue) -> Option<Venue> {
    let named = venue.place.is_some() || venue.online.is_some();
    let place: Option<ShortGeneralText> = venue
        .place
        .and_then(|place| general(faults, &format!("{pointer}/place"), place.into_string()));
    let online = venue.online.and_then(|online| {
        let read = WebAddress::parse(online.into_string());
        faults.keep(|| format!("{pointer}/online"), read)
    });
    // Nothing is left of what was named: its own fault is told.
    if named && place.is_none() && online.is_none() {
        return None;
    }
    faults.keep(|| pointer.to_owned(), Venue::new(place, online))
}

/// Where, to its readers.
pub(super) fn of_venue(venue: &Venue) -> wire::Venue {
    wire::Venue {
        place: venue.place().map(|place| place.as_str().into()),
        online: venue.online().map(|online| online.as_str().into()),
    }
}

/// Whoever is named as taking part.
pub(super) fn participant(
    faults: &mut Faults,
    pointer: &str,
    participant: &wire::Participant,
) -> Option<Participant> {
    match participant {
        wire::Participant::Office { office } => {
            let office = OfficeId::parse(office.as_str());
            faults
                .keep(|| format!("{pointer}/office"), office)
                .map(Participant::Office)
        }
        wire::Participant::Centre { organisation_id } => Some(Participant::Centre(
            OrganisationId::from_uuid(*organisation_id),
        )),
        wire::Participant::Coordination { organisation_id } => Some(Participant::Coordination(
            OrganisationId::from_uuid(*organisation_id),
        )),
    }
}

/// Whoever takes part, to its readers.
pub(super) fn of_participant(participant: &Participant) -> wire::Participant {
    match participant {
        Participant::Office(office) => wire::Participant::Office {
            office: contract::OfficeId::from(office.as_str()),
        },
        Participant::Centre(organisation) => wire::Participant::Centre {
            organisation_id: organisation.as_uuid(),
        },
        Participant::Coordination(organisation) => wire::Participant::Coordination {
            organisation_id: organisation.as_uuid(),
        },
    }
}

/// Who pays.
pub(super) const fn costs(costs: &wire::CostBearing) -> CostBearing {
    match costs {
        wire::CostBearing::Own {} => CostBearing::Own,
        wire::CostBearing::Shared {
            supplementary_agreement_id,
        } => CostBearing::Shared(SupplementaryAgreementId::from_uuid(
            *supplementary_agreement_id,
        )),
    }
}

/// Who pays, to its readers.
pub(super) const fn of_costs(costs: CostBearing) -> wire::CostBearing {
    match costs {
        CostBearing::Own => wire::CostBearing::Own {},
        CostBearing::Shared(agreement) => wire::CostBearing::Shared {
            supplementary_agreement_id: agreement.as_uuid(),
        },
    }
}
