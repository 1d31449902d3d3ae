//! The tables as sea-orm sees them. Private to this crate: nothing outside knows a row.
#![allow(unreachable_pub, reason = "sea-orm's derives need public items")]

/// One module for each table: its model and nothing else, since relations are held by the database's foreign keys.
macro_rules! table {
    ($module:ident, $table:literal { $( $(#[$attribute:meta])* $column:ident: $type:ty, )+ }) => {
        pub(crate) mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $( $(#[$attribute])* pub $column: $type, )+ }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

table!(installation, "installation" {
    #[sea_orm(primary_key, auto_increment = false)] id: i32,
    master_key_check: Vec<u8>,
});

table!(office, "offices" {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    kind: String,
    name: String,
    parent_id: Option<String>,
    city: Option<String>,
    land: Option<String>,
    lat: Option<f64>,
    lon: Option<f64>,
    specialism: String,
    active: bool,
});

table!(direktion_area, "direktion_areas" {
    #[sea_orm(primary_key, auto_increment = false)] land: String,
    office_id: String,
});

table!(postcode, "postcodes" {
    #[sea_orm(primary_key, auto_increment = false)] postcode: String,
    name: String,
    land: String,
    lat: f64,
    lon: f64,
});

table!(place, "places" {
    #[sea_orm(primary_key, auto_increment = false)] geoname_id: i64,
    name: String,
    land: String,
    lat: f64,
    lon: f64,
    population: Option<i64>,
    feature_code: Option<String>,
});

table!(counselling_centre, "counselling_centres" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    organisation_id: Option<Uuid>,
    version: i64,
    changed_at: i64,
    assured_at: Option<i64>,
    assured_version: Option<i64>,
    entry: String,
});

table!(directory_state, "directory_state" {
    #[sea_orm(primary_key, auto_increment = false)] id: i32,
    version: i64,
});

table!(organisation, "organisations" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    role: String,
    name: String,
    office_id: Option<String>,
    regime: String,
    created_at: i64,
});

table!(client, "clients" {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    organisation_id: Uuid,
    credential_kind: String,
    credential: String,
    issuer: Option<String>,
    scopes: Option<String>,
    active: bool,
    created_at: i64,
});

table!(client_invitation, "client_invitations" {
    #[sea_orm(primary_key, auto_increment = false)] client_id: String,
    organisation_id: Uuid,
    secret_hash: Vec<u8>,
    scopes: Option<String>,
    created_at: i64,
    expires_at: i64,
});

table!(used_assertion, "used_assertions" {
    #[sea_orm(primary_key, auto_increment = false)] client_id: String,
    #[sea_orm(primary_key, auto_increment = false)] jti: String,
    expires_at: i64,
});

table!(request, "requests" {
    #[sea_orm(primary_key, auto_increment = false)] client_id: String,
    #[sea_orm(primary_key, auto_increment = false)] key: String,
    fingerprint: Vec<u8>,
    resource: Uuid,
    created_at: i64,
    leaf: Option<Vec<u8>>,
});

table!(case, "cases" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    centre_id: Uuid,
    lookup: Vec<u8>,
    person: String,
    wrapped_key: Vec<u8>,
    sealed_references: Vec<u8>,
    created_at: i64,
});

table!(consent, "consents" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    centre_id: Uuid,
    case_id: Uuid,
    person: String,
    status: String,
    revision: i64,
    recorded_at: i64,
    changed_at: i64,
    withdrawn_at: Option<i64>,
    valid_from: Option<i64>,
    valid_until: Option<i64>,
    commitment: Vec<u8>,
});

table!(consent_revision, "consent_revisions" {
    #[sea_orm(primary_key, auto_increment = false)] consent_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] number: i64,
    recorded_at: i64,
    status: String,
    sealed_terms: Option<Vec<u8>>,
});

table!(consent_event, "consent_events" {
    #[sea_orm(primary_key, auto_increment = false)] consent_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] revision: i64,
    #[sea_orm(primary_key, auto_increment = false)] kind: String,
    at: i64,
});

table!(disclosure, "disclosures" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    centre_id: Uuid,
    case_id: Uuid,
    consent_id: Uuid,
    consent_revision: i64,
    recipient: String,
    purpose: String,
    onward_transfer: bool,
    handling_office: Option<String>,
    place: Option<String>,
    task: String,
    competence: String,
    items: String,
    person: String,
    person_for_recipient: String,
    state: String,
    seal_reason: Option<String>,
    released_at: i64,
    collected_at: Option<i64>,
    closed_at: Option<i64>,
});

// The content stands in a table of its own, so that no listing can carry it along and destroying it is deleting a row.
table!(content, "contents" {
    #[sea_orm(primary_key, auto_increment = false)] disclosure_id: Uuid,
    sealed: Vec<u8>,
});

table!(withdrawal_notice, "withdrawal_notices" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    disclosure_id: Uuid,
    consent_id: Uuid,
    centre_id: Uuid,
    office_id: String,
    person: String,
    cause: String,
    issued_at: i64,
    answer: Option<String>,
    legal_basis: Option<String>,
    answered_at: Option<i64>,
});

table!(referral_notice, "referral_notices" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    office_id: String,
    recorded_at: i64,
    told_at: i64,
    language: String,
    medium: String,
    leaflet_version: Option<i64>,
    centres: String,
});

