//! `importCounsellingCentres`, `exportCounsellingCentres`

use actix_web::{
    HttpResponse, get,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    post, web,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use freigabe_contract::{
    Fault,
    directory::{ImportCounsellingCentres, ImportReport},
    query::DirectoryExportQuery,
    vocabulary::DirectoryFormat,
};
use freigabe_domain::access::Keeper;

use super::files::{ExportError, ImportError, export_file, import_file};
use crate::{
    access::{Anyone, Coordination},
    json::Body,
    problem::ApiError,
    query::{Asked, Parameters, Query},
    reply::Reply,
    state::HttpState,
};

/// Bring in counselling centres
///
/// Takes over the entries of a file, all of them or none: new ones are added, those that say something else are changed, and the same
/// file again changes nothing. Every fault is told with its line and column, or its JSON pointer. Entries are not confirmed by this. A file
/// that is too large for a request is brought in by `freigabe directory import` on the machine.
#[utoipa::path(
    operation_id = "importCounsellingCentres",
    tag = "directory",
    request_body = ImportCounsellingCentres,
    responses((status = 200, description = "What became of them.", body = ImportReport))
)]
#[post("/v1/counselling-centre-imports")]
pub(super) async fn import_counselling_centres(
    Coordination(caller): Coordination,
    body: Body<ImportCounsellingCentres>,
    state: web::Data<HttpState>,
) -> Result<Reply<ImportReport>, ApiError> {
    let refused = |detail: String| Fault::at("/content", detail);
    let bytes = STANDARD.decode(&body.value.content).map_err(|_| {
        ApiError::InvalidBody(vec![refused("must be base64 (RFC 4648 §4)".to_owned())])
    })?;
    let rehearsal = body.value.rehearsal.unwrap_or_default();
    let keeper = Keeper::Coordination(caller);
    let exchange = state.exchange.as_ref();
    let done = import_file(exchange, &keeper, body.value.format, &bytes, rehearsal).await;
    let done = done.map_err(|error| match error {
        ImportError::Faults(faults) => {
            ApiError::InvalidBody(faults.into_iter().map(refused).collect())
        }
        ImportError::Failed(error) => error.into(),
    })?;
    let report = ImportReport {
        added: done.added,
        changed: done.changed,
        unchanged: done.unchanged,
        rehearsal,
    };
    Ok(Reply::ok(report).receipt(state.receipt(&done)))
}

pub(crate) struct WantedFile(DirectoryFormat);

impl Query for WantedFile {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        let codes: Vec<_> = DirectoryFormat::ALL
            .iter()
            .map(|format| format.code())
            .collect();
        let expected = format!("one of: {}", codes.join(", "));
        let read = |text: &str| DirectoryFormat::from_code(text).ok();
        parameters.required("format", &expected, read).map(Self)
    }
}

/// Take the directory along
///
/// All entries in one file, which another directory can read: Open Referral HSDS 3 as JSON or as a tabular data package, or a table for
/// spreadsheets. The same directory is the same bytes.
#[utoipa::path(
    operation_id = "exportCounsellingCentres",
    tag = "directory",
    params(DirectoryExportQuery),
    responses((
        status = 200,
        description = "The file.",
        content(
            (Vec<Object> = "application/json"),
            (String = "application/zip"),
            (String = "text/csv"),
        )
    ))
)]
#[get("/v1/counselling-centre-export")]
pub(super) async fn export_counselling_centres(
    _caller: Anyone,
    asked: Asked<WantedFile>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    let WantedFile(format) = asked.query;
    let file = export_file(state.exchange.as_ref(), format).await;
    let file = file.map_err(|error| match error {
        ExportError::Failed(error) => error.into(),
        ExportError::Format(problem) => ApiError::Internal(problem),
    })?;
    let (media_type, name) = match format {
        DirectoryFormat::HsdsJson => ("application/json", "counselling-centres.json"),
        DirectoryFormat::HsdsPackage => ("application/zip", "counselling-centres.zip"),
        DirectoryFormat::Csv => ("text/csv; charset=utf-8", "counselling-centres.csv"),
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .body(file))
}
