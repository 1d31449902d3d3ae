//! Trainings, general advisories, and the calendar (agreement, point 6).

mod advisories;
mod calendar;
mod ical;
mod trainings;

use utoipa_actix_web::service_config::ServiceConfig;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use self::trainings::Trainings;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(trainings::request_training)
        .service(trainings::list_trainings)
        .service(trainings::get_training)
        .service(trainings::agree_training)
        .service(trainings::decline_training)
        .service(trainings::cancel_training)
        .service(trainings::reschedule_training)
        .service(trainings::record_training_held)
        .service(trainings::evaluate_training)
        .service(trainings::add_training_material)
        .service(advisories::publish_advisory)
        .service(advisories::list_advisories)
        .service(advisories::get_advisory)
        .service(advisories::withdraw_advisory)
        .service(calendar::get_calendar)
        .service(calendar::get_public_calendar);
}
