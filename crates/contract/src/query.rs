//! Parameters of queries: a filter, and the page of what it lets through. Unknown parameters, and parameters given twice, are refused.

use serde::Serialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    LanguageCode, OfficeId, Postcode, Pseudonym, Timestamp,
    vocabulary::{
        AgreementStanding, Category, Channel, DirectoryFormat, EntryStanding, ExploitationForm,
        ExportFormat, Land, LegalBasis, Offer, OfficeKind, Operation, Outcome, Purpose,
        RefusalReason, Retention, SearchOrder, TargetGroup, Task,
    },
};

/// Items on a page when `limit` is not given.
pub const DEFAULT_LIMIT: u16 = 50;
/// Items on a page at most.
pub const MAX_LIMIT: u16 = 200;

/// Which part of a listing is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Items on the page at most. Default: 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    /// Where the page begins: the `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(min_length = 1, max_length = 200)]
    pub cursor: Option<String>,
}

impl PageQuery {
    /// The page that begins at a cursor.
    #[must_use]
    pub const fn at(cursor: Option<String>) -> Self {
        Self {
            limit: None,
            cursor,
        }
    }
}

/// Which withdrawal notices are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NoticeFilter {
    /// Only notices that wait for an answer. Default: all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<bool>,
}

/// Which offices are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfficeFilter {
    /// Directly below this office.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub parent: Option<OfficeId>,
    /// Of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub kind: Option<OfficeKind>,
}

/// Which services are looked for: those that meet every condition. Nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CentreFilter {
    /// Around this postcode; not together with `place`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub postcode: Option<Postcode>,
    /// Around the place with this name. Capitals, umlauts and one or two wrong letters don't matter; of several places with the
    /// name the largest is taken, and the others are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(min_length = 1, max_length = 100)]
    pub place: Option<String>,
    /// In this Land, or there for it; also tells which of several places with the same name is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub land: Option<Land>,
    /// In this language.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub language: Option<LanguageCode>,
    /// Only where the language is spoken, not by an interpreter. Default: both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spoken_only: Option<bool>,
    /// For these people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub target_group: Option<TargetGroup>,
    /// For this form of exploitation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub exploitation_form: Option<ExploitationForm>,
    /// With this offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub offer: Option<Offer>,
    /// Reached so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub channel: Option<Channel>,
    /// Only what one can come to. Default: everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_person: Option<bool>,
    /// Only what comes to where a person is. Default: everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobile: Option<bool>,
    /// Only what is open at this moment. Default: everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_now: Option<bool>,
    /// In which order. Default: `suitable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub order: Option<SearchOrder>,
}

/// The place that somebody means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlaceQuery {
    /// Its name, or the beginning of it.
    #[param(min_length = 1, max_length = 100)]
    pub name: String,
    /// In this Land. Default: anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub land: Option<Land>,
}

/// How the directory is taken along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DirectoryExportQuery {
    /// How it is written.
    #[param(inline)]
    pub format: DirectoryFormat,
}

/// Which entries are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct KeptCentreFilter {
    /// Only those of this standing. Default: all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub standing: Option<EntryStanding>,
}

/// Which regional agreements are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AgreementFilter {
    /// Only those that stand so now. Default: all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub standing: Option<AgreementStanding>,
}

/// The matter for which the competent office is wanted: it names an office or a place, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MatterQuery {
    /// Where it happened or is about to happen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub postcode: Option<Postcode>,
    /// The office that already handles the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub handling_office: Option<OfficeId>,
    /// The task of the police. It is the same as the purpose of a disclosure.
    #[param(inline)]
    pub task: Task,
}

/// Which events are wanted: those that meet every condition. The query itself is logged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditFilter {
    /// Not before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub from: Option<Timestamp>,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub until: Option<Timestamp>,
    /// Done by this client.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(pattern = "^[a-z0-9][a-z0-9.-]{2,63}$", max_length = 64)]
    pub actor: Option<String>,
    /// On behalf of this person, by the partner's own reference (`actor.user` of the event).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(pattern = "^[A-Za-z0-9._:-]{1,64}$", max_length = 64)]
    pub user: Option<String>,
    /// Done by this organisation, or about one of its consents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Uuid>,
    /// Addressed to this office.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub recipient: Option<OfficeId>,
    /// Of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub operation: Option<Operation>,
    /// For this purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub purpose: Option<Purpose>,
    /// On this legal basis.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub legal_basis: Option<LegalBasis>,
    /// With this outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub outcome: Option<Outcome>,
    /// Refused for this reason, among others.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub refusal_reason: Option<RefusalReason>,
    /// With an item of this category.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub category: Option<Category>,
    /// Of this case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<Uuid>,
    /// Of this consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<Uuid>,
    /// Of this revision of the consent; only together with `consent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 4294967295i64)]
    pub revision: Option<u32>,
    /// This one event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<Uuid>,
    /// Of the person with this pseudonym, in the log or for an office.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub pseudonym: Option<Pseudonym>,
    /// A use of the log (query, sample, export) that found at least so many events.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 0, maximum = 9007199254740991i64)]
    pub min_hits: Option<u64>,
    /// A use of the log that found at most so many events.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 0, maximum = 9007199254740991i64)]
    pub max_hits: Option<u64>,
    /// A use of the log in which somebody asked for this case, consent or pseudonym.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(
        pattern = "^(p-[0-9a-f]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$",
        max_length = 36
    )]
    pub queried: Option<String>,
    /// Still there; or erased: then there are no events but their number, and no other condition can be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub retention: Option<Retention>,
}

/// Which time is counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditPeriod {
    /// Not before. Default: the first event that is still there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub from: Option<Timestamp>,
    /// Before. Default: now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub until: Option<Timestamp>,
}

/// What an export is of, besides its conditions. Without any condition and without a range it is of the whole published log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// How it is written.
    #[param(inline)]
    pub format: ExportFormat,
    /// Index of the first leaf of a range. A range is complete: a verifier sees that nothing is left out. No condition can be
    /// asked together with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 0, maximum = 9007199254740991i64)]
    pub from_leaf: Option<u64>,
    /// Index after the last leaf of a range. Default: the size of the published checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 0, maximum = 9007199254740991i64)]
    pub to_leaf: Option<u64>,
}

impl ExportQuery {
    /// Everything, or what the conditions let through.
    #[must_use]
    pub const fn of(format: ExportFormat) -> Self {
        Self {
            format,
            from_leaf: None,
            to_leaf: None,
        }
    }
}
