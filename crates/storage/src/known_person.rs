//! By what an office and a centre both know a person, in the columns of a row.

use freigabe_domain::{
    ids::{DisclosureId, InvolvementOfferId},
    known_person::PersonBasis,
    store::StoreError,
};
use uuid::Uuid;

use crate::rows::Cell;

/// A message, or an offer with the pseudonym that the centre was told.
pub(crate) struct BasisColumns {
    pub(crate) disclosure_id: Option<Uuid>,
    pub(crate) offer_id: Option<Uuid>,
    pub(crate) person_for_centre: Option<String>,
}

impl BasisColumns {
    pub(crate) fn of(basis: Option<&PersonBasis>) -> Self {
        let (disclosure_id, offer_id, person_for_centre) = match basis {
            None => (None, None, None),
            Some(PersonBasis::Disclosure(id)) => (Some(id.as_uuid()), None, None),
            Some(PersonBasis::Offer(id, told)) => {
                (None, Some(id.as_uuid()), Some(told.as_str().to_owned()))
            }
        };
        Self {
            disclosure_id,
            offer_id,
            person_for_centre,
        }
    }

    pub(crate) fn read(&self, cell: &Cell<'_>) -> Result<PersonBasis, StoreError> {
        let told = self.person_for_centre.as_deref();
        match (self.disclosure_id, self.offer_id, told) {
            (Some(id), None, None) => Ok(PersonBasis::Disclosure(DisclosureId::from_uuid(id))),
            (None, Some(id), Some(told)) => Ok(PersonBasis::Offer(
                InvolvementOfferId::from_uuid(id),
                cell.pseudonym("person_for_centre", told)?,
            )),
            _ => Err(cell.corrupt("offer_id", "neither a message nor an offer alone")),
        }
    }
}
