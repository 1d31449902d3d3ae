//! What a model in memory foretells of messages, and of cases that were given away.

use std::collections::BTreeMap;

use freigabe_domain::{
    disclosure::{Content, DisclosureRecord, DisclosureState, SealReason},
    handover::{Handler, Handover},
    ids::HandoverId,
    known_person::{KnownPerson, PersonBasis},
    office::Land,
    store::Cursor,
};
use freigabe_testkit::{Backend, store::good_draft};

use super::super::{
    given::{GIVEN, message},
    world::{self, By, at, case, centre, consent, office, thing},
};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kept {
    pub(super) record: DisclosureRecord,
    pub(super) consent: u8,
    pub(super) has_content: bool,
}

/// A case that an office has given away: the other one, or a body that takes no messages, has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct GivenAway {
    pub(super) number: u8,
    /// Of the case of this one of the consents.
    pub(super) consent: u8,
    /// From which message the office knows the person.
    pub(super) message: u8,
    pub(super) office: u8,
    pub(super) to_office: bool,
    pub(super) at: u8,
}

impl GivenAway {
    fn case(self) -> u8 {
        GIVEN[usize::from(self.consent)].case
    }

    const fn to(self) -> Option<u8> {
        if self.to_office {
            Some(1 - self.office)
        } else {
            None
        }
    }

    pub(super) fn whole(self) -> Handover {
        let given = &GIVEN[usize::from(self.consent)];
        Handover {
            id: HandoverId::from_uuid(thing(self.number)),
            office: office(self.office),
            centre: centre(given.centre),
            known: KnownPerson {
                case: case(given.case),
                person: world::in_log(given.centre, given.person),
                basis: PersonBasis::Disclosure(message(self.message)),
            },
            to: match self.to() {
                Some(other) => Handler::Office(office(other)),
                None => Handler::LandPolice {
                    land: Land::Hamburg,
                    unit: None,
                },
            },
            handed_over_at: at(self.at),
            // Each its own: what two at the same moment do is told by the machine of handovers.
            turn: u32::from(self.number) + 1,
            acknowledged_at: None,
        }
    }

    fn is_seen_by(self, by: By, on: Backend) -> bool {
        match by {
            _ if on == Backend::Sqlite => true,
            By::Office(number) => self.office == number || self.to() == Some(number),
            By::Centre(number) => GIVEN[usize::from(self.consent)].centre == number,
            _ => false,
        }
    }
}

/// Where a case is, seen from an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Untouched,
    TakenOver,
    GivenAway,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Model {
    pub(super) messages: BTreeMap<u8, Kept>,
    pub(super) given_away: Vec<GivenAway>,
}

impl Model {
    /// Where the case of this consent is, as far as somebody sees.
    pub(super) fn case_at(&self, number: u8, of: u8, by: By, on: Backend) -> Case {
        let case = GIVEN[usize::from(of)].case;
        let concerns = |one: &&GivenAway| {
            one.case() == case
                && (one.office == number || one.to() == Some(number))
                && one.is_seen_by(by, on)
        };
        let latest = self.given_away.iter().filter(concerns);
        match latest.max_by_key(|one| (one.at, one.number)) {
            None => Case::Untouched,
            Some(latest) if latest.office == number => Case::GivenAway,
            Some(_) => Case::TakenOver,
        }
    }
}

pub(super) fn content() -> Content {
    Content::new(good_draft(consent(0)).items)
}

pub(super) fn position(record: &DisclosureRecord) -> Cursor {
    Cursor {
        at: record.released_at,
        id: record.id.as_uuid(),
    }
}

impl Kept {
    /// The number of the office that it is for.
    pub(super) fn recipient(&self) -> u8 {
        u8::from(self.record.recipient == office(1))
    }

    pub(super) fn is_there_for(&self, by: By, on: Backend) -> bool {
        let own = match by {
            By::Centre(number) => self.record.centre == centre(number),
            By::Office(number) => self.record.recipient == office(number),
            By::Upkeep => true,
            _ => false,
        };
        on == Backend::Sqlite || own
    }

    /// Whether its state may be changed to another for this reason: none if it is out of reach.
    pub(super) fn may_become(
        &self,
        to: DisclosureState,
        reason: Option<SealReason>,
        by: By,
        on: Backend,
    ) -> Option<bool> {
        use DisclosureState::{Acknowledged, Collected, Held, Recalled, Sealed};
        let state = self.record.state;
        let reached = self.is_there_for(by, on).then_some(true);
        if on == Backend::Sqlite {
            return reached;
        }
        match by {
            By::Centre(_) if state == Held => reached.map(|_| matches!(to, Recalled | Sealed)),
            By::Office(_) if matches!(state, Held | Collected) => {
                reached.map(|_| matches!(to, Collected | Acknowledged | Sealed))
            }
            By::Upkeep if state == Held => {
                reached.map(|_| to == Sealed && reason == Some(SealReason::Expired))
            }
            _ => None,
        }
    }
}

/// What the tables ask of a record.
pub(super) fn is_sound(record: &DisclosureRecord) -> bool {
    use DisclosureState::{Acknowledged, Collected, Recalled, Sealed};
    let state = record.state;
    (state == Sealed) == record.seal_reason.is_some()
        && matches!(state, Collected | Acknowledged) == record.collected_at.is_some()
        && matches!(state, Acknowledged | Recalled | Sealed) == record.closed_at.is_some()
}

pub(super) fn in_order(model: &Model, of: impl Fn(&Kept) -> bool) -> Vec<DisclosureRecord> {
    let found = model.messages.values().filter(|kept| of(kept));
    let mut records: Vec<_> = found.map(|kept| kept.record.clone()).collect();
    records.sort_by_key(position);
    records
}

pub(super) fn of_centre(model: &Model, number: u8, by: By, on: Backend) -> Vec<DisclosureRecord> {
    let own = |kept: &Kept| kept.record.centre == centre(number) && kept.is_there_for(by, on);
    let mut records = in_order(model, own);
    records.reverse();
    records
}

/// Destroys content of what can be reached.
pub(super) fn destroy(model: &mut Model, messages: &[u8], by: By, on: Backend) {
    for number in messages {
        if let Some(kept) = model
            .messages
            .get_mut(number)
            .filter(|kept| kept.is_there_for(by, on))
        {
            kept.has_content = false;
        }
    }
}
