//! Who takes part in what both sides do together, where and in what words, in the columns of a row.

use freigabe_domain::{
    directory::WebAddress,
    gathering::{CostBearing, GeneralText, Participant, Span, Venue},
    ids::{OrganisationId, SupplementaryAgreementId},
    instant::Instant,
    store::StoreError,
};
use uuid::Uuid;

use crate::rows::Cell;

/// An office, or an organisation with what it is: `centre` or `coordination`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParticipantColumns {
    pub(crate) office: Option<String>,
    pub(crate) centre: Option<Uuid>,
    pub(crate) coordination: Option<Uuid>,
}

impl ParticipantColumns {
    pub(crate) fn of(participant: &Participant) -> Self {
        let none = Self {
            office: None,
            centre: None,
            coordination: None,
        };
        match participant {
            Participant::Office(office) => Self {
                office: Some(office.as_str().to_owned()),
                ..none
            },
            Participant::Centre(organisation) => Self {
                centre: Some(organisation.as_uuid()),
                ..none
            },
            Participant::Coordination(organisation) => Self {
                coordination: Some(organisation.as_uuid()),
                ..none
            },
        }
    }

    /// What the columns say; `column` is the one that is told if they say nothing, or too much.
    pub(crate) fn read(
        &self,
        cell: &Cell<'_>,
        column: &'static str,
    ) -> Result<Participant, StoreError> {
        match (&self.office, self.centre, self.coordination) {
            (Some(office), None, None) => Ok(Participant::Office(cell.office(column, office)?)),
            (None, Some(id), None) => Ok(Participant::Centre(OrganisationId::from_uuid(id))),
            (None, None, Some(id)) => Ok(Participant::Coordination(OrganisationId::from_uuid(id))),
            _ => Err(cell.corrupt(column, "not one participant")),
        }
    }
}

/// A text about nobody.
pub(crate) fn general<const MAX: usize>(
    cell: &Cell<'_>,
    column: &'static str,
    text: &str,
) -> Result<GeneralText<MAX>, StoreError> {
    GeneralText::parse(text).map_err(|_| cell.corrupt(column, "not a text about nobody"))
}

/// From when until when.
pub(crate) fn span(cell: &Cell<'_>, starts_at: i64, ends_at: i64) -> Result<Span, StoreError> {
    let at = Instant::from_unix_micros;
    Span::new(at(starts_at), at(ends_at))
        .map_err(|_| cell.corrupt("ends_at", "before its beginning"))
}

/// Where.
pub(crate) fn venue(
    cell: &Cell<'_>,
    place: Option<&str>,
    online: Option<&str>,
) -> Result<Venue, StoreError> {
    let place = place
        .map(|place| general(cell, "place", place))
        .transpose()?;
    let online = online.map(WebAddress::parse).transpose();
    let online = online.map_err(|_| cell.corrupt("online", "not an address"))?;
    Venue::new(place, online).map_err(|_| cell.corrupt("place", "nowhere"))
}

/// Who pays.
pub(crate) fn costs(agreement: Option<Uuid>) -> CostBearing {
    agreement.map_or(CostBearing::Own, |id| {
        CostBearing::Shared(SupplementaryAgreementId::from_uuid(id))
    })
}
