//! What is agreed regionally (agreement, point 9).

mod agreements;

use utoipa_actix_web::service_config::ServiceConfig;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use self::agreements::Agreements;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(agreements::propose_regional_agreement)
        .service(agreements::list_regional_agreements)
        .service(agreements::get_regional_agreement)
        .service(agreements::confirm_regional_agreement)
        .service(agreements::end_regional_agreement);
}
