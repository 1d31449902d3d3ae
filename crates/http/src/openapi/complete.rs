//! What the handlers' own descriptions leave to the tables: security, keys, problems, and the closing of tagged unions.

use std::collections::BTreeMap;

use freigabe_contract::{
    Fault, Problem, ProblemType, access::USER, disclosure::Refusal, examples, problem::PROBLEM_JSON,
};
use freigabe_domain::{
    access::AccessScope,
    contact::{ContactItemKind, ContactRefusals},
    disclosure as domain,
    ids::ContactConsentId,
};
use serde_json::{Value, json};
use utoipa::{
    ToSchema,
    openapi::{
        Components, ContentBuilder, Header, HeaderBuilder, InfoBuilder, License, Object,
        ObjectBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder, Schema, Server,
        example::{Example, ExampleBuilder},
        extensions::ExtensionsBuilder,
        path::{self, Parameter, ParameterBuilder, ParameterIn, PathItem},
        response::Response,
        schema::{AdditionalProperties, OneOf, Type},
        security::{ClientCredentials, Flow, OAuth2, Scopes, SecurityRequirement, SecurityScheme},
        tag::TagBuilder,
    },
};

use super::texts;
use crate::{
    convert,
    extract::{MOST_TAG, TAG_PATTERN},
    operation::{Callers, OPERATIONS, Operation},
    problem::{ApiError, plain},
};

const SECURITY: &str = "oauth2";
/// The property that tells the branches of a union in a request apart.
const TAG: &str = "type";

/// Completes a description.
pub(super) fn complete(description: &mut OpenApi) {
    description.info = InfoBuilder::new()
        .title("Freigabe")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(texts::DESCRIPTION))
        .license(Some({
            let mut license = License::new("Apache-2.0");
            license.identifier = Some("Apache-2.0".to_owned());
            license
        }))
        .build();
    description.servers = Some(vec![Server::new("/")]);
    description.tags = Some(
        texts::TAGS
            .iter()
            .map(|(name, about)| {
                TagBuilder::new()
                    .name(*name)
                    .description(Some(*about))
                    .build()
            })
            .collect(),
    );
    let components = description.components.get_or_insert_with(Components::new);
    add_schema::<Problem>(components);
    components.schemas.values_mut().for_each(close_tagged_union);
    for kind in ProblemType::ALL {
        components
            .examples
            .insert(kind.name().to_owned(), RefOr::T(example(*kind)));
    }
    components.parameters = parameters();
    components.security_schemes.insert(
        SECURITY.to_owned(),
        RefOr::T(SecurityScheme::OAuth2(OAuth2::with_description(
            [Flow::ClientCredentials(ClientCredentials::new(
                "/oauth2/token",
                AccessScope::ALL
                    .iter()
                    .map(|scope| (scope.code(), scope.english()))
                    .collect::<Scopes>(),
            ))],
            "Client credentials with `private_key_jwt` (RFC 7523). A client has the scopes that the operator gave it, and may ask for fewer.",
        ))),
    );
    for operation in OPERATIONS {
        if let Some(described) = find(description, operation) {
            complete_operation(described, operation);
        }
    }
}

/// The described operation.
pub(super) fn find<'d>(
    description: &'d mut OpenApi,
    operation: &Operation,
) -> Option<&'d mut path::Operation> {
    let item: &mut PathItem = description
        .paths
        .paths
        .get_mut(&operation.published_path())?;
    match operation.method.as_str() {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        "PUT" => item.put.as_mut(),
        "DELETE" => item.delete.as_mut(),
        _ => None,
    }
}

