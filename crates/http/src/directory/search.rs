//! `searchCounsellingCentres`, `getCounsellingCentre`, `findPlaces`

use actix_web::{get, web};
use freigabe_contract::{
    Fault,
    directory::{CounsellingCentre, FoundServicePage, PlaceList},
    query::{CentreFilter, PageQuery, PlaceQuery},
};
use freigabe_domain::{
    directory::{
        Channel, ExploitationForm, LanguageCode, MatchPosition, Offer, Search, SearchOrder,
        TargetGroup,
    },
    exchange::Near,
    ids::CentreId,
    office::{Land, Postcode},
};

use super::tag;
use crate::{
    convert::directory as convert,
    extract::Id,
    problem::ApiError,
    query::{Asked, Parameters, Query, code},
    reply::Reply,
    state::HttpState,
};

const A_NAME: &str = "the name of a place, 1 to 100 characters";
/// Places are suggested up to so many.
const SUGGESTIONS: u16 = 10;

/// The name of a place as somebody wrote it.
fn name(text: &str) -> Option<String> {
    let fits = (1..=100).contains(&text.chars().count()) && !text.trim().is_empty();
    (fits && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

pub(crate) struct CentreSearch {
    near: Option<Near>,
    search: Search,
    after: Option<MatchPosition>,
    limit: u16,
}

impl Query for CentreSearch {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        let both = parameters.names("postcode") && parameters.names("place");
        let postcode = parameters.optional("postcode", "the five digits of a postcode", |text| {
            Postcode::parse(text).ok()
        });
        let place = parameters.optional("place", A_NAME, name);
        if both {
            parameters.fault("place", "must not be given together with postcode");
        }
        let land = code!(parameters, "land", Land);
        let search = Search {
            near: None,
            land,
            language: parameters.optional("language", "a language code of ISO 639", |text| {
                LanguageCode::parse(text).ok()
            }),
            spoken_only: parameters.flag("spoken_only"),
            target_group: code!(parameters, "target_group", TargetGroup),
            exploitation_form: code!(parameters, "exploitation_form", ExploitationForm),
            offer: code!(parameters, "offer", Offer),
            channel: code!(parameters, "channel", Channel),
            in_person: parameters.flag("in_person"),
            mobile: parameters.flag("mobile"),
            open_now: parameters.flag("open_now"),
            order: code!(parameters, "order", SearchOrder).unwrap_or_default(),
        };
        let near = postcode
            .map(Near::Postcode)
            .or_else(|| place.map(|name| Near::Named { name, land }));
        Some(Self {
            near,
            search,
            after: parameters.cursor(),
            limit: parameters.limit(),
        })
    }
}

/// Search counselling centres
///
/// Services that fit, the suitable and nearest first, each with the reasons why it is where it is. No token is needed, and
/// nothing is kept about who searches, or for what. Distances are along the great circle, from the middle of the place or of the
/// postcode's area; a shelter has none, because it shows no place.
#[utoipa::path(
    operation_id = "searchCounsellingCentres",
    tag = "directory",
    params(CentreFilter, PageQuery),
    responses((status = 200, description = "A page.", body = FoundServicePage))
)]
#[get("/v1/counselling-centres")]
pub(super) async fn search_counselling_centres(
    asked: Asked<CentreSearch>,
    state: web::Data<HttpState>,
) -> Result<Reply<FoundServicePage>, ApiError> {
    let CentreSearch {
        near,
        search,
        after,
        limit,
    } = &asked.query;
    let exchange = &state.exchange;
    let found = exchange
        .search_centres(near.as_ref(), search, *after, *limit)
        .await?;
    let Ok(found) = found else {
        let parameter = match near {
            Some(Near::Postcode(_)) => "postcode",
            _ => "place",
        };
        let fault = Fault::in_parameter(parameter, "no such place is known");
        return Err(ApiError::InvalidQuery(vec![fault]));
    };
    let (next, link) = asked.next(found.matches.next);
    Ok(Reply::ok(convert::found(&found, next)).linked(link))
}

/// Read a counselling centre
#[utoipa::path(
    operation_id = "getCounsellingCentre",
    tag = "directory",
    description = "One entry of the directory, with all its services. No token is needed.",
    params(("centre_id" = uuid::Uuid, Path, description = "The centre's `id`.")),
    responses((
        status = 200,
        description = "The entry.",
        body = CounsellingCentre,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`."))
    ))
)]
#[get("/v1/counselling-centres/{centre_id}")]
pub(super) async fn get_counselling_centre(
    Id(id): Id<CentreId>,
    state: web::Data<HttpState>,
) -> Result<Reply<CounsellingCentre>, ApiError> {
    let (centre, at) = state.exchange.centre(id).await?;
    let rules = state.exchange.confirmation_rules();
    Ok(Reply::ok(convert::centre(&centre, rules, at)).tagged(tag::of(&centre)))
}

pub(crate) struct PlaceName {
    name: String,
    land: Option<Land>,
}

impl Query for PlaceName {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        let name = parameters.required("name", A_NAME, name);
        let land = code!(parameters, "land", Land);
        Some(Self { name: name?, land })
    }
}

/// Find places by name
///
/// Places whose names are, begin, or look like what was asked for, the likelier first, ten at most: for whoever types a name.
/// Capitals, umlauts and one or two wrong letters don't matter. No token is needed, and nothing is kept about who asks.
#[utoipa::path(
    operation_id = "findPlaces",
    tag = "directory",
    params(PlaceQuery),
    responses((status = 200, description = "The places.", body = PlaceList))
)]
#[get("/v1/places")]
pub(super) async fn find_places(
    asked: Asked<PlaceName>,
    state: web::Data<HttpState>,
) -> Result<Reply<PlaceList>, ApiError> {
    let PlaceName { name, land } = &asked.query;
    let found = state.exchange.places(name, *land, SUGGESTIONS).await?;
    let items = found
        .iter()
        .map(|(place, _)| convert::named_place(place))
        .collect();
    Ok(Reply::ok(PlaceList { items }))
}
