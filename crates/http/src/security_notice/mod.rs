//! Security notices and threat assessments (agreement, point 5): an office tells centres, a centre reads and acknowledges.

mod inbox;
mod office;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(office::issue_security_notice)
        .service(office::list_security_notices)
        .service(office::get_security_notice)
        .service(office::revise_security_notice)
        .service(office::withdraw_security_notice)
        .service(inbox::list_security_inbox)
        .service(inbox::read_security_notice)
        .service(inbox::acknowledge_security_notice);
}
