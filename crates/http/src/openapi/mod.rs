//! The published API description (OpenAPI 3.1): collected from the handlers that are registered, and completed from the
//! table of operations and of problems.

mod complete;
mod texts;

pub(crate) use texts::FOREIGN_RECEIPT;

use actix_web::App;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt as _;

use crate::server;

/// The API description.
#[must_use]
pub fn openapi() -> OpenApi {
    let (_, mut description) = App::new()
        .into_utoipa_app()
        .configure(server::operations)
        .split_for_parts();
    complete::complete(&mut description);
    description
}

/// The API description as JSON, pretty and always in the same order, with a line feed at the end: the content of
/// `openapi/freigabe.json`.
#[must_use]
pub fn openapi_json() -> String {
    // Nothing in a description is without a form in JSON; a test reads this text back.
    let mut text = openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
