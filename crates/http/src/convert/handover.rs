//! Handovers, in both directions.

use freigabe_contract::handover as wire;
use freigabe_domain::{
    exchange::{HandoverView, ToldHandover},
    handover::{AccompanyingMessage, Handler, Handover, NewHandover},
    known_person::{KnownFrom, PersonBasis},
    office::OfficeId,
    text::ShortText,
};

use super::{Faults, known_person, timestamp, vocabulary::Mirror};
use crate::problem::ApiError;

/// A case that is handed over.
pub(crate) fn new_handover(body: wire::HandCaseOver) -> Result<NewHandover, ApiError> {
    let mut faults = Faults::default();
    let to = to_handler(&mut faults, body.to);
    let known_from = known_person::from(&body.known_from);
    faults.finish(to.map(|to| NewHandover { known_from, to }))
}

fn to_handler(faults: &mut Faults, handler: wire::Handler) -> Option<Handler> {
    Some(match handler {
        wire::Handler::Office { office } => {
            let office = OfficeId::parse(office.as_str());
            Handler::Office(faults.keep(|| "/to/office".to_owned(), office)?)
        }
        wire::Handler::LandPolice { land, unit } => Handler::LandPolice {
            land: land.mirror(),
            unit: to_unit(faults, unit)?,
        },
        wire::Handler::Prosecution { land, unit } => Handler::Prosecution {
            land: land.mirror(),
            unit: to_unit(faults, unit)?,
        },
    })
}

fn to_unit(
    faults: &mut Faults,
    unit: Option<freigabe_contract::ShortText>,
) -> Option<Option<ShortText>> {
    let unit = unit.map(|unit| ShortText::parse(unit.into_string()));
    faults.keep(|| "/to/unit".to_owned(), unit.transpose())
}

/// Who handles a case.
pub(super) fn handler(handler: &Handler) -> wire::Handler {
    let unit = |unit: &Option<ShortText>| unit.as_ref().map(|unit| unit.as_str().into());
    match handler {
        Handler::Office(office) => wire::Handler::Office {
            office: office.as_str().into(),
        },
        Handler::LandPolice { land, unit: body } => wire::Handler::LandPolice {
            land: land.mirror(),
            unit: unit(body),
        },
        Handler::Prosecution { land, unit: body } => wire::Handler::Prosecution {
            land: land.mirror(),
            unit: unit(body),
        },
    }
}

/// To the office that made it.
pub(crate) fn made(handover: &Handover) -> wire::MadeHandover {
    let known_from = match &handover.known.basis {
        PersonBasis::Disclosure(id) => KnownFrom::Disclosure(*id),
        PersonBasis::Offer(id, _) => KnownFrom::Offer(*id),
    };
    wire::MadeHandover {
        id: handover.id.as_uuid(),
        known_from: known_person::of_known_from(known_from),
        to: handler(&handover.to),
        handed_over_at: timestamp(handover.handed_over_at),
        acknowledged_at: handover.acknowledged_at.map(timestamp),
    }
}

/// The same, with the messages.
pub(crate) fn made_details(view: &HandoverView) -> wire::MadeHandoverDetails {
    let message = |one: &AccompanyingMessage| wire::AccompanyingMessage {
        disclosure_id: one.disclosure.as_uuid(),
        standing: one.standing.mirror(),
    };
    wire::MadeHandoverDetails {
        handover: made(&view.handover),
        messages: view.messages.iter().map(message).collect(),
    }
}

/// To the centre that is told.
pub(crate) fn told(handover: &Handover) -> wire::ToldHandover {
    wire::ToldHandover {
        id: handover.id.as_uuid(),
        office: handover.office.as_str().into(),
        known_by: known_person::known_by(&handover.known),
        to: handler(&handover.to),
        handed_over_at: timestamp(handover.handed_over_at),
        acknowledged_at: handover.acknowledged_at.map(timestamp),
    }
}

/// The same, with what waits.
pub(crate) fn told_details(view: &ToldHandover) -> wire::ToldHandoverDetails {
    wire::ToldHandoverDetails {
        handover: told(&view.handover),
        waiting: view.waiting.iter().map(|id| id.as_uuid()).collect(),
    }
}
