//! Security notices and threat assessments (agreement, point 5): a police office tells centres what touches their safety, or that of the
//! persons whom they help.
//!
//! Who a notice can be about follows from its audience, and the types make the rule: what goes to several centres has a
//! [`PublicSubject`], in which there is no field for a person.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    CountryCode, LongText, OfficeId, Timestamp,
    known_person::{KnownBy, KnownFrom},
    page::page,
    vocabulary::{
        AcknowledgingRole, InformationGrade, Land, Measure, SecurityNoticeKind,
        SecurityNoticeState, SourceGrade, Statement, ThreatLevel, Urgency,
    },
};

/// What a notice to one centre is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum CentreSubject {
    /// A person.
    Person {
        /// From what the office knows her.
        known_from: KnownFrom,
    },
    /// A person's family.
    Family {
        /// From what the office knows the person.
        known_from: KnownFrom,
    },
    /// The centre's counsellors.
    Counsellors {
        /// The centre, by its identifier in the directory.
        centre_id: Uuid,
    },
    /// The centre itself.
    Centre {
        /// The centre, by its identifier in the directory.
        centre_id: Uuid,
    },
}

/// What a notice to several centres is about. There is no field for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum PublicSubject {
    /// Counsellors.
    Counsellors {},
    /// Centres.
    Centres {},
    /// A country, mostly one of origin.
    Country {
        /// Which.
        country: CountryCode,
    },
}

/// Whom a notice is addressed to, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum NoticeAudience {
    /// One centre, which follows from the subject.
    Centre {
        /// What it is about.
        subject: CentreSubject,
    },
    /// Centres that are, or help, in one of these Länder, as far as their entries in the directory say.
    Region {
        /// Which.
        #[schema(min_items = 1, max_items = 16)]
        laender: Vec<Land>,
        /// What it is about.
        subject: PublicSubject,
    },
    /// Every centre that takes part.
    All {
        /// What it is about.
        subject: PublicSubject,
    },
}

/// One sentence of an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssessedStatement {
    /// Fact or assessment: the two are kept apart (§ 73 BDSG).
    pub statement: Statement,
    /// When it was observed, or judged.
    pub observed_at: Timestamp,
    /// What it says. A pseudonym is refused in it: who a notice is about is said by its audience alone.
    pub text: LongText,
}

/// A threat assessment. It is sealed where it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ThreatAssessment {
    /// How grave it is.
    pub level: ThreatLevel,
    /// Reliability of the source (4x4 system).
    pub source: SourceGrade,
    /// Accuracy of the information (4x4 system).
    pub information: InformationGrade,
    /// Facts and assessments, each marked as what it is.
    #[schema(min_items = 1, max_items = 50)]
    pub statements: Vec<AssessedStatement>,
    /// What the office recommends. Default: nothing.
    #[serde(default)]
    #[schema(max_items = 11)]
    pub measures: Vec<Measure>,
}

/// A new notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::issue_security_notice))]
pub struct IssueSecurityNotice {
    /// What it is about. A threat to a person or family, a released suspect and a handover go to the one centre that knows the person.
    pub kind: SecurityNoticeKind,
    /// Whom it is addressed to.
    pub audience: NoticeAudience,
    /// How soon centres must know.
    pub urgency: Urgency,
    /// From when on it holds.
    pub valid_from: Timestamp,
    /// Until when it holds, unless something newer is said.
    pub valid_until: Timestamp,
    /// What it says.
    pub assessment: ThreatAssessment,
}

/// A new version of a notice. Its audience stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::revise_security_notice))]
pub struct ReviseSecurityNotice {
    /// How soon centres must know.
    pub urgency: Urgency,
    /// From when on it holds.
    pub valid_from: Timestamp,
    /// Until when it holds, unless something newer is said.
    pub valid_until: Timestamp,
    /// What it says.
    pub assessment: ThreatAssessment,
}

