//! Disclosures: a centre checks, releases, follows and recalls; the addressed office lists, collects and acknowledges.

mod collect;
mod read;
mod release;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(release::check_disclosure)
        .service(release::release_disclosure)
        .service(read::list_disclosures)
        .service(read::get_disclosure)
        .service(release::recall_disclosure)
        .service(release::redirect_disclosure)
        .service(read::list_inbox)
        .service(collect::collect_disclosure)
        .service(collect::acknowledge_disclosure);
}
