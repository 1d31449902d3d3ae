//! Exports: streams that hold a few hundred events at a time, each batch read in a transaction of its own.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{
    HttpResponse,
    body::{BodySize, MessageBody},
    get,
    http::header,
    rt,
    web::{self, Bytes},
};
use freigabe_contract::{
    audit::EXPORTED_RECORDS,
    query::{AuditFilter, ExportQuery},
};
use freigabe_domain::{
    access::AuditorCaller,
    audit::{ExportFormat, ExportPlan, ExportRequest, LoggedLeaf, Retention, WantedLeaves},
};
use serde_json::{Map, Value};
use tokio::sync::mpsc;

use super::{
    csv, fhir,
    filter::{self, number},
};
use crate::{
    access::Auditor,
    problem::ApiError,
    query::{Asked, Parameters, Query, code},
    state::HttpState,
};

/// Batches that may wait for a slow reader.
const WAITING: usize = 2;

pub(crate) struct Wanted {
    format: ExportFormat,
    request: ExportRequest,
}

impl Query for Wanted {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        let format = code!(parameters, "format", ExportFormat);
        if format.is_none() && !parameters.names("format") {
            parameters.fault("format", "is needed: one of: ndjson, csv, fhir");
        }
        let leaves = WantedLeaves {
            from: number(parameters, "from_leaf"),
            until: number(parameters, "to_leaf"),
        };
        let query = filter::read(parameters);
        if query.retention == Some(Retention::Gone) {
            parameters.fault(
                "retention",
                "gone can't be exported: there is nothing but the leaves",
            );
        }
        let has_range = leaves != WantedLeaves::default();
        if has_range && query.is_narrowed() {
            let detail = "a range is complete: no condition can be asked together with it";
            parameters.fault("from_leaf", detail);
        }
        let is_empty =
            matches!((leaves.from, leaves.until), (Some(from), Some(until)) if from > until);
        if is_empty {
            parameters.fault("to_leaf", "must not be less than from_leaf");
        }
        let request = if query.is_narrowed() || query.retention.is_some() {
            ExportRequest::Matching(Box::new(query))
        } else {
            ExportRequest::Leaves(leaves)
        };
        Some(Self {
            format: format?,
            request,
        })
    }
}

/// Export the log
///
/// A range of the published log, leaf by leaf, or the events in it that meet every condition, newest first. The export is
/// logged before its first byte, with what was asked, the leaves that it is of and the number of its records. It is of one
/// population: of the log as it was published when the export began.
///
/// - `ndjson`: verifiable by `freigabe verify`, with payload, salt and proof of each event; the last line is the end.
/// - `csv`: RFC 4180 with a header line. A cell that a spreadsheet would compute begins with an apostrophe.
/// - `fhir`: one FHIR R4 AuditEvent (IHE BALP) a line; leaves whose event is gone are left out.
///
/// The header `Freigabe-Export-Records` says how many records there will be: a stream with another number was cut off, or
/// events were erased while it was written.
#[utoipa::path(
    operation_id = "exportAuditEvents",
    tag = "audit",
    params(ExportQuery, AuditFilter),
    responses((
        status = 200,
        description = "The export, as a stream.",
        content(
            (String = "application/x-ndjson"),
            (String = "text/csv"),
            (String = "application/fhir+ndjson"),
        ),
        headers(("Freigabe-Export-Records" = u64, description = "How many records there will be.")),
    ))
)]
#[get("/v1/audit/exports")]
pub(super) async fn export_audit_events(
    Auditor(caller): Auditor,
    asked: Asked<Wanted>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    let Wanted { format, request } = asked.query;
    let plan = state
        .exchange
        .begin_export(&caller, format, request)
        .await?;
    let (media_type, extension) = match format {
        ExportFormat::Ndjson => ("application/x-ndjson", "ndjson"),
        ExportFormat::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
        ExportFormat::Fhir => ("application/fhir+ndjson", "fhir.ndjson"),
    };
    let records = plan.records;
    let range = plan.population;
    let name = format!(
        "attachment; filename=\"freigabe-log-{}-{}-{}.{extension}\"",
        range.generation, range.from, range.until
    );
    let (sender, receiver) = mpsc::channel(WAITING);
    rt::spawn(write(state.clone(), caller, plan, sender));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, media_type))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((EXPORTED_RECORDS, records))
        .body(Stream(receiver)))
}

type Piece = Result<Bytes, Cut>;

/// The stream ends here, and is not complete. What happened is in the server's log.
#[derive(Debug, thiserror::Error)]
#[error("the export was cut off")]
struct Cut;

/// Reads batch after batch, until the end or until nobody reads any more.
async fn write(
    state: web::Data<HttpState>,
    caller: AuditorCaller,
    plan: ExportPlan,
    sender: mpsc::Sender<Piece>,
) {
    if let Err(error) = try_write(&state, &caller, &plan, &sender).await {
        tracing::error!(?error, "an export was cut off");
        // Nobody may be left to tell.
        let _ = sender.send(Err(Cut)).await;
    }
}

async fn try_write(
    state: &HttpState,
    caller: &AuditorCaller,
    plan: &ExportPlan,
    sender: &mpsc::Sender<Piece>,
) -> Result<(), ApiError> {
    let site = state.issuer.issuer();
    let mut piece = match plan.format {
        ExportFormat::Ndjson => plan.header.clone(),
        ExportFormat::Csv => csv::header()?,
        ExportFormat::Fhir => Vec::new(),
    };
    let mut position = Some(plan.begin());
    let mut records: u64 = 0;
    while let Some(from) = position {
        let batch = state.exchange.export_batch(caller, plan, from).await?;
        for (leaf, line) in &batch.leaves {
            let written = match plan.format {
                ExportFormat::Ndjson => line.clone(),
                ExportFormat::Csv => Some(row(leaf)?),
                ExportFormat::Fhir => resource(leaf, site)?,
            };
            if let Some(written) = written {
                piece.extend_from_slice(&written);
                records += 1;
            }
        }
        position = batch.next;
        if !piece.is_empty()
            && sender
                .send(Ok(std::mem::take(&mut piece).into()))
                .await
                .is_err()
        {
            // The reader went away.
            return Ok(());
        }
    }
    if plan.format == ExportFormat::Ndjson {
        let end = ExportPlan::end(records);
        let _ = sender.send(Ok(end.into())).await;
    }
    Ok(())
}

fn row(leaf: &LoggedLeaf) -> Result<Vec<u8>, ApiError> {
    let event = parsed(leaf)?;
    csv::record(
        leaf.index,
        &leaf.leaf.commitment.to_string(),
        event.as_ref(),
    )
}

fn resource(leaf: &LoggedLeaf, site: &str) -> Result<Option<Vec<u8>>, ApiError> {
    Ok(parsed(leaf)?.map(|event| {
        let mut line = fhir::audit_event(&event, site).to_string().into_bytes();
        line.push(b'\n');
        line
    }))
}

fn parsed(leaf: &LoggedLeaf) -> Result<Option<Map<String, Value>>, ApiError> {
    let Some(kept) = &leaf.kept else {
        return Ok(None);
    };
    let parsed = serde_json::from_slice(&kept.event.payload);
    parsed.map(Some).map_err(|_| {
        ApiError::Internal(format!("event {}: the payload is no object", kept.event.id))
    })
}

/// The body: pieces as they come.
struct Stream(mpsc::Receiver<Piece>);

impl MessageBody for Stream {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.0
            .poll_recv(context)
            .map(|piece| piece.map(|piece| piece.map_err(Into::into)))
    }
}
