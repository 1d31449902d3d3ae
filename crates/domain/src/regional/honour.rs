//! What holds where several agreements, and the federal default, have something to say.

use std::cmp::Reverse;

use super::{Party, Precedence, RegionalAgreement};
use crate::{
    ids::{OrganisationId, RegionalAgreementId},
    instant::Instant,
    involvement::InvolvementRules,
    office::Postcode,
    security_notice::NoticeRules,
};

/// Where an agreement stands among others that apply to the same: the narrower area first (a longer beginning of the postcode before a
/// shorter one, any before the Land), then the one that is valid from a later time on, then the smaller identifier. No two agreements
/// have the same rank, so that every node gives the same answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rank {
    /// By how many digits it names the postcode; zero where by its Land alone, or where there is no place.
    pub digits: usize,
    /// From when on it is valid.
    pub valid_from: Instant,
    /// Which.
    pub agreement: RegionalAgreementId,
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |rank: &Self| {
            (
                Reverse(rank.digits),
                Reverse(rank.valid_from),
                rank.agreement,
            )
        };
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl RegionalAgreement {
    /// Its rank for a place.
    #[must_use]
    pub fn rank(&self, place: Option<&Postcode>) -> Rank {
        Rank {
            digits: place.map_or(0, |postcode| self.area.digits(postcode)),
            valid_from: self.valid_from,
            agreement: self.id,
        }
    }
}

/// The deadlines of an offer to a centre. The agreements are those in force of which the office is a party, for the involvement's place if it
/// has one.
#[must_use]
pub fn offer_rules(
    agreements: &[RegionalAgreement],
    centre: OrganisationId,
    place: Option<&Postcode>,
    usual: InvolvementRules,
) -> InvolvementRules {
    let agreed = |one: &RegionalAgreement| {
        one.deviations.offers.map(|agreed| InvolvementRules {
            remind_after: agreed.remind_after.duration(),
            answer_within: agreed.answer_within.duration(),
        })
    };
    let shorter = |held: InvolvementRules, agreed: InvolvementRules| InvolvementRules {
        remind_after: held.remind_after.min(agreed.remind_after),
        answer_within: held.answer_within.min(agreed.answer_within),
    };
    honoured(agreements, centre, place, usual, agreed, shorter)
}

/// The reminders of security notices to a centre. The agreements are those in force of which the office is a party.
#[must_use]
pub fn notice_rules(
    agreements: &[RegionalAgreement],
    centre: OrganisationId,
    usual: NoticeRules,
) -> NoticeRules {
    let agreed = |one: &RegionalAgreement| {
        one.deviations.notices.map(|agreed| NoticeRules {
            remind_after: agreed.routine.duration(),
            remind_urgent_after: agreed.urgent.duration(),
        })
    };
    let shorter = |held: NoticeRules, agreed: NoticeRules| NoticeRules {
        remind_after: held.remind_after.min(agreed.remind_after),
        remind_urgent_after: held.remind_urgent_after.min(agreed.remind_urgent_after),
    };
    honoured(agreements, centre, None, usual, agreed, shorter)
}

/// Begins with the federal default, and goes from the widest agreement that says something to the narrowest: each stands in the place of
/// what was before it, or is laid over it.
fn honoured<T: Copy>(
    agreements: &[RegionalAgreement],
    centre: OrganisationId,
    place: Option<&Postcode>,
    usual: T,
    agreed: impl Fn(&RegionalAgreement) -> Option<T>,
    shorter: impl Fn(T, T) -> T,
) -> T {
    let party = Party::Centre(centre);
    let mut ranked: Vec<(Rank, Precedence, T)> = agreements
        .iter()
        .filter(|one| one.binds(&party))
        .filter_map(|one| Some((one.rank(place), one.precedence, agreed(one)?)))
        .collect();
    ranked.sort_by_key(|(rank, _, _)| *rank);
    let widest_first = ranked.into_iter().rev();
    widest_first.fold(usual, |held, (_, precedence, agreed)| match precedence {
        Precedence::Replaces => agreed,
        Precedence::Supplements => shorter(held, agreed),
    })
}

#[cfg(test)]
mod tests;
