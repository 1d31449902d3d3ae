//! Who takes part: the operator adds organisations, invites them to register clients, and looks after the clients.

mod change;
mod client;
mod invitation;
mod organisation;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(organisation::add_organisation)
        .service(organisation::list_organisations)
        .service(organisation::get_organisation)
        .service(invitation::invite_client)
        .service(client::list_clients)
        .service(client::add_client)
        .service(client::get_client)
        .service(change::replace_client_credential)
        .service(change::set_client_scopes)
        .service(change::suspend_client)
        .service(change::resume_client);
}
