//! Press releases of both sides (agreement, point 7).

mod releases;
mod work;

use utoipa_actix_web::service_config::ServiceConfig;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use self::releases::Releases;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(releases::draft_press_release)
        .service(releases::list_press_releases)
        .service(releases::get_press_release)
        .service(work::revise_press_release)
        .service(work::comment_press_release)
        .service(work::approve_press_release)
        .service(work::publish_press_release)
        .service(work::discard_press_release);
}
