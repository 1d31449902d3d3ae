//! The API description, and a page to read it with. The page brings everything along; nothing comes from elsewhere.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, http::header, web};
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_swagger_ui::Config;

use crate::{problem::ApiError, state::HttpState};

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_open_api);
}

/// Registers the pages, which are no operations.
pub(crate) fn configure_pages(config: &mut web::ServiceConfig) {
    // The online validator would send this description elsewhere.
    let page = Config::new(["/openapi.json"])
        .validator_url("none")
        .try_it_out_enabled(false)
        .use_base_layout();
    config
        .app_data(web::Data::from(Arc::new(page)))
        .service(docs_without_slash)
        .service(docs);
}

/// Read the API description
///
/// This document: OpenAPI 3.1.
#[utoipa::path(
    operation_id = "getOpenApi",
    tag = "service",
    responses((status = 200, description = "The description.", body = serde_json::Value, content_type = "application/json"))
)]
#[get("/openapi.json")]
async fn get_open_api(state: web::Data<HttpState>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(state.openapi.clone())
}

#[get("/docs")]
async fn docs_without_slash() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, "/docs/"))
        .finish()
}

#[get("/docs/{tail}*")]
async fn docs(
    request: HttpRequest,
    page: web::Data<Config<'static>>,
) -> Result<HttpResponse, ApiError> {
    let file = request
        .path()
        .strip_prefix("/docs/")
        .ok_or(ApiError::NotFound)?;
    let found = utoipa_swagger_ui::serve(file, page.into_inner())
        .map_err(|error| ApiError::Internal(error.to_string()))?
        .ok_or(ApiError::NotFound)?;
    let mut response = HttpResponse::Ok();
    if found.gzpipped {
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    Ok(response
        .content_type(found.content_type)
        .body(found.bytes.into_owned()))
}
