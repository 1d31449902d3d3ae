//! Rows of joint activities and their invitations, and back.

use freigabe_domain::{
    ids::JointActivityId,
    joint::{JointActivity, JointActivityKind, JointActivityState},
    prevention::{Invitation, InvitationAnswer, InvitationReply},
    store::StoreError,
};
use sea_orm::ActiveValue::Set;

use crate::{
    entity::{
        joint_activity::{ActiveModel, Model},
        joint_activity_invitation as invitation,
    },
    gathering::{ParticipantColumns, costs, general, span, venue},
    rows::{Cell, instant},
};

/// The activity of a row; its invitations are among these, in their order.
pub(super) fn activity_of(
    row: &Model,
    invited: &[invitation::Model],
) -> Result<JointActivity, StoreError> {
    let cell = Cell {
        table: "joint_activities",
        row: &row.id,
    };
    let proposer = ParticipantColumns {
        office: row.proposed_by_office.clone(),
        centre: row.proposed_by_centre,
        coordination: row.proposed_by_coordination,
    };
    let counterpart = ParticipantColumns {
        office: row.counterpart_office.clone(),
        centre: row.counterpart_centre,
        coordination: row.counterpart_coordination,
    };
    let own = invited.iter().filter(|one| one.activity_id == row.id);
    Ok(JointActivity {
        id: JointActivityId::from_uuid(row.id),
        version: cell.number("version", row.version)?,
        kind: cell.code("kind", JointActivityKind::from_code, &row.kind)?,
        title: general(&cell, "title", &row.title)?,
        description: general(&cell, "description", &row.description)?,
        span: span(&cell, row.starts_at, row.ends_at)?,
        venue: venue(&cell, row.place.as_deref(), row.online.as_deref())?,
        public: row.public,
        costs: costs(row.supplementary_agreement),
        proposed_by: proposer.read(&cell, "proposed_by_office")?,
        counterpart: counterpart.read(&cell, "counterpart_office")?,
        proposed_at: instant(row.proposed_at),
        state: cell.code("state", JointActivityState::from_code, &row.state)?,
        answered_at: row.answered_at.map(instant),
        closed_at: row.closed_at.map(instant),
        invitations: own.map(invitation_of).collect::<Result<_, _>>()?,
    })
}

fn invitation_of(row: &invitation::Model) -> Result<Invitation, StoreError> {
    let cell = Cell {
        table: "joint_activity_invitations",
        row: &row.activity_id,
    };
    let columns = ParticipantColumns {
        office: row.office_id.clone(),
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
        to: columns.read(&cell, "office_id")?,
        invited_at: instant(row.invited_at),
        reply,
    })
}

pub(super) fn version(version: u64) -> Result<i64, StoreError> {
    i64::try_from(version).map_err(|error| StoreError::Defect(error.to_string()))
}

pub(super) fn row_of(activity: &JointActivity) -> Result<ActiveModel, StoreError> {
    let (place, online) = (activity.venue.place(), activity.venue.online());
    let proposer = ParticipantColumns::of(&activity.proposed_by);
    let counterpart = ParticipantColumns::of(&activity.counterpart);
    Ok(ActiveModel {
        id: Set(activity.id.as_uuid()),
        version: Set(version(activity.version)?),
        kind: Set(activity.kind.code().to_owned()),
        title: Set(activity.title.as_str().to_owned()),
        description: Set(activity.description.as_str().to_owned()),
        starts_at: Set(activity.span.starts_at().as_unix_micros()),
        ends_at: Set(activity.span.ends_at().as_unix_micros()),
        place: Set(place.map(|place| place.as_str().to_owned())),
        online: Set(online.map(|online| online.as_str().to_owned())),
        public: Set(activity.public),
        supplementary_agreement: Set(activity.costs.agreement().map(|id| id.as_uuid())),
        proposed_at: Set(activity.proposed_at.as_unix_micros()),
        proposed_by_office: Set(proposer.office),
        proposed_by_centre: Set(proposer.centre),
        proposed_by_coordination: Set(proposer.coordination),
        counterpart_office: Set(counterpart.office),
        counterpart_centre: Set(counterpart.centre),
        counterpart_coordination: Set(counterpart.coordination),
        state: Set(activity.state.code().to_owned()),
        answered_at: Set(activity.answered_at.map(|at| at.as_unix_micros())),
        closed_at: Set(activity.closed_at.map(|at| at.as_unix_micros())),
    })
}

/// The rows of those who are invited besides: the last ones of the activity's invitations.
pub(super) fn invitation_rows(
    activity: &JointActivity,
    invited: &[Invitation],
) -> Result<Vec<invitation::ActiveModel>, StoreError> {
    let first = activity.invitations.len().saturating_sub(invited.len());
    let numbered = (first..).zip(invited);
    numbered
        .map(|(number, one)| {
            let columns = ParticipantColumns::of(&one.to);
            let number =
                i32::try_from(number).map_err(|error| StoreError::Defect(error.to_string()))?;
            Ok(invitation::ActiveModel {
                activity_id: Set(activity.id.as_uuid()),
                number: Set(number),
                office_id: Set(columns.office),
                centre_organisation: Set(columns.centre),
                coordination_organisation: Set(columns.coordination),
                invited_at: Set(one.invited_at.as_unix_micros()),
                answer: Set(one.reply.map(|reply| reply.answer.code().to_owned())),
                answered_at: Set(one.reply.map(|reply| reply.at.as_unix_micros())),
            })
        })
        .collect()
}
