//! Prevention days, and where the police name the network, in both directions.

use freigabe_contract::prevention as wire;
use freigabe_domain::{
    directory::WebAddress,
    exchange::{MediaReferenceView, NewInvitations, NewMediaReference},
    ids::CentreId,
    media::{MediaCheckedBy, MediaFound, MediaPlace, MediaSubject},
    prevention::{Invitation, InvitationAnswer, NewPreventionEvent, PreventionEvent},
};

use super::{
    Faults,
    gathering::{costs, general, of_costs, of_participant, of_venue, span, venue},
    timestamp,
    vocabulary::Mirror,
};
use crate::problem::ApiError;

/// What an office plans.
pub(crate) fn new_event(body: wire::PlanPreventionEvent) -> Result<NewPreventionEvent, ApiError> {
    let mut faults = Faults::default();
    let title = general(&mut faults, "/title", body.title.into_string());
    let description = general(&mut faults, "/description", body.description.into_string());
    let span = span(&mut faults, "", body.starts_at, body.ends_at);
    let venue = venue(&mut faults, "/venue", body.venue);
    let whole = || {
        Some(NewPreventionEvent {
            title: title?,
            description: description?,
            span: span?,
            venue: venue?,
            public: body.public,
            costs: costs(&body.costs),
        })
    };
    faults.finish(whole())
}

/// Whom an office invites.
pub(crate) fn invitations(body: wire::InvitePreventionEvent) -> NewInvitations {
    NewInvitations {
        coordination: body.coordination,
        laender: body.laender.into_iter().map(Mirror::mirror).collect(),
        centres: body.centres.into_iter().map(CentreId::from_uuid).collect(),
    }
}

/// What somebody answers.
pub(crate) fn answer(body: &wire::ReplyToPreventionEvent) -> InvitationAnswer {
    body.answer.mirror()
}

/// A prevention day.
pub(crate) fn event(event: &PreventionEvent) -> wire::PreventionEvent {
    wire::PreventionEvent {
        id: event.id.as_uuid(),
        version: event.version,
        state: event.state.mirror(),
        office: event.office.as_str().into(),
        title: event.title.as_str().into(),
        description: event.description.as_str().into(),
        starts_at: timestamp(event.span.starts_at()),
        ends_at: timestamp(event.span.ends_at()),
        venue: of_venue(&event.venue),
        public: event.public,
        costs: of_costs(event.costs),
        planned_at: timestamp(event.planned_at),
        closed_at: event.closed_at.map(timestamp),
        invitations: event.invitations.iter().map(invitation).collect(),
    }
}

fn invitation(invitation: &Invitation) -> wire::PreventionInvitation {
    wire::PreventionInvitation {
        participant: of_participant(&invitation.to),
        invited_at: timestamp(invitation.invited_at),
        answer: invitation.reply.map(|reply| reply.answer.mirror()),
        answered_at: invitation.reply.map(|reply| timestamp(reply.at)),
    }
}

/// A place that an office adds.
pub(crate) fn new_reference(body: wire::AddMediaReference) -> Result<NewMediaReference, ApiError> {
    let mut faults = Faults::default();
    let place = match body.place {
        wire::MediaPlace::Page { address } => {
            let read = WebAddress::parse(address.into_string());
            let read = faults.keep(|| "/place/address".to_owned(), read);
            read.map(MediaPlace::Page)
        }
        wire::MediaPlace::Leaflet { title, lies_at } => {
            let title = general(&mut faults, "/place/title", title.into_string());
            let lies_at = general(&mut faults, "/place/lies_at", lies_at.into_string());
            title
                .zip(lies_at)
                .map(|(title, lies_at)| MediaPlace::Leaflet { title, lies_at })
        }
    };
    let names = match body.names {
        wire::MediaSubject::Coordination {} => MediaSubject::Coordination,
        wire::MediaSubject::Centre { centre_id } => {
            MediaSubject::Centre(CentreId::from_uuid(centre_id))
        }
    };
    faults.finish(place.map(|place| NewMediaReference { place, names }))
}

/// What was found there, and by whom.
pub(crate) fn check(body: &wire::RecordMediaReferenceCheck) -> (MediaFound, MediaCheckedBy) {
    (body.still_live.mirror(), body.checked_by.mirror())
}

/// A place where the police name the network.
pub(crate) fn reference(view: &MediaReferenceView) -> wire::MediaReference {
    let reference = &view.reference;
    wire::MediaReference {
        id: reference.id.as_uuid(),
        office: reference.office.as_str().into(),
        place: match &reference.place {
            MediaPlace::Page(address) => wire::MediaPlace::Page {
                address: address.as_str().into(),
            },
            MediaPlace::Leaflet { title, lies_at } => wire::MediaPlace::Leaflet {
                title: title.as_str().into(),
                lies_at: lies_at.as_str().into(),
            },
        },
        names: match reference.names {
            MediaSubject::Coordination => wire::MediaSubject::Coordination {},
            MediaSubject::Centre(centre) => wire::MediaSubject::Centre {
                centre_id: centre.as_uuid(),
            },
        },
        still_live: reference.still_live().mirror(),
        added_at: timestamp(reference.added_at),
        last_checked_at: reference.checked.map(|check| timestamp(check.at)),
        checked_by: reference.checked.map(|check| check.by.mirror()),
        stale: view.stale,
        removed_at: reference.removed_at.map(timestamp),
    }
}
