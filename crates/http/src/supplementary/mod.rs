//! Who pays what share of something that both sides do together (agreement, point 10).

mod agreements;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use self::agreements::Supplementary;
use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(agreements::propose_supplementary_agreement)
        .service(agreements::list_supplementary_agreements)
        .service(agreements::get_supplementary_agreement)
        .service(agreements::confirm_supplementary_agreement)
        .service(agreements::end_supplementary_agreement);
}