fn complete_operation(described: &mut path::Operation, operation: &Operation) {
    described.security = Some(vec![match operation.scope {
        None => SecurityRequirement::default(),
        Some(scope) => SecurityRequirement::new(SECURITY, [scope.code()]),
    }]);
    described.extensions = Some(
        ExtensionsBuilder::new()
            .add("x-callers", json!(operation.callers.roles()))
            .build(),
    );
    let problems = operation.all_problems();
    let mut add_parameter = |name: &str| {
        let reference = Ref::new(format!("#/components/parameters/{name}"));
        described
            .parameters
            .get_or_insert_default()
            .push(RefOr::Ref(reference));
    };
    if operation.keyed {
        add_parameter("IdempotencyKey");
    }
    if operation.callers != Callers::Public {
        add_parameter(if operation.user { "NeededUser" } else { "User" });
    }
    if problems.contains(&ProblemType::PreconditionRequired) {
        add_parameter("IfMatch");
    }
    let mut by_status: BTreeMap<u16, Vec<ProblemType>> = BTreeMap::new();
    for problem in problems {
        by_status.entry(problem.status()).or_default().push(problem);
    }
    let responses = &mut described.responses.responses;
    for (status, problems) in by_status {
        responses.insert(status.to_string(), RefOr::T(response(&problems)));
    }
    if operation.receipt {
        for (status, response) in &mut described.responses.responses {
            if let RefOr::T(response) = response
                && status.starts_with('2')
            {
                let receipt = header(texts::RECEIPT);
                response
                    .headers
                    .insert(texts::RECEIPT_HEADER.to_owned(), RefOr::T(receipt));
            }
        }
    }
    if is_listing(described)
        && let Some(RefOr::T(page)) = described.responses.responses.get_mut("200")
    {
        let about = "`rel=\"next\"`, unless this is the last page.";
        page.headers
            .insert("Link".to_owned(), RefOr::T(header(about)));
    }
}

/// Whether it is read page by page.
fn is_listing(described: &path::Operation) -> bool {
    let takes_cursor = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(parameter) if parameter.name == "cursor");
    described.parameters.iter().flatten().any(takes_cursor)
}

fn header(about: &str) -> Header {
    HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .description(Some(about))
        .build()
}

/// The answer of a status: the problems that have it.
fn response(problems: &[ProblemType]) -> Response {
    let meaning: Vec<String> = problems
        .iter()
        .map(|problem| format!("`{}`: {}.", problem.name(), problem.title()))
        .collect();
    let mut content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    for problem in problems {
        let reference = Ref::new(format!("#/components/examples/{}", problem.name()));
        content
            .examples
            .insert(problem.name().to_owned(), RefOr::Ref(reference));
    }
    let mut response = ResponseBuilder::new()
        .description(meaning.join(" "))
        .content(PROBLEM_JSON, content);
    if problems.contains(&ProblemType::Unauthorized) {
        let about = "`DPoP` with the algorithms of proofs; `error` is `invalid_token`, `invalid_dpop_proof` or `use_dpop_nonce` if there was a token (RFC 9449). With `use_dpop_nonce` comes the nonce in `DPoP-Nonce`.";
        response = response.header("WWW-Authenticate", header(about));
    }
    let wait = [
        ProblemType::Unavailable,
        ProblemType::TooManyRequests,
        ProblemType::NotYetPublished,
    ];
    if wait.iter().any(|kind| problems.contains(kind)) {
        response = response.header("Retry-After", header("Seconds after which to try again."));
    }
    response.build()
}

fn example(kind: ProblemType) -> Example {
    ExampleBuilder::new()
        .summary(kind.title())
        .value(Some(problem(kind)))
        .build()
}

/// The office wants to tell what the person did not allow.
fn contact_refusal() -> Refusal {
    let refusals = ContactRefusals {
        consent: ContactConsentId::from_uuid(uuid::Uuid::from_u128(
            0x019a_6d10_33cc_7d44_9e55_6f77_a889_9018,
        )),
        reasons: vec![domain::Refusal {
            reason: domain::RefusalReason::CategoryNotCovered,
            item: Some(0),
            needed: domain::Needed::ContactItem(ContactItemKind::Whereabouts),
        }],
    };
    // INVARIANT: one reason is one refusal.
    convert::contact::refusals(&refusals).remove(0)
}

