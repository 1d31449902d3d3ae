//! Rows of prevention days and invitations, and back.

use freigabe_domain::{
    gathering::Side,
    ids::PreventionEventId,
    prevention::{Invitation, InvitationAnswer, InvitationReply, PreventionEvent, PreventionState},
    store::StoreError,
};
use sea_orm::ActiveValue::Set;

use crate::{
    entity::{
        prevention_event::{ActiveModel, Model},
        prevention_invitation as invitation,
    },
    gathering::{ParticipantColumns, costs, general, span, venue},
    rows::{Cell, instant},
};

/// The prevention day of a row; its invitations are among these, in their order.
pub(super) fn event_of(
    row: &Model,
    invited: &[invitation::Model],
) -> Result<PreventionEvent, StoreError> {
    let cell = Cell {
        table: "prevention_events",
        row: &row.id,
    };
    let own = invited.iter().filter(|one| one.event_id == row.id);
    Ok(PreventionEvent {
        id: PreventionEventId::from_uuid(row.id),
        version: cell.number("version", row.version)?,
        office: cell.office("office_id", &row.office_id)?,
        title: general(&cell, "title", &row.title)?,
        description: general(&cell, "description", &row.description)?,
        span: span(&cell, row.starts_at, row.ends_at)?,
        venue: venue(&cell, row.place.as_deref(), row.online.as_deref())?,
        public: row.public,
        costs: costs(row.supplementary_agreement),
        state: cell.code("state", PreventionState::from_code, &row.state)?,
        planned_at: instant(row.planned_at),
        closed_at: row.closed_at.map(instant),
        invitations: own.map(invitation_of).collect::<Result<_, _>>()?,
    })
}

fn invitation_of(row: &invitation::Model) -> Result<Invitation, StoreError> {
    let cell = Cell {
        table: "prevention_invitations",
        row: &row.event_id,
    };
    let columns = ParticipantColumns {
        office: None,
        centre: row.centre_organisation,
        coordination: row.coordination_organisation,
    };
    let reply = match (row.answer.as_deref(), row.answered_at) {
        (None, None) => None,
        (Some(answer), Some(at)) => Some(InvitationReply {
            answer: cell.code("answer", InvitationAnswer::from_code, answer)?,
            at: instant(at),
        }),
        _ => return Err(cell.corrupt("answered_at", "an answer without its time")),
    };
    Ok(Invitation {
        to: columns.read(&cell, "centre_organisation")?,
        invited_at: instant(row.invited_at),
        reply,
    })
}

pub(super) fn version(version: u64) -> Result<i64, StoreError> {
    i64::try_from(version).map_err(|error| StoreError::Defect(error.to_string()))
}

pub(super) fn row_of(event: &PreventionEvent) -> Result<ActiveModel, StoreError> {
    let (place, online) = (event.venue.place(), event.venue.online());
    Ok(ActiveModel {
        id: Set(event.id.as_uuid()),
        version: Set(version(event.version)?),
        office_id: Set(event.office.as_str().to_owned()),
        title: Set(event.title.as_str().to_owned()),
        description: Set(event.description.as_str().to_owned()),
        starts_at: Set(event.span.starts_at().as_unix_micros()),
        ends_at: Set(event.span.ends_at().as_unix_micros()),
        place: Set(place.map(|place| place.as_str().to_owned())),
        online: Set(online.map(|online| online.as_str().to_owned())),
        public: Set(event.public),
        supplementary_agreement: Set(event.costs.agreement().map(|id| id.as_uuid())),
        state: Set(event.state.code().to_owned()),
        planned_at: Set(event.planned_at.as_unix_micros()),
        closed_at: Set(event.closed_at.map(|at| at.as_unix_micros())),
    })
}

/// The rows of those who are invited besides: the last ones of the event's invitations.
pub(super) fn invitation_rows(
    event: &PreventionEvent,
    invited: &[Invitation],
) -> Result<Vec<invitation::ActiveModel>, StoreError> {
    let first = event.invitations.len().saturating_sub(invited.len());
    let numbered = (first..).zip(invited);
    numbered
        .map(|(number, one)| {
            if one.to.side() != Side::Network {
                return Err(StoreError::Defect("an office was invited".to_owned()));
            }
            let columns = ParticipantColumns::of(&one.to);
            let number =
                i32::try_from(number).map_err(|error| StoreError::Defect(error.to_string()))?;
            Ok(invitation::ActiveModel {
                event_id: Set(event.id.as_uuid()),
                number: Set(number),
                centre_organisation: Set(columns.centre),
                coordination_organisation: Set(columns.coordination),
                invited_at: Set(one.invited_at.as_unix_micros()),
                answer: Set(one.reply.map(|reply| reply.answer.code().to_owned())),
                answered_at: Set(one.reply.map(|reply| reply.at.as_unix_micros())),
            })
        })
        .collect()
}
