//! Supplementary agreements, in both directions.

use freigabe_contract::supplementary as wire;
use freigabe_domain::{
    exchange::SupplementaryAgreementView,
    gathering::Participant,
    supplementary::{CurrencyCode, Money, NewSupplementaryAgreement, Share, Shares, SharesError},
};

use super::{
    Faults,
    gathering::{general, of_participant, participant},
    instant, timestamp,
    vocabulary::Mirror,
};
use crate::problem::ApiError;

/// What a party proposes.
pub(crate) fn new_agreement(
    body: wire::ProposeSupplementaryAgreement,
) -> Result<NewSupplementaryAgreement, ApiError> {
    let mut faults = Faults::default();
    let title = general(&mut faults, "/title", body.title.into_string());
    // What may be left out is missing at a fault as well; then there is a fault.
    let reference = body
        .reference
        .and_then(|reference| general(&mut faults, "/reference", reference.into_string()));
    let total = total(&mut faults, body.total);
    let shares = shares(&mut faults, total, &body.sharing);
    let valid_from = faults.keep(|| "/valid_from".to_owned(), instant(body.valid_from));
    let valid_until = faults.keep(|| "/valid_until".to_owned(), instant(body.valid_until));
    let whole = || {
        Some(NewSupplementaryAgreement {
            title: title?,
            reference,
            shares: shares?,
            valid_from: valid_from?,
            valid_until: valid_until?,
        })
    };
    faults.finish(whole())
}

fn total(faults: &mut Faults, total: wire::Money) -> Option<Money> {
    let currency = CurrencyCode::parse(total.currency.into_string());
    let currency = faults.keep(|| "/total/currency".to_owned(), currency);
    // The amount is judged in any case.
    let judged = |currency| Money::new(total.cents, currency);
    match currency {
        Some(currency) => faults.keep(|| "/total/cents".to_owned(), judged(currency)),
        None => None,
    }
}

fn shares(faults: &mut Faults, total: Option<Money>, sharing: &wire::Sharing) -> Option<Shares> {
    let named = |faults: &mut Faults, index: usize, one| {
        let pointer = format!("/sharing/parties/{index}/participant");
        participant(faults, &pointer, one)
    };
    let shared = match sharing {
        wire::Sharing::Amounts { parties } => {
            let each = parties.iter().enumerate().map(|(index, one)| {
                let party = named(faults, index, &one.participant)?;
                let cents = one.share_cents;
                Some(Share { party, cents })
            });
            let each: Vec<Option<Share>> = each.collect();
            let each: Option<Vec<Share>> = each.into_iter().collect();
            Shares::new(total?, each?)
        }
        wire::Sharing::Parts { parties } => {
            let each = parties
                .iter()
                .enumerate()
                .map(|(index, one)| Some((named(faults, index, &one.participant)?, one.parts)));
            let each: Vec<Option<(Participant, u32)>> = each.collect();
            let each: Option<Vec<(Participant, u32)>> = each.into_iter().collect();
            Shares::by_parts(total?, each?)
        }
    };
    let pointer = |error: &SharesError| match error.party() {
        Some(index) => format!("/sharing/parties/{index}/participant"),
        None => "/sharing/parties".to_owned(),
    };
    let at = shared.as_ref().err().map(pointer).unwrap_or_default();
    faults.keep(|| at, shared)
}

/// An agreement, and where it stands.
pub(crate) fn agreement(view: &SupplementaryAgreementView) -> wire::SupplementaryAgreement {
    let agreement = &view.agreement;
    let total = agreement.shares.total();
    let end = agreement.ended.as_ref();
    let reference = agreement.reference.as_ref();
    wire::SupplementaryAgreement {
        id: agreement.id.as_uuid(),
        standing: view.standing.mirror(),
        title: agreement.title.as_str().into(),
        reference: reference.map(|reference| reference.as_str().into()),
        total: wire::Money {
            cents: total.cents(),
            currency: total.currency().as_str().into(),
        },
        parties: agreement
            .shares
            .each()
            .iter()
            .map(|share| wire::SupplementaryParty {
                participant: of_participant(&share.party),
                share_cents: share.cents,
                confirmed_at: agreement
                    .confirmed
                    .get(&share.party)
                    .copied()
                    .map(timestamp),
            })
            .collect(),
        valid_from: timestamp(agreement.valid_from),
        valid_until: timestamp(agreement.valid_until),
        proposed_by: of_participant(&agreement.proposed_by),
        proposed_at: timestamp(agreement.proposed_at),
        confirmed_at: agreement.confirmed_at().map(timestamp),
        ended_by: end.map(|end| of_participant(&end.by)),
        ended_at: end.map(|end| timestamp(end.at)),
    }
}
