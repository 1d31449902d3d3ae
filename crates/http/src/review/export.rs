//! `exportReviewFigures`: a review's figures as a file.

use actix_web::{
    HttpResponse, get,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web,
};
use freigabe_contract::{query::ReviewExportQuery, vocabulary::ReviewFormat};
use freigabe_domain::ids::ReviewId;

use super::files::{self, Reader};
use crate::{
    access::PartnerOrCoordination,
    extract::Id,
    problem::ApiError,
    query::{Asked, Parameters, Query},
    state::HttpState,
};

pub(super) struct WantedFile(ReviewFormat);

impl Query for WantedFile {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        let codes: Vec<_> = ReviewFormat::ALL
            .iter()
            .map(|format| format.code())
            .collect();
        let expected = format!("one of: {}", codes.join(", "));
        let read = |text: &str| ReviewFormat::from_code(text).ok();
        parameters.required("format", &expected, read).map(Self)
    }
}

/// Take the figures of a review along
///
/// For spreadsheets (CSV: one line for each figure; XLSX: a sheet for each topic, and what both sides said), or as a page to read and to print, in
/// German or English, that needs nothing from elsewhere. The same numbers as `getReviewFigures`, with the same ones withheld.
#[utoipa::path(
    operation_id = "exportReviewFigures",
    tag = "reviews",
    params(
        ("review_id" = uuid::Uuid, Path, description = "The review's `id`."),
        ReviewExportQuery
    ),
    responses((
        status = 200,
        description = "The file.",
        content(
            (String = "text/csv"),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "text/html"),
        )
    ))
)]
#[get("/v1/reviews/{review_id}/figures/export")]
pub(super) async fn export_review_figures(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<ReviewId>,
    asked: Asked<WantedFile>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    let WantedFile(format) = asked.query;
    let (review, figures) = state.exchange.review_figures(&caller, id).await?;
    let number = review.number;
    let (file, media_type, extension) = match format {
        ReviewFormat::Csv => (
            files::csv(&figures)?,
            "text/csv; charset=utf-8; header=present",
            "csv",
        ),
        ReviewFormat::Xlsx => (
            files::xlsx(&review, &figures)?,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
        ReviewFormat::HtmlDe => (
            files::page(&review, &figures, Reader::German),
            "text/html; charset=utf-8",
            "de.html",
        ),
        ReviewFormat::HtmlEn => (
            files::page(&review, &figures, Reader::English),
            "text/html; charset=utf-8",
            "en.html",
        ),
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"review-{number}.{extension}\""),
        ))
        .body(file))
}
