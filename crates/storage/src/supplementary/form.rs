//! Rows of supplementary agreements, and back. One whose shares don't add up is corrupt.

use std::collections::BTreeMap;

use freigabe_domain::{
    ids::SupplementaryAgreementId,
    instant::Instant,
    store::StoreError,
    supplementary::{CurrencyCode, Money, Share, Shares, SupplementaryAgreement, SupplementaryEnd},
};
use sea_orm::ActiveValue::Set;

use crate::{
    entity::{
        supplementary_agreement::{ActiveModel, Model},
        supplementary_agreement_party as party,
    },
    gathering::{ParticipantColumns, general},
    rows::{Cell, instant},
};

/// The agreement of a row; its parties are among these, in their order.
pub(super) fn agreement_of(
    row: &Model,
    parties: &[party::Model],
) -> Result<SupplementaryAgreement, StoreError> {
    let cell = Cell {
        table: "supplementary_agreements",
        row: &row.id,
    };
    let own = || parties.iter().filter(|one| one.agreement_id == row.id);
    let number: usize = cell.number("parties", i64::from(row.parties))?;
    if own().count() != number {
        return Err(cell.corrupt("parties", "not as many as there are"));
    }
    let (mut each, mut confirmed) = (Vec::with_capacity(number), BTreeMap::new());
    for one in own() {
        let cell = Cell {
            table: "supplementary_agreement_parties",
            row: &one.agreement_id,
        };
        let columns = ParticipantColumns {
            office: one.office_id.clone(),
            centre: one.centre_organisation,
            coordination: one.coordination_organisation,
        };
        let party = columns.read(&cell, "office_id")?;
        if let Some(at) = one.confirmed_at {
            confirmed.insert(party.clone(), instant(at));
        }
        let cents = cell.number("share_cents", one.share_cents)?;
        each.push(Share { party, cents });
    }
    let currency = CurrencyCode::parse(row.currency.as_str())
        .map_err(|_| cell.corrupt("currency", "not a currency"))?;
    let total = Money::new(cell.number("total_cents", row.total_cents)?, currency)
        .map_err(|_| cell.corrupt("total_cents", "out of range"))?;
    let shares = Shares::new(total, each)
        .map_err(|_| cell.corrupt("total_cents", "the shares of its parties are none of it"))?;
    let proposer = ParticipantColumns {
        office: row.proposed_by_office.clone(),
        centre: row.proposed_by_centre,
        coordination: row.proposed_by_coordination,
    };
    let reference = row.reference.as_deref();
    Ok(SupplementaryAgreement {
        id: SupplementaryAgreementId::from_uuid(row.id),
        title: general(&cell, "title", &row.title)?,
        reference: reference
            .map(|reference| general(&cell, "reference", reference))
            .transpose()?,
        shares,
        confirmed,
        valid_from: instant(row.valid_from),
        valid_until: instant(row.valid_until),
        proposed_by: proposer.read(&cell, "proposed_by_office")?,
        proposed_at: instant(row.proposed_at),
        ended: ended(&cell, row)?,
    })
}

fn ended(cell: &Cell<'_>, row: &Model) -> Result<Option<SupplementaryEnd>, StoreError> {
    let by = ParticipantColumns {
        office: row.ended_by_office.clone(),
        centre: row.ended_by_centre,
        coordination: row.ended_by_coordination,
    };
    row.ended_at
        .map(|at| {
            Ok(SupplementaryEnd {
                by: by.read(cell, "ended_by_office")?,
                at: instant(at),
            })
        })
        .transpose()
}

fn whole<T: TryFrom<U>, U>(number: U) -> Result<T, StoreError>
where
    T::Error: std::fmt::Display,
{
    T::try_from(number).map_err(|error| StoreError::Defect(error.to_string()))
}

pub(super) fn row_of(agreement: &SupplementaryAgreement) -> Result<ActiveModel, StoreError> {
    let total = agreement.shares.total();
    let proposer = ParticipantColumns::of(&agreement.proposed_by);
    let end = agreement.ended.as_ref();
    let ending = end.map(|end| ParticipantColumns::of(&end.by));
    let reference = agreement.reference.as_ref();
    Ok(ActiveModel {
        id: Set(agreement.id.as_uuid()),
        title: Set(agreement.title.as_str().to_owned()),
        reference: Set(reference.map(|reference| reference.as_str().to_owned())),
        currency: Set(total.currency().as_str().to_owned()),
        total_cents: Set(whole(total.cents())?),
        parties: Set(whole(agreement.shares.each().len())?),
        valid_from: Set(agreement.valid_from.as_unix_micros()),
        valid_until: Set(agreement.valid_until.as_unix_micros()),
        proposed_at: Set(agreement.proposed_at.as_unix_micros()),
        proposed_by_office: Set(proposer.office),
        proposed_by_centre: Set(proposer.centre),
        proposed_by_coordination: Set(proposer.coordination),
        ended_at: Set(end.map(|end| end.at.as_unix_micros())),
        ended_by_office: Set(ending.as_ref().and_then(|by| by.office.clone())),
        ended_by_centre: Set(ending.as_ref().and_then(|by| by.centre)),
        ended_by_coordination: Set(ending.and_then(|by| by.coordination)),
    })
}

pub(super) fn party_rows(
    agreement: &SupplementaryAgreement,
) -> Result<Vec<party::ActiveModel>, StoreError> {
    let each = agreement.shares.each().iter().enumerate();
    each.map(|(number, share)| {
        let columns = ParticipantColumns::of(&share.party);
        let confirmed = agreement.confirmed.get(&share.party);
        Ok(party::ActiveModel {
            agreement_id: Set(agreement.id.as_uuid()),
            number: Set(whole(number)?),
            office_id: Set(columns.office),
            centre_organisation: Set(columns.centre),
            coordination_organisation: Set(columns.coordination),
            share_cents: Set(whole(share.cents)?),
            confirmed_at: Set(confirmed.copied().map(Instant::as_unix_micros)),
        })
    })
    .collect()
}
