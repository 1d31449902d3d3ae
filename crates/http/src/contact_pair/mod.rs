//! Contact pairs (agreement, point 9): an office and a centre name each other whom to call, before there is any case.

mod gap;
mod pairs;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(pairs::open_contact_pair)
        .service(pairs::list_contact_pairs)
        .service(pairs::get_contact_pair)
        .service(pairs::set_pair_contacts)
        .service(pairs::confirm_contact_pair)
        .service(gap::list_offices_without_contact);
}
