//! Police offices, and which of them is competent (agreement, points 4 and 9).

use actix_web::{get, web};
use freigabe_contract::{
    office::{CompetentOffice, Office, OfficePage},
    query::{MatterQuery, OfficeFilter, PageQuery},
};
use freigabe_domain::{
    office::{Matter, OfficeId, OfficeKind, Postcode, Task},
    store::OfficeQuery,
};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    access::Anyone,
    convert,
    extract::Id,
    problem::ApiError,
    query::{Asked, Parameters, Query, code},
    reply::Reply,
    state::HttpState,
};

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_offices)
        .service(get_office)
        .service(get_competent_office);
}

const AN_OFFICE: &str = "the identifier of an office";

pub(crate) struct Offices {
    pub(crate) query: OfficeQuery,
    pub(crate) limit: u16,
}

impl Query for Offices {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        let parent = parameters.optional("parent", AN_OFFICE, |text| OfficeId::parse(text).ok());
        let kind = code!(parameters, "kind", OfficeKind);
        let after = parameters.cursor();
        Some(Self {
            query: OfficeQuery {
                parent,
                kind,
                after,
            },
            limit: parameters.limit(),
        })
    }
}

/// List police offices
///
/// In the order of their identifiers.
#[utoipa::path(
    operation_id = "listOffices",
    tag = "offices",
    params(OfficeFilter, PageQuery),
    responses((status = 200, description = "A page.", body = OfficePage))
)]
#[get("/v1/offices")]
async fn list_offices(
    _caller: Anyone,
    asked: Asked<Offices>,
    state: web::Data<HttpState>,
) -> Result<Reply<OfficePage>, ApiError> {
    let Offices { query, limit } = &asked.query;
    let found = state.exchange.offices(query, *limit).await?;
    let items = found.items.iter().map(convert::office).collect();
    Ok(asked.page(items, found.next))
}

/// Read a police office
#[utoipa::path(
    operation_id = "getOffice",
    tag = "offices",
    description = "One office of the directory, active or not.",
    params(("office_id" = freigabe_contract::OfficeId, Path, description = "The office's `id`.")),
    responses((status = 200, description = "The office.", body = Office))
)]
#[get("/v1/offices/{office_id}")]
async fn get_office(
    Anyone(caller): Anyone,
    Id(id): Id<OfficeId>,
    state: web::Data<HttpState>,
) -> Result<Reply<Office>, ApiError> {
    let office = state.exchange.office(&caller, &id).await?;
    Ok(Reply::ok(convert::office(&office)))
}

impl Query for Matter {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        let named = parameters.names("postcode") || parameters.names("handling_office");
        let postcode = parameters.optional("postcode", "the five digits of a postcode", |text| {
            Postcode::parse(text).ok()
        });
        let office = parameters.optional("handling_office", AN_OFFICE, |text| {
            OfficeId::parse(text).ok()
        });
        let tasks: Vec<_> = Task::ALL.iter().map(|task| task.code()).collect();
        let expected = format!("one of: {}", tasks.join(", "));
        let task = parameters.required("task", &expected, |text| Task::from_code(text).ok());
        if !named {
            parameters.fault("postcode", "is needed, or handling_office, or both");
        }
        Self::new(office, postcode, task?).ok()
    }
}

/// Tell the competent office
///
/// Which office a centre addresses in a matter, and why: the one that already handles the case, the one of a regional
/// agreement (point 9), or by place and task. Agreements bind their parties: a centre is told by its own, as they will decide when it
/// releases something; everybody else is told the federal default.
#[utoipa::path(
    operation_id = "getCompetentOffice",
    tag = "offices",
    params(MatterQuery),
    responses((status = 200, description = "The office, the reason, and others that may be addressed.", body = CompetentOffice))
)]
#[get("/v1/competent-office")]
async fn get_competent_office(
    Anyone(caller): Anyone,
    asked: Asked<Matter>,
    state: web::Data<HttpState>,
) -> Result<Reply<CompetentOffice>, ApiError> {
    match state
        .exchange
        .competent_office(&caller, &asked.query)
        .await?
    {
        Ok(competence) => Ok(Reply::ok(convert::competence(&competence))),
        Err(error) => {
            let (_, needed) = convert::needed_for_competence(&error);
            Err(ApiError::NoCompetentOffice(format!("Needed: {needed}.")))
        }
    }
}