table!(involvement, "involvements" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    office_id: String,
    organisation_id: Uuid,
    case_id: Uuid,
    person: String,
    suspicion_noted_at: i64,
    opened_at: i64,
    sealed_need: Vec<u8>,
    state: String,
    accepted_offer: Option<Uuid>,
    contact_mode: Option<String>,
    meeting_at: Option<i64>,
    contact_agreed_at: Option<i64>,
    closed_at: Option<i64>,
});

table!(involvement_offer, "involvement_offers" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    involvement_id: Uuid,
    office_id: String,
    case_id: Uuid,
    centre_id: Uuid,
    organisation_id: Uuid,
    person_for_centre: String,
    state: String,
    reason: Option<String>,
    offered_at: i64,
    remind_at: i64,
    answer_by: i64,
    reminded_at: Option<i64>,
    escalated_at: Option<i64>,
    answered_at: Option<i64>,
});

table!(contact_consent, "contact_consents" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    involvement_id: Uuid,
    office_id: String,
    case_id: Uuid,
    person: String,
    status: String,
    recorded_at: i64,
    withdrawn_at: Option<i64>,
    valid_from: i64,
    valid_until: i64,
    sealed_terms: Vec<u8>,
    commitment: Vec<u8>,
});

table!(contact_details, "contact_details" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    consent_id: Uuid,
    involvement_id: Uuid,
    office_id: String,
    case_id: Uuid,
    offer_id: Uuid,
    centre_id: Uuid,
    organisation_id: Uuid,
    person: String,
    person_for_centre: String,
    kinds: String,
    state: String,
    seal_reason: Option<String>,
    released_at: i64,
    collected_at: Option<i64>,
    closed_at: Option<i64>,
    erasure_asked_at: Option<i64>,
    erased_at: Option<i64>,
});

table!(contact_content, "contact_contents" {
    #[sea_orm(primary_key, auto_increment = false)] details_id: Uuid,
    sealed: Vec<u8>,
});

table!(event, "events" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    at: i64,
    operation: String,
    outcome: String,
    actor: Option<String>,
    recipient: Option<String>,
    case_id: Option<Uuid>,
    consent_id: Option<Uuid>,
    disclosure_id: Option<Uuid>,
    payload: Vec<u8>,
    salt: Vec<u8>,
    commitment: Vec<u8>,
    class: i16,
    expiry_year: i16,
    user_reference: Option<String>,
    consent_revision: Option<i64>,
    purpose: Option<String>,
    legal_basis: Option<String>,
    hits: Option<i64>,
});

table!(event_term, "event_terms" {
    #[sea_orm(primary_key, auto_increment = false)] dimension: String,
    #[sea_orm(primary_key, auto_increment = false)] value: String,
    #[sea_orm(primary_key, auto_increment = false)] at: i64,
    #[sea_orm(primary_key, auto_increment = false)] event_id: Uuid,
    expiry_year: i16,
});

table!(log_pending, "log_pending" {
    #[sea_orm(primary_key, auto_increment = false)] at: i64,
    #[sea_orm(primary_key, auto_increment = false)] event_id: Uuid,
    class: i16,
    expiry_year: i16,
    commitment: Vec<u8>,
});

table!(log_head, "log_heads" {
    #[sea_orm(primary_key, auto_increment = false)] generation: i64,
    origin: String,
    size: i64,
    root: Vec<u8>,
    unpublished_since: Option<i64>,
    lease_holder: Option<Uuid>,
    lease_until: Option<i64>,
});

table!(log_entry, "log_entries" {
    #[sea_orm(primary_key, auto_increment = false)] generation: i64,
    #[sea_orm(primary_key, auto_increment = false)] bundle: i64,
    entries: Vec<u8>,
});

table!(log_tile, "log_tiles" {
    #[sea_orm(primary_key, auto_increment = false)] generation: i64,
    #[sea_orm(primary_key, auto_increment = false)] level: i16,
    #[sea_orm(primary_key, auto_increment = false)] tile: i64,
    hashes: Vec<u8>,
});

