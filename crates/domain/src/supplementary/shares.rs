//! Shares of an amount, which add up to it.

use std::cmp::Reverse;

use super::Money;
use crate::gathering::{Participant, Side};

/// What one party bears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Who.
    pub party: Participant,
    /// Hundredths of the currency's unit. Nothing is a share too: that a party bears nothing can be agreed.
    pub cents: u64,
}

/// Why shares are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SharesError {
    /// Too few parties, or too many.
    #[error("needs from 2 to {most} parties", most = Shares::MOST)]
    Parties,
    /// A party stands there again.
    #[error("is named twice")]
    Twice(usize),
    /// A side is missing.
    #[error("both sides must be parties: nobody of the {} is", .0.english())]
    OneSided(Side),
    /// They don't add up.
    #[error(
        "the shares add up to {sum} hundredths, and the total is {total}: they must be the same"
    )]
    Sum {
        /// What they add up to.
        sum: u128,
        /// What is to be shared.
        total: u64,
    },
    /// There is nothing by which the total could be divided.
    #[error("at least one party must bear a part")]
    NoParts,
}

impl SharesError {
    /// The party that is at fault, by its place, if it is one alone.
    #[must_use]
    pub const fn party(self) -> Option<usize> {
        match self {
            Self::Twice(index) => Some(index),
            _ => None,
        }
    }
}

/// Who bears what of a total: parties of both sides, each once, whose shares add up to it exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares {
    // INVARIANT: `each` names 2 to `MOST` participants, each once, of both sides, and its cents add up to the total (`Shares::new`, which is
    // the only way to one).
    total: Money,
    each: Vec<Share>,
}

impl Shares {
    /// Parties at most.
    pub const MOST: usize = 20;

    /// Checks and wraps shares.
    ///
    /// # Errors
    /// When parties are missing, too many or named twice, a side is missing, or the shares don't add up to the total.
    pub fn new(total: Money, each: Vec<Share>) -> Result<Self, SharesError> {
        let parties: Vec<&Participant> = each.iter().map(|share| &share.party).collect();
        check_parties(&parties)?;
        let sum: u128 = each.iter().map(|share| u128::from(share.cents)).sum();
        if sum != u128::from(total.cents()) {
            let total = total.cents();
            return Err(SharesError::Sum { sum, total });
        }
        Ok(Self { total, each })
    }

    /// Divides a total by parts: a party that has two of five parts bears two fifths of it, to the cent.
    ///
    /// # Errors
    /// As for [`Shares::new`]; when nobody has a part.
    pub fn by_parts(total: Money, parties: Vec<(Participant, u32)>) -> Result<Self, SharesError> {
        let parts: Vec<u32> = parties.iter().map(|(_, parts)| *parts).collect();
        let divided = divided(total.cents(), &parts);
        // Whoever is there twice is told of that first.
        let named: Vec<&Participant> = parties.iter().map(|(party, _)| party).collect();
        check_parties(&named)?;
        let divided = divided.ok_or(SharesError::NoParts)?;
        let each = parties.into_iter().zip(divided);
        let each = each.map(|((party, _), cents)| Share { party, cents });
        Self::new(total, each.collect())
    }

    /// The total.
    #[must_use]
    pub const fn total(&self) -> &Money {
        &self.total
    }

    /// Each share, in the order in which the parties were named.
    #[must_use]
    pub fn each(&self) -> &[Share] {
        &self.each
    }

    /// Whether this is one of the parties.
    #[must_use]
    pub fn names(&self, party: &Participant) -> bool {
        self.each.iter().any(|share| share.party == *party)
    }
}

fn check_parties(parties: &[&Participant]) -> Result<(), SharesError> {
    if !(2..=Shares::MOST).contains(&parties.len()) {
        return Err(SharesError::Parties);
    }
    for (index, party) in parties.iter().enumerate() {
        if parties.iter().take(index).any(|before| before == party) {
            return Err(SharesError::Twice(index));
        }
    }
    let missing = |side: &Side| !parties.iter().any(|party| party.side() == *side);
    match Side::ALL.iter().find(|side| missing(side)) {
        Some(side) => Err(SharesError::OneSided(*side)),
        None => Ok(()),
    }
}

