//! What a sequence does with messages.

use freigabe_domain::disclosure::{DisclosureState, SealReason};
use proptest::{collection::vec, prelude::*, sample::select};

use super::{
    super::{
        given::Release,
        world::{Place, places},
    },
    model::GivenAway,
};

#[derive(Debug, Clone)]
pub(super) enum Call {
    Release(Release),
    Collect {
        message: u8,
        at: u8,
    },
    Show {
        message: u8,
    },
    List {
        centre: u8,
        page: Place,
    },
    /// All pages one after the other.
    Walk {
        centre: u8,
        limit: u16,
    },
    Inbox {
        office: u8,
        now: u8,
        page: Place,
    },
    Live {
        consent: u8,
    },
    Closed {
        consent: u8,
        state: DisclosureState,
        reason: SealReason,
    },
    Close {
        message: u8,
        from: DisclosureState,
        to: DisclosureState,
        at: u8,
    },
    Seal {
        messages: Vec<u8>,
        reason: SealReason,
        at: u8,
    },
    Destroy {
        messages: Vec<u8>,
    },
    HandOver(GivenAway),
    /// To this office.
    Redirect {
        message: u8,
        to: u8,
        at: u8,
    },
    LiveFor {
        consent: u8,
        office: u8,
    },
}

pub(super) const MESSAGES: u8 = 4;

pub(super) fn releases() -> impl Strategy<Value = Call> {
    (0..MESSAGES, 0..3_u8, 0..2_u8, 0..4_u8).prop_map(|(message, consent, office, at)| {
        Call::Release(Release {
            message,
            consent,
            office,
            at,
        })
    })
}

pub(super) fn collections() -> impl Strategy<Value = Call> {
    (0..MESSAGES, 0..4_u8).prop_map(|(message, at)| Call::Collect { message, at })
}

pub(super) fn redirections() -> impl Strategy<Value = Call> {
    (0..MESSAGES, 0..2_u8, 0..4_u8).prop_map(|(message, to, at)| Call::Redirect { message, to, at })
}

pub(super) fn handovers() -> impl Strategy<Value = Call> {
    let made = (
        0..4_u8,
        0..3_u8,
        0..MESSAGES,
        prop::bool::weighted(0.8),
        0..4_u8,
    );
    made.prop_map(|(number, consent, message, to_office, at)| {
        Call::HandOver(GivenAway {
            number,
            consent,
            message,
            office: 0,
            to_office,
            at,
        })
    })
}

pub(super) fn calls() -> impl Strategy<Value = Call> {
    use DisclosureState::{Acknowledged, Collected, Held, Recalled};
    let some = || vec(0..MESSAGES, 0..3);
    let state = || select(DisclosureState::ALL);
    let reason = || select(SealReason::ALL);
    let steps = prop_oneof![
        2 => Just((Held, Recalled)),
        2 => Just((Collected, Acknowledged)),
        1 => (state(), state()),
    ];
    prop_oneof![
        4 => (0..MESSAGES, steps, 0..4_u8).prop_map(
            |(message, (from, to), at)| Call::Close { message, from, to, at }
        ),
        2 => (some(), reason(), 0..4_u8).prop_map(|(messages, reason, at)| Call::Seal { messages, reason, at }),
        1 => some().prop_map(|messages| Call::Destroy { messages }),
        1 => (0..MESSAGES).prop_map(|message| Call::Show { message }),
        2 => (0..2_u8, places(4, MESSAGES)).prop_map(|(centre, page)| Call::List { centre, page }),
        2 => (0..2_u8, 0..5_u8, places(4, MESSAGES)).prop_map(
            |(office, now, page)| Call::Inbox { office, now, page }
        ),
        1 => (0..4_u8).prop_map(|consent| Call::Live { consent }),
        1 => (0..3_u8, 0..2_u8).prop_map(|(consent, office)| Call::LiveFor { consent, office }),
        1 => (0..4_u8, state(), reason()).prop_map(
            |(consent, state, reason)| Call::Closed { consent, state, reason }
        ),
    ]
}
