//! What each kind of problem means, for whoever meets one.

use actix_web::{HttpRequest, HttpResponse, get, http::header};
use freigabe_contract::{
    ProblemType,
    problem::{ProblemDescription, ProblemDescriptions},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::ApiError;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_problem_types).service(get_problem_type);
}

/// List the kinds of problems
///
/// Every error of the API is a problem (RFC 9457) of one of these kinds. As JSON, or as a page for a browser.
#[utoipa::path(
    operation_id = "listProblemTypes",
    tag = "service",
    responses((status = 200, description = "All kinds of problems.", body = ProblemDescriptions))
)]
#[get("/problems")]
async fn list_problem_types(request: HttpRequest) -> HttpResponse {
    let all: Vec<_> = ProblemType::ALL.iter().copied().map(describe).collect();
    if wants_html(&request) {
        page("Problems", &all.iter().map(article).collect::<String>())
    } else {
        HttpResponse::Ok().json(ProblemDescriptions { items: all })
    }
}

/// Describe a kind of problem
///
/// What it means and what to do about it. As JSON, or as a page for a browser.
#[utoipa::path(
    operation_id = "getProblemType",
    tag = "service",
    params(("name" = String, Path, description = "Last part of the problem's `type`.", max_length = 64, example = "not-found")),
    responses((status = 200, description = "The kind of problem.", body = ProblemDescription))
)]
#[get("/problems/{name}")]
async fn get_problem_type(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let kind = request
        .match_info()
        .get("name")
        .and_then(ProblemType::from_name)
        .ok_or(ApiError::NotFound)?;
    let description = describe(kind);
    Ok(if wants_html(&request) {
        page(kind.title(), &article(&description))
    } else {
        HttpResponse::Ok().json(description)
    })
}

fn describe(kind: ProblemType) -> ProblemDescription {
    ProblemDescription {
        problem_type: kind.urn().to_owned(),
        status: kind.status(),
        title: kind.title().to_owned(),
        description: kind.description().trim().to_owned(),
    }
}

fn wants_html(request: &HttpRequest) -> bool {
    request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

// The texts are constants of this program; none holds a character that HTML would have to escape.
fn article(problem: &ProblemDescription) -> String {
    format!(
        "<article><h2>{}</h2><p><code>{}</code>, status {}</p><p>{}</p></article>",
        problem.title, problem.problem_type, problem.status, problem.description
    )
}

fn page(title: &str, body: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body>{body}</body></html>"
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_description_needs_escaping() {
        for kind in ProblemType::ALL {
            let text = format!("{}{}", kind.title(), kind.description());
            assert!(!text.contains(['<', '>', '&']), "{}", kind.name());
        }
    }
}
