//! Refusals: typed, complete, and with what would be needed. They are for the centre alone.

use crate::{
    contact::ContactItemKind,
    handover::Handler,
    ids::{CentreId, ConsentId},
    instant::Instant,
    office::{CompetenceError, CompetenceReason, OfficeId},
    vocabulary::{Action, Category, ExpressScope, Handling, Purpose, vocabulary},
};

vocabulary! {
    /// Why a disclosure is refused.
    RefusalReason as "refusal reason" {
        NoConsent = "NO_CONSENT", "keine Einwilligung", "no consent";
        NotYetValid = "NOT_YET_VALID", "Einwilligung gilt noch nicht", "consent is not valid yet";
        Expired = "EXPIRED", "Einwilligung ist abgelaufen", "consent has expired";
        Withdrawn = "WITHDRAWN", "Einwilligung ist widerrufen", "consent was withdrawn";
        Superseded = "SUPERSEDED", "Einwilligung ist durch eine neuere Fassung ersetzt", "consent was superseded by a later revision";
        CategoryNotCovered = "CATEGORY_NOT_COVERED", "Art der Information nicht umfasst", "category is not covered";
        ExpressScopeMissing = "EXPRESS_SCOPE_MISSING", "ausdrückliche Erlaubnis fehlt", "express scope is missing";
        Excluded = "EXCLUDED", "ausdrücklich ausgeschlossen", "expressly excluded";
        RecipientNotCovered = "RECIPIENT_NOT_COVERED", "Empfänger nicht umfasst", "recipient is not covered";
        OfficeNotCompetent = "OFFICE_NOT_COMPETENT", "Dienststelle ist nicht zuständig", "office is not competent";
        PurposeNotCovered = "PURPOSE_NOT_COVERED", "Zweck nicht umfasst", "purpose is not covered";
        ActionNotCovered = "ACTION_NOT_COVERED", "Handlung nicht umfasst", "action is not covered";
        HandlingNotCovered = "HANDLING_NOT_COVERED", "Verwendungsbeschränkung nicht eingehalten", "handling restriction is not kept";
        DataProtectionConsentMissing = "DATA_PROTECTION_CONSENT_MISSING", "datenschutzrechtliche Einwilligung fehlt", "data-protection consent is missing";
        ConfidentialityReleaseMissing = "CONFIDENTIALITY_RELEASE_MISSING", "Schweigepflichtentbindung fehlt", "release from confidentiality is missing";
        NoticeIncomplete = "NOTICE_INCOMPLETE", "Belehrung unvollständig", "the person was not fully informed";
        RepresentativeRequired = "REPRESENTATIVE_REQUIRED", "Vertretung erforderlich", "a representative who may act is required";
        PersonMustConsent = "PERSON_MUST_CONSENT", "die Person muss selbst einwilligen", "the person must consent herself";
        AssentRequired = "ASSENT_REQUIRED", "Zustimmung der jungen Person erforderlich", "the young person's assent is required";
        InterpreterRequired = "INTERPRETER_REQUIRED", "Sprachmittlung erforderlich", "an interpreter is required";
        ReadBackRequired = "READ_BACK_REQUIRED", "Rückübersetzung erforderlich", "the text must be read back";
        EvidenceMissing = "EVIDENCE_MISSING", "Nachweis fehlt", "evidence is missing";
        CentreDoesNotHelp = "CENTRE_DOES_NOT_HELP", "Fachberatungsstelle hat nicht zugesagt", "the centre has not accepted";
    }
}

/// What would have to be so for the refusal to fall away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Needed {
    /// A consent that says yes.
    GivenConsent,
    /// A new consent: this one is over.
    NewConsent,
    /// Waiting until then, or an earlier beginning.
    ValidFrom(Instant),
    /// A draft that names this, the latest revision.
    LatestRevision(u32),
    /// The category in a grant for this recipient and purpose.
    Category(Category),
    /// The express scope in the same grant.
    ExpressScope(ExpressScope),
    /// The exclusion with this index lifted by the person.
    ExclusionLifted(usize),
    /// The office among the recipients of the same grant.
    Recipient(OfficeId),
    /// Addressing this office instead.
    CompetentOffice {
        /// The competent office.
        office: OfficeId,
        /// Why it is competent.
        reason: CompetenceReason,
    },
    /// A message to whoever handles the case now: the office has handed it over.
    Handler(Handler),
    /// Facts from which the competent office can be told.
    Competence(CompetenceError),
    /// The purpose in the same grant.
    Purpose(Purpose),
    /// The action in the same grant.
    Action(Action),
    /// A handling code that keeps this one.
    Handling(Handling),
    /// The signed data-protection consent.
    DataProtectionConsent,
    /// The signed release from confidentiality.
    ConfidentialityRelease,
    /// All three confirmations of what the person was told.
    Notice,
    /// A representative who is not suspected in the case.
    Representative,
    /// The person's own consent.
    OwnConsent,
    /// The young person's assent.
    Assent,
    /// An interpreter, or that both sides share the language.
    Interpreter,
    /// The time at which the text was read back.
    ReadBack,
    /// Evidence of the signed form.
    Evidence,
    /// The kind of contact details in the consent.
    ContactItem(ContactItemKind),
    /// The centre among those that the consent names.
    RecipientCentre(CentreId),
    /// The centre that accepted, in an involvement that is not closed.
    HelpingCentre,
}

/// One reason against a disclosure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: RefusalReason,
    /// Index of the item it concerns; none when it concerns all of them.
    pub item: Option<usize>,
    /// What would be needed.
    pub needed: Needed,
}

/// Every reason against a disclosure, with the consent that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusals {
    /// The consent.
    pub consent: ConsentId,
    /// Its latest revision.
    pub revision: u32,
    /// Never empty.
    pub reasons: Vec<Refusal>,
    /// Indices of the items that would pass if they were sent alone; see [`super::Disclosure::narrowed_to`].
    pub passing_items: Vec<usize>,
}
