//! Early involvement (agreement, point 3): an office asks centres for help, a centre answers, the coordination sees what nobody
//! answers.

mod offers;
mod office;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(office::note_involvement)
        .service(office::list_involvements)
        .service(office::get_involvement)
        .service(office::suggest_centres)
        .service(office::offer_involvement)
        .service(office::agree_contact)
        .service(office::close_involvement)
        .service(offers::list_involvement_offers)
        .service(offers::get_involvement_offer)
        .service(offers::answer_involvement_offer)
        .service(offers::list_unanswered_offers);
}
