//! Prevention days, and where the police name the network (agreement, point 8).

mod events;
mod media;

use utoipa_actix_web::service_config::ServiceConfig;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use self::{events::Events, media::References};

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(events::plan_prevention_event)
        .service(events::list_prevention_events)
        .service(events::get_prevention_event)
        .service(events::invite_prevention_event)
        .service(events::reply_to_prevention_event)
        .service(events::record_prevention_event_held)
        .service(events::cancel_prevention_event)
        .service(media::add_media_reference)
        .service(media::list_media_references)
        .service(media::get_media_reference)
        .service(media::record_media_reference_check)
        .service(media::remove_media_reference);
}