table!(log_leaf, "log_leaves" {
    #[sea_orm(primary_key, auto_increment = false)] commitment: Vec<u8>,
    generation: i64,
    leaf_index: i64,
});

table!(log_checkpoint, "log_checkpoints" {
    #[sea_orm(primary_key, auto_increment = false)] generation: i64,
    #[sea_orm(primary_key, auto_increment = false)] size: i64,
    root: Vec<u8>,
    note: String,
    signed_at: i64,
    published_at: Option<i64>,
});

table!(erasure, "erasures" {
    #[sea_orm(primary_key, auto_increment = false)] intent: Vec<u8>,
    kind: String,
    expiry_year: Option<i16>,
    class: Option<i16>,
    case_id: Option<Uuid>,
    generation: i64,
    ranges: String,
    count: i64,
    years: String,
    announced_at: i64,
    done: Option<Vec<u8>>,
    done_at: Option<i64>,
    cleaned_at: Option<i64>,
});

table!(consent_form, "consent_forms" {
    #[sea_orm(primary_key, auto_increment = false)] kind: String,
    #[sea_orm(primary_key, auto_increment = false)] version: String,
    #[sea_orm(primary_key, auto_increment = false)] language: String,
    added_at: i64,
});

table!(security_notice, "security_notices" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    series: Uuid,
    version: i64,
    office_id: String,
    kind: String,
    urgency: String,
    audience: String,
    subject: String,
    country: Option<String>,
    laender: Option<String>,
    organisation_id: Option<Uuid>,
    case_id: Option<Uuid>,
    person: Option<String>,
    disclosure_id: Option<Uuid>,
    offer_id: Option<Uuid>,
    person_for_centre: Option<String>,
    valid_from: i64,
    valid_until: i64,
    issued_at: i64,
    wrapped_key: Option<Vec<u8>>,
    sealed_assessment: Option<Vec<u8>>,
    state: String,
    ended_at: Option<i64>,
});

table!(security_notice_delivery, "security_notice_deliveries" {
    #[sea_orm(primary_key, auto_increment = false)] notice_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] organisation_id: Uuid,
    office_id: String,
    case_id: Option<Uuid>,
    issued_at: i64,
    remind_at: i64,
    delivered_at: Option<i64>,
    read_at: Option<i64>,
    reminded_at: Option<i64>,
    acknowledged_at: Option<i64>,
    acknowledged_as: Option<String>,
});

table!(handover, "handovers" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    office_id: String,
    organisation_id: Uuid,
    case_id: Uuid,
    turn: i64,
    person: String,
    disclosure_id: Option<Uuid>,
    offer_id: Option<Uuid>,
    person_for_centre: Option<String>,
    to_kind: String,
    to_office: Option<String>,
    to_land: Option<String>,
    to_unit: Option<String>,
    handed_over_at: i64,
    acknowledged_at: Option<i64>,
});

table!(contact_pair, "contact_pairs" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    office_id: String,
    organisation_id: Uuid,
    opened_at: i64,
});

table!(contact_pair_half, "contact_pair_halves" {
    #[sea_orm(primary_key, auto_increment = false)] pair_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] side: String,
    office_id: String,
    version: i64,
    since: i64,
    changed_at: i64,
    confirmed_at: i64,
});

table!(contact_pair_content, "contact_pair_contents" {
    #[sea_orm(primary_key, auto_increment = false)] pair_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] side: String,
    wrapped_key: Vec<u8>,
    sealed_contacts: Vec<u8>,
});

table!(regional_agreement, "regional_agreements" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    title: String,
    reference: Option<String>,
    valid_from: i64,
    valid_until: Option<i64>,
    precedence: String,
    offer_remind_after: Option<i32>,
    offer_answer_within: Option<i32>,
    notice_routine: Option<i32>,
    notice_urgent: Option<i32>,
    replaces: Option<Uuid>,
    proposed_at: i64,
    proposed_by_office: Option<String>,
    proposed_by_organisation: Option<Uuid>,
    ended_at: Option<i64>,
    ended_by_office: Option<String>,
    ended_by_organisation: Option<Uuid>,
});

table!(regional_agreement_party, "regional_agreement_parties" {
    #[sea_orm(primary_key, auto_increment = false)] agreement_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] number: i16,
    office_id: Option<String>,
    organisation_id: Option<Uuid>,
    centre_id: Option<Uuid>,
    confirmed_at: Option<i64>,
});

table!(regional_agreement_office, "regional_agreement_offices" {
    #[sea_orm(primary_key, auto_increment = false)] agreement_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] task: String,
    office_id: String,
});

table!(regional_agreement_area, "regional_agreement_areas" {
    #[sea_orm(primary_key, auto_increment = false)] agreement_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] code: String,
});