/// Divides a total by parts so that the results add up to it: each gets the whole hundredths of its exact share, and those that are left go one
/// by one to whoever lost most by that, of equals to the first (the method of the largest remainder). None if there are no parts.
#[must_use]
pub fn divided(total: u64, parts: &[u32]) -> Option<Vec<u64>> {
    let all: u128 = parts.iter().map(|part| u128::from(*part)).sum();
    if all == 0 {
        return None;
    }
    let exact = |part: &u32| u128::from(total) * u128::from(*part);
    let mut shares: Vec<u64> = parts
        .iter()
        .map(|part| u64::try_from(exact(part) / all).unwrap_or(u64::MAX))
        .collect();
    let given = shares
        .iter()
        .fold(0_u64, |sum, share| sum.saturating_add(*share));
    let mut by_loss: Vec<usize> = (0..parts.len()).collect();
    by_loss.sort_by_key(|index| Reverse(parts.get(*index).map(|part| exact(part) % all)));
    let left = usize::try_from(total.saturating_sub(given)).unwrap_or(usize::MAX);
    for index in by_loss.into_iter().take(left) {
        if let Some(share) = shares.get_mut(index) {
            *share = share.saturating_add(1);
        }
    }
    Some(shares)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{ids::OrganisationId, office::OfficeId, supplementary::CurrencyCode};

    fn office(name: &str) -> Participant {
        Participant::Office(OfficeId::parse(name).unwrap())
    }

    fn centre(number: u128) -> Participant {
        Participant::Centre(OrganisationId::from_uuid(uuid::Uuid::from_u128(number)))
    }

    fn euros(cents: u64) -> Money {
        Money::new(cents, CurrencyCode::parse("EUR").unwrap()).unwrap()
    }

    fn share(party: Participant, cents: u64) -> Share {
        Share { party, cents }
    }

    #[test]
    fn shares_add_up_to_the_cent_or_there_are_none() {
        let shared = |police, network| {
            Shares::new(
                euros(100_01),
                vec![
                    share(office("bpoli-kiel"), police),
                    share(centre(1), network),
                ],
            )
        };
        assert_eq!(shared(50_01, 50_00).unwrap().total().cents(), 100_01);
        assert!(
            shared(100_01, 0).is_ok(),
            "that one bears it all can be agreed"
        );
        for (police, network, sum) in [
            (50_00, 50_00, 100_00),
            (50_01, 50_01, 100_02),
            (0, 0, 0),
            (u64::MAX, 100_02, u128::from(u64::MAX) + 100_02),
        ] {
            let total = 100_01;
            assert_eq!(
                shared(police, network),
                Err(SharesError::Sum { sum, total })
            );
        }
    }

    #[test]
    fn both_sides_are_parties_each_once() {
        let shared = |parties: Vec<Participant>| {
            let mut each: Vec<Share> = parties.into_iter().map(|party| share(party, 0)).collect();
            if let Some(first) = each.first_mut() {
                first.cents = 5;
            }
            Shares::new(euros(5), each)
        };
        let kiel = || office("bpoli-kiel");
        assert_eq!(shared(vec![]), Err(SharesError::Parties));
        assert_eq!(shared(vec![kiel()]), Err(SharesError::Parties));
        let many = (0..=20).map(centre).collect();
        assert_eq!(shared(many), Err(SharesError::Parties));
        assert_eq!(
            shared(vec![kiel(), centre(1), kiel()]),
            Err(SharesError::Twice(2))
        );
        assert_eq!(
            shared(vec![kiel(), office("bpoli-ulm")]),
            Err(SharesError::OneSided(Side::Network))
        );
        let network = vec![
            centre(1),
            Participant::Coordination(OrganisationId::from_uuid(uuid::Uuid::from_u128(2))),
        ];
        assert_eq!(shared(network), Err(SharesError::OneSided(Side::Police)));
        assert!(
            shared(vec![kiel(), centre(1), centre(2)])
                .unwrap()
                .names(&centre(2))
        );
    }

    #[test]
    fn what_is_left_goes_to_whoever_lost_most() {
        assert_eq!(divided(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
        assert_eq!(divided(100, &[2, 3]), Some(vec![40, 60]));
        assert_eq!(divided(1, &[1, 2]), Some(vec![0, 1]));
        assert_eq!(divided(10, &[0, 1]), Some(vec![0, 10]));
        assert_eq!(divided(5, &[]), None);
        assert_eq!(divided(5, &[0, 0]), None);
        let parts = vec![(office("bpoli-kiel"), 0), (centre(1), 0)];
        assert_eq!(Shares::by_parts(euros(5), parts), Err(SharesError::NoParts));
    }

    proptest! {
        #[test]
        fn divided_parts_add_up_and_nobody_is_off_by_a_cent(
            total in 1..=Money::MOST_CENTS,
            parts in prop::collection::vec(any::<u32>(), 1..=Shares::MOST),
        ) {
            let all: u128 = parts.iter().map(|part| u128::from(*part)).sum();
            prop_assume!(all > 0);
            let shares = divided(total, &parts).unwrap();
            prop_assert_eq!(shares.iter().sum::<u64>(), total);
            for (share, part) in shares.iter().zip(&parts) {
                let exact = u128::from(total) * u128::from(*part) / all;
                let share = u128::from(*share);
                prop_assert!(share == exact || share == exact + 1);
            }
        }
    }
}
