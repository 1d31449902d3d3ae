//! The log as everybody may read it, and what proves that something is in it.

mod proofs;
mod public;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations. Entries before tiles: to the router, `entries` could be a level.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(public::get_log_checkpoint)
        .service(public::get_log_entries)
        .service(public::get_log_tile)
        .service(public::get_former_log_checkpoint)
        .service(public::get_former_log_entries)
        .service(public::get_former_log_tile)
        .service(proofs::check_receipt);
}

/// Registers the operations for auditors.
pub(crate) fn configure_proofs(config: &mut ServiceConfig<'_>) {
    config.service(proofs::get_audit_event_proof);
}
