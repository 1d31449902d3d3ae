//! The tiled log (C2SP tlog-tiles). It needs no token and tells of nobody; what it says never changes, but for the checkpoint.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, HeaderValue},
    web,
};
use freigabe_domain::log::{Generation, Place, TilePath};

use crate::{problem::ApiError, state::HttpState};

/// What a tile holds never changes: a partial one has its width in its name.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The newest checkpoint is asked for anew.
const NEWEST: HeaderValue = HeaderValue::from_static("no-cache");

/// Read the newest checkpoint
///
/// The newest published checkpoint of the log: a C2SP signed note with the log's signature and those of its witnesses. There is
/// none before the first event was published.
#[utoipa::path(
    operation_id = "getLogCheckpoint",
    tag = "log",
    responses((status = 200, description = "The checkpoint.", body = String, content_type = "text/plain; charset=utf-8"))
)]
#[get("/log/checkpoint")]
pub(super) async fn get_log_checkpoint(
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    checkpoint(&state, None).await
}

/// Read entries
///
/// An entry bundle of C2SP tlog-tiles: 256 entries, or fewer with `.p/` and their number, of those that the newest published
/// checkpoint covers. Each is the 36 bytes of a leaf after its length in two bytes. The path's last parameter has slashes
/// where the index is long, as in `x001/234`.
#[utoipa::path(
    operation_id = "getLogEntries",
    tag = "log",
    params(("bundle" = String, Path, description = "`N` or `N.p/W` (C2SP tlog-tiles), such as `x001/234.p/56`.")),
    responses((status = 200, description = "The entries.", body = inline(Octets), content_type = "application/octet-stream"))
)]
#[get("/log/tile/entries/{bundle:.+}")]
pub(super) async fn get_log_entries(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    tile(&state, &request, None).await
}

/// Read a tile
///
/// A tile of C2SP tlog-tiles: 256 hashes of one level, or fewer with `.p/` and their number, of those that the newest published
/// checkpoint covers.
#[utoipa::path(
    operation_id = "getLogTile",
    tag = "log",
    params(
        ("level" = String, Path, description = "The level: 0 is that of the leaves."),
        ("tile" = String, Path, description = "`N` or `N.p/W` (C2SP tlog-tiles), such as `x001/234.p/56`.")
    ),
    responses((status = 200, description = "The hashes.", body = inline(Octets), content_type = "application/octet-stream"))
)]
#[get("/log/tile/{level}/{tile:.+}")]
pub(super) async fn get_log_tile(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    tile(&state, &request, None).await
}

/// Read a former log's last checkpoint
///
/// A log whose key was lost ended with this checkpoint; the first entry of the next log stands for the event that names it.
#[utoipa::path(
    operation_id = "getFormerLogCheckpoint",
    tag = "log",
    params(("generation" = u32, Path, description = "The log's number in this installation: 0 is the first.")),
    responses((status = 200, description = "The checkpoint.", body = String, content_type = "text/plain; charset=utf-8"))
)]
#[get("/log/former/{generation}/checkpoint")]
pub(super) async fn get_former_log_checkpoint(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    checkpoint(&state, Some(generation(&request)?)).await
}

/// Read a former log's entries
///
/// As `getLogEntries`, of a log by its number.
#[utoipa::path(
    operation_id = "getFormerLogEntries",
    tag = "log",
    params(
        ("generation" = u32, Path, description = "The log's number in this installation: 0 is the first."),
        ("bundle" = String, Path, description = "`N` or `N.p/W` (C2SP tlog-tiles), such as `x001/234.p/56`.")
    ),
    responses((status = 200, description = "The entries.", body = inline(Octets), content_type = "application/octet-stream"))
)]
#[get("/log/former/{generation}/tile/entries/{bundle:.+}")]
pub(super) async fn get_former_log_entries(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    tile(&state, &request, Some(generation(&request)?)).await
}

/// Read a former log's tile
///
/// As `getLogTile`, of a log by its number.
#[utoipa::path(
    operation_id = "getFormerLogTile",
    tag = "log",
    params(
        ("generation" = u32, Path, description = "The log's number in this installation: 0 is the first."),
        ("level" = String, Path, description = "The level: 0 is that of the leaves."),
        ("tile" = String, Path, description = "`N` or `N.p/W` (C2SP tlog-tiles), such as `x001/234.p/56`.")
    ),
    responses((status = 200, description = "The hashes.", body = inline(Octets), content_type = "application/octet-stream"))
)]
#[get("/log/former/{generation}/tile/{level}/{tile:.+}")]
pub(super) async fn get_former_log_tile(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    tile(&state, &request, Some(generation(&request)?)).await
}

/// Bytes as C2SP tlog-tiles says.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "stands in the description alone")]
struct Octets(Vec<u8>);

async fn checkpoint(
    state: &HttpState,
    generation: Option<Generation>,
) -> Result<HttpResponse, ApiError> {
    let found = state.exchange.published_checkpoint(generation).await?;
    let checkpoint = found.ok_or(ApiError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, NEWEST))
        .body(checkpoint.note))
}

async fn tile(
    state: &HttpState,
    request: &HttpRequest,
    generation: Option<Generation>,
) -> Result<HttpResponse, ApiError> {
    // The path itself, which has one spelling for each tile; every other one is nothing.
    let path = request.path();
    let begin = path.find("/tile/").ok_or(ApiError::NotFound)?;
    let written = path.get(begin.saturating_add(1)..);
    let path: TilePath = written
        .and_then(|written| written.parse().ok())
        .ok_or(ApiError::NotFound)?;
    let (exchange, width) = (&state.exchange, path.width());
    let found = match path.place() {
        Place::Tile(tile) => exchange.log_tile(generation, tile, width).await?,
        Place::Entries(bundle) => exchange.log_bundle(generation, bundle, width).await?,
    };
    let bytes = found.ok_or(ApiError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((header::CACHE_CONTROL, IMMUTABLE))
        .body(bytes))
}

/// The number of a log, in its one spelling.
fn generation(request: &HttpRequest) -> Result<Generation, ApiError> {
    let written = request.match_info().get("generation").unwrap_or_default();
    let number: u32 = written.parse().map_err(|_| ApiError::NotFound)?;
    (number.to_string() == written)
        .then(|| Generation::from_number(number))
        .ok_or(ApiError::NotFound)
}
