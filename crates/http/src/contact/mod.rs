//! Contact details of a person, from an office to the centre that helps (agreement, point 3): the gate of point 4 in the other direction.

mod centre;
mod office;

use actix_web::{get, web};
use freigabe_contract::contact::ContactDetailsView;
use freigabe_domain::{access::Partner, ids::ContactDetailsId};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    access::CentreOrOffice, convert::contact as convert, extract::Id, problem::ApiError,
    reply::Reply, state::HttpState,
};

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(office::record_contact_consent)
        .service(office::get_contact_consent)
        .service(office::withdraw_contact_consent)
        .service(office::release_contact_details)
        .service(centre::list_contact_details)
        .service(get_contact_details)
        .service(centre::collect_contact_details)
        .service(centre::acknowledge_contact_details)
        .service(centre::confirm_contact_erasure);
}

/// Follow contact details
///
/// The office that told them and the centre that they are for each see their own view, without what they say. Details that were
/// sealed before their collection do not exist for the centre.
#[utoipa::path(
    operation_id = "getContactDetails",
    tag = "contacts",
    params(("contact_details_id" = uuid::Uuid, Path, description = "The `id` of the details.")),
    responses((status = 200, description = "The details.", body = ContactDetailsView))
)]
#[get("/v1/contact-details/{contact_details_id}")]
async fn get_contact_details(
    CentreOrOffice(caller): CentreOrOffice,
    Id(id): Id<ContactDetailsId>,
    state: web::Data<HttpState>,
) -> Result<Reply<ContactDetailsView>, ApiError> {
    let view = match caller {
        Partner::Office(caller) => {
            let record = state.exchange.released_contact(&caller, id).await?;
            ContactDetailsView::Office(convert::details(&record))
        }
        Partner::Centre(caller) => {
            let view = state.exchange.addressed_contact(&caller, id).await?;
            ContactDetailsView::Centre(convert::addressed(view.record()))
        }
    };
    Ok(Reply::ok(view))
}
