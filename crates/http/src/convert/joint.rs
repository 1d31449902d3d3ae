//! Joint activities, in both directions.

use freigabe_contract::joint as wire;
use freigabe_domain::{
    gathering::Participant,
    joint::{JointActivity, NewJointActivity},
    prevention::{Invitation, InvitationAnswer},
};

use super::{
    Faults,
    gathering::{costs, general, of_costs, of_participant, of_venue, participant, span, venue},
    timestamp,
    vocabulary::Mirror,
};
use crate::problem::ApiError;

/// What somebody proposes.
pub(crate) fn new_activity(body: wire::ProposeJointActivity) -> Result<NewJointActivity, ApiError> {
    let mut faults = Faults::default();
    let title = general(&mut faults, "/title", body.title.into_string());
    let description = general(&mut faults, "/description", body.description.into_string());
    let span = span(&mut faults, "", body.starts_at, body.ends_at);
    let venue = venue(&mut faults, "/venue", body.venue);
    let counterpart = participant(&mut faults, "/counterpart", &body.counterpart);
    let whole = || {
        Some(NewJointActivity {
            kind: body.kind.mirror(),
            title: title?,
            description: description?,
            span: span?,
            venue: venue?,
            public: body.public,
            costs: costs(&body.costs),
            counterpart: counterpart?,
        })
    };
    faults.finish(whole())
}

/// Whom a party invites.
pub(crate) fn invited(body: &wire::InviteToJointActivity) -> Result<Vec<Participant>, ApiError> {
    let mut faults = Faults::default();
    let mut read = Vec::with_capacity(body.participants.len());
    for (index, one) in body.participants.iter().enumerate() {
        read.extend(participant(
            &mut faults,
            &format!("/participants/{index}"),
            one,
        ));
    }
    faults.finish(Some(read))
}

/// What somebody answers.
pub(crate) fn answer(body: &wire::ReplyToInvitation) -> InvitationAnswer {
    body.answer.mirror()
}

/// A joint activity.
pub(crate) fn activity(activity: &JointActivity) -> wire::JointActivity {
    wire::JointActivity {
        id: activity.id.as_uuid(),
        version: activity.version,
        state: activity.state.mirror(),
        kind: activity.kind.mirror(),
        title: activity.title.as_str().into(),
        description: activity.description.as_str().into(),
        starts_at: timestamp(activity.span.starts_at()),
        ends_at: timestamp(activity.span.ends_at()),
        venue: of_venue(&activity.venue),
        public: activity.public,
        costs: of_costs(activity.costs),
        proposed_by: of_participant(&activity.proposed_by),
        counterpart: of_participant(&activity.counterpart),
        proposed_at: timestamp(activity.proposed_at),
        answered_at: activity.answered_at.map(timestamp),
        closed_at: activity.closed_at.map(timestamp),
        invitations: activity.invitations.iter().map(invitation).collect(),
    }
}

fn invitation(invitation: &Invitation) -> wire::JointActivityInvitation {
    wire::JointActivityInvitation {
        participant: of_participant(&invitation.to),
        invited_at: timestamp(invitation.invited_at),
        answer: invitation.reply.map(|reply| reply.answer.mirror()),
        answered_at: invitation.reply.map(|reply| timestamp(reply.at)),
    }
}
