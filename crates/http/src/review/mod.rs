//! Reviews of the agreement (agreement, point 11).

mod export;
mod files;
mod measures;
mod reviews;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(reviews::open_review)
        .service(reviews::list_reviews)
        .service(reviews::get_review)
        .service(reviews::get_review_figures)
        .service(export::export_review_figures)
        .service(reviews::assess_review)
        .service(reviews::conclude_review)
        .service(measures::propose_measure)
        .service(measures::agree_measure)
        .service(measures::complete_measure);
}
