//! Consents: a centre records, revises, withdraws, and hands out receipts; which forms there are for it.

mod forms;
mod read;
mod record;
mod revise;
mod tag;
mod withdraw;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(record::record_consent)
        .service(read::list_consents)
        .service(read::get_consent)
        .service(revise::revise_consent)
        .service(withdraw::withdraw_consent)
        .service(read::get_consent_receipt)
        .configure(forms::configure);
}