/// What became of a notice at one centre, as the office sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeDelivery {
    /// The centre, as an organisation that takes part.
    pub organisation_id: Uuid,
    /// When its client first listed the notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub delivered_at: Option<Timestamp>,
    /// When it was first read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub read_at: Option<Timestamp>,
    /// When the centre was reminded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reminded_at: Option<Timestamp>,
    /// When it was acknowledged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub acknowledged_at: Option<Timestamp>,
    /// As what somebody acknowledged it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub acknowledged_as: Option<AcknowledgingRole>,
}

/// At how many centres a notice is where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryCounts {
    /// To how many it is addressed.
    pub addressed: u64,
    /// At how many it was listed.
    pub delivered: u64,
    /// At how many it was read.
    pub read: u64,
    /// At how many it was acknowledged.
    pub acknowledged: u64,
}

/// A version of a notice, as the office that issued it sees it: what became of it, and not what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::security_notice))]
pub struct SecurityNotice {
    /// The version's identifier.
    pub id: Uuid,
    /// The identifier of the first version: the same for all of them.
    pub series_id: Uuid,
    /// Counted from one.
    #[schema(minimum = 1)]
    pub version: u32,
    /// What it is about.
    pub kind: SecurityNoticeKind,
    /// How soon centres must know.
    pub urgency: Urgency,
    /// Where it stands.
    pub state: SecurityNoticeState,
    /// From when on it holds.
    pub valid_from: Timestamp,
    /// Until when it holds.
    pub valid_until: Timestamp,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it was superseded or withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<Timestamp>,
    /// At how many centres it is where.
    pub counts: DeliveryCounts,
    /// What became of it at each centre.
    pub deliveries: Vec<NoticeDelivery>,
}

/// A notice in a centre's list. Whom it is about stands in what is read alone, and every reading is an event of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::inbox_security_notice))]
pub struct InboxSecurityNotice {
    /// The version's identifier.
    pub id: Uuid,
    /// The identifier of the first version: the same for all of them.
    pub series_id: Uuid,
    /// Counted from one.
    #[schema(minimum = 1)]
    pub version: u32,
    /// The office that issued it.
    pub office: OfficeId,
    /// What it is about.
    pub kind: SecurityNoticeKind,
    /// How soon the centre must know.
    pub urgency: Urgency,
    /// Where it stands.
    pub state: SecurityNoticeState,
    /// From when on it holds.
    pub valid_from: Timestamp,
    /// Until when it holds.
    pub valid_until: Timestamp,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it was superseded or withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<Timestamp>,
    /// When it was first read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub read_at: Option<Timestamp>,
    /// When the centre was reminded of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reminded_at: Option<Timestamp>,
    /// When it was acknowledged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub acknowledged_at: Option<Timestamp>,
    /// As what somebody acknowledged it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub acknowledged_as: Option<AcknowledgingRole>,
}

/// What a notice is about, as a centre is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToldSubject {
    /// A person.
    Person {
        /// By what the centre knows her.
        known_by: KnownBy,
    },
    /// A person's family.
    Family {
        /// By what the centre knows the person.
        known_by: KnownBy,
    },
    /// The centre's counsellors, or those of several centres.
    Counsellors {},
    /// This centre.
    Centre {},
    /// Several centres.
    Centres {},
    /// A country.
    Country {
        /// Which.
        country: CountryCode,
    },
}

/// What a centre reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::read_security_notice))]
pub struct ReadSecurityNotice {
    /// The notice as it stands in the list.
    pub notice: InboxSecurityNotice,
    /// Whom or what it is about.
    pub subject: ToldSubject,
    /// The Länder whose centres were told, if it went to a region.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 16)]
    pub laender: Vec<Land>,
    /// What it says; nothing once it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub assessment: Option<ThreatAssessment>,
}

/// That a notice is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::acknowledge_security_notice))]
pub struct AcknowledgeSecurityNotice {
    /// As what: an urgent notice is acknowledged by the management, the security officer or the counsellor on call.
    pub role: AcknowledgingRole,
}

page! {
    /// A page of an office's notices, newest first.
    SecurityNoticePage of SecurityNotice
}

page! {
    /// A page of what a centre was told, newest first.
    InboxSecurityNoticePage of InboxSecurityNotice
}
