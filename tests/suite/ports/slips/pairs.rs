//! How the half of a contact pair is written, by mistake.

use freigabe_domain::{
    contact_pair::{HalfContacts, HalfDates, Side},
    ids::ContactPairId,
    store::{StoreError, prelude::*},
};
use freigabe_testkit::over::SqlTx;

use super::{Slip, Slips};

impl Slips {
    pub(super) async fn updated_half(
        &self,
        transaction: &mut SqlTx<'_>,
        (id, side): (ContactPairId, Side),
        (before, after): (HalfDates, HalfDates),
        contacts: Option<&HalfContacts>,
    ) -> Result<bool, StoreError> {
        let found = transaction.contact_pair(id).await?;
        let held = found.and_then(|pair| pair.halves.of(side));
        let as_read = held.is_some_and(|held| {
            (held.version, held.confirmed_at) == (before.version, before.confirmed_at)
        });
        if self.makes(Slip::KeepsHalves) && as_read {
            return Ok(true);
        }
        let before = match held {
            Some(held) if self.makes(Slip::TakesStaleHalves) => held,
            _ => before,
        };
        let contacts = contacts.filter(|_| !self.makes(Slip::KeepsFormerContacts));
        transaction
            .update_half(id, side, (before, after), contacts)
            .await
    }
}