/// A problem of a kind with particulars as they may be.
fn problem(kind: ProblemType) -> Value {
    let mut problem = match kind {
        ProblemType::IdempotencyKeyMissing => ApiError::IdempotencyKeyMissing.problem(),
        ProblemType::PreconditionRequired => ApiError::PreconditionRequired.problem(),
        kind => plain(kind),
    };
    match kind {
        ProblemType::MalformedJson => {
            problem.errors = vec![Fault::at("/decision", "stands twice in its object")];
        }
        ProblemType::InvalidBody => {
            problem.errors = vec![
                Fault::at("/terms/grants/0/purposes", "must hold at least 1 items"),
                Fault::at("/terms/fee", "is not a known field"),
            ];
        }
        ProblemType::NeverAccepted => {
            problem.errors = vec![Fault::at(
                "/items/0/category",
                "therapy notes are never accepted: they stay between the person and who treats her (§ 203 StGB)",
            )];
        }
        ProblemType::InvalidQuery => {
            problem.errors = vec![Fault::in_parameter(
                "limit",
                "must be a whole number from 1 to 200",
            )];
        }
        ProblemType::InvalidHeader => {
            problem.errors = vec![Fault::in_header(
                "Idempotency-Key",
                "must be 8 to 64 visible ASCII characters, once",
            )];
        }
        ProblemType::Conflict => {
            problem.detail = Some("only a message that is still held can be recalled".to_owned());
        }
        ProblemType::ForeignReceipt => {
            problem.errors = vec![Fault::at("/receipt", texts::FOREIGN_RECEIPT)];
        }
        ProblemType::NoCompetentOffice => {
            problem.detail = Some(
                "Needed: a postcode that is in the directory, of the same place or nearby."
                    .to_owned(),
            );
        }
        ProblemType::DisclosureRefused => {
            problem.refusals = serde_json::from_value::<Refusal>(examples::refusal())
                .into_iter()
                .collect();
            problem.passing_items = Some(vec![0]);
        }
        ProblemType::ContactRefused => {
            problem.refusals = vec![contact_refusal()];
        }
        ProblemType::IdempotencyKeyMissing
        | ProblemType::IdempotencyKeyReused
        | ProblemType::PreconditionRequired
        | ProblemType::Unauthorized
        | ProblemType::Forbidden
        | ProblemType::NotFound
        | ProblemType::NotYetPublished
        | ProblemType::MethodNotAllowed
        | ProblemType::RequestTimeout
        | ProblemType::Stale
        | ProblemType::TooLarge
        | ProblemType::TooManyRequests
        | ProblemType::UnsupportedMediaType
        | ProblemType::Internal
        | ProblemType::Unavailable => {}
    }
    serde_json::to_value(problem).unwrap_or_default()
}

fn parameters() -> BTreeMap<String, RefOr<Parameter>> {
    let header = |name: &str, required: Required, about: &str, schema: Object| {
        RefOr::T(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Header)
                .required(required)
                .description(Some(about))
                .schema(Some(schema))
                .build(),
        )
    };
    let key = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[!-~]{8,64}$"))
        .min_length(Some(8))
        .max_length(Some(64))
        .examples([json!("019a6b2e-7c41-7f00-8b2a-1c2d3e4f5a06")])
        .build();
    let tag = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(TAG_PATTERN))
        .max_length(Some(MOST_TAG))
        .examples([json!("\"1-given\"")])
        .build();
    let user = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[A-Za-z0-9._:-]{1,64}$"))
        .min_length(Some(1))
        .max_length(Some(64))
        .examples([json!("P-4711")])
        .build();
    BTreeMap::from([
        (
            "IdempotencyKey".to_owned(),
            header(
                "Idempotency-Key",
                Required::True,
                texts::IDEMPOTENCY_KEY,
                key,
            ),
        ),
        (
            "IfMatch".to_owned(),
            header("If-Match", Required::True, texts::IF_MATCH, tag),
        ),
        (
            "User".to_owned(),
            header(USER, Required::False, texts::USER, user.clone()),
        ),
        (
            "NeededUser".to_owned(),
            header(USER, Required::True, texts::USER, user),
        ),
    ])
}

fn add_schema<T: ToSchema>(components: &mut Components) {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    components.schemas.extend(schemas);
}

/// In a union whose branches are told apart by `type`, each branch knows all its fields. The derive writes that for plain
/// objects only.
fn close_tagged_union(schema: &mut RefOr<Schema>) {
    let RefOr::T(Schema::OneOf(OneOf { items, .. })) = schema else {
        return;
    };
    let is_tagged = |item: &RefOr<Schema>| matches!(item, RefOr::T(Schema::Object(object)) if object.properties.contains_key(TAG));
    if !items.iter().all(is_tagged) {
        return;
    }
    for item in items {
        if let RefOr::T(Schema::Object(object)) = item {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
}
