//! What is foretold of contact pairs.

use std::collections::BTreeMap;

use freigabe_domain::{
    contact_pair::{
        ContactPair, HalfContacts, HalfDates, Halves, PairChannel, PairRole, RoleContact, Side,
    },
    ids::ContactPairId,
    store::{Cursor, PairsOf},
};
use freigabe_testkit::Backend;

use crate::ports::world::{By, Place, at, centre, office, thing};

/// Pairs that a sequence can name. The last four are of the same office and centre as the first four.
pub(super) const PAIRS: u8 = 8;

#[derive(Debug, Clone, Copy)]
pub(super) enum Of {
    Office(u8),
    Centre(u8),
    All,
}

impl Of {
    pub(super) fn whole(self) -> PairsOf {
        match self {
            Self::Office(number) => PairsOf::Office(office(number)),
            Self::Centre(number) => PairsOf::Centre(centre(number)),
            Self::All => PairsOf::All,
        }
    }

    pub(super) fn has(self, pair: u8) -> bool {
        match self {
            Self::Office(number) => office_of(pair) == number,
            Self::Centre(number) => centre_of(pair) == number,
            Self::All => true,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Call {
    Open {
        id: u8,
        at: u8,
    },
    Begin {
        id: u8,
        side: Side,
        at: u8,
        says: u8,
    },
    /// Of a half at this version that was confirmed at `confirmed`.
    Change {
        id: u8,
        side: Side,
        version: u8,
        confirmed: u8,
        at: u8,
        says: Option<u8>,
    },
    Show {
        id: u8,
    },
    List {
        of: Of,
        page: Place,
    },
    Contacts {
        id: u8,
        side: Side,
    },
    Without {
        confirmed_after: u8,
        after: Option<u8>,
    },
    Halves,
}

pub(super) const fn office_of(pair: u8) -> u8 {
    pair / 2 % 2
}

pub(super) const fn centre_of(pair: u8) -> u8 {
    pair % 2
}

pub(super) fn pair_id(number: u8) -> ContactPairId {
    ContactPairId::from_uuid(thing(number))
}

pub(super) fn pair(number: u8, opened: u8, halves: Halves) -> ContactPair {
    ContactPair {
        id: pair_id(number),
        office: office(office_of(number)),
        centre: centre(centre_of(number)),
        opened_at: at(opened),
        halves,
    }
}

/// Written at the beginning, and confirmed at this moment.
pub(super) fn first(confirmed: u8) -> HalfDates {
    HalfDates::first(at(0)).confirmed(at(confirmed))
}

/// As a half was, and as it is to be.
pub(super) fn change(
    version: u8,
    confirmed: u8,
    moment: u8,
    changes: bool,
) -> (HalfDates, HalfDates) {
    let before = HalfDates {
        version: version.into(),
        ..first(confirmed)
    };
    let after = if changes {
        before.changed(at(moment))
    } else {
        before.confirmed(at(moment))
    };
    (before, after)
}

pub(super) fn contacts(side: Side, says: u8) -> HalfContacts {
    let by = (PairChannel::Phone, format!("040 555 01{says:02}"));
    let contact = RoleContact::new(PairRole::Management, None, by, None).unwrap();
    HalfContacts::new(side, vec![contact]).unwrap()
}

pub(super) fn position(pair: &ContactPair) -> Cursor {
    Cursor {
        at: pair.opened_at,
        id: pair.id.as_uuid(),
    }
}

/// Whether somebody is this side of the pair.
pub(super) fn is_side(by: By, number: u8, side: Side) -> bool {
    match side {
        Side::Office => by == By::Office(office_of(number)),
        Side::Centre => by == By::Centre(centre_of(number)),
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Model {
    pub(super) pairs: BTreeMap<u8, ContactPair>,
    pub(super) says: BTreeMap<(u8, Side), u8>,
}

impl Model {
    /// A pair that somebody sees.
    pub(super) fn sees(&self, by: By, number: u8, on: Backend) -> Option<&ContactPair> {
        let concerned =
            || by == By::Coordination || Side::ALL.iter().any(|side| is_side(by, number, *side));
        let found = self.pairs.get(&number);
        found.filter(|_| on == Backend::Sqlite || concerned())
    }

    /// Halves by pair, in the order of pairs, of those whose dates somebody sees.
    pub(super) fn dates(&self, by: By, on: Backend) -> Vec<(u8, Halves)> {
        let everybodys = matches!(by, By::Office(_) | By::Coordination);
        let seen = self.pairs.iter().filter(|(number, pair)| {
            pair.halves != Halves::default()
                && (everybodys || self.sees(by, **number, on).is_some())
        });
        seen.map(|(number, pair)| (*number, pair.halves)).collect()
    }
}
