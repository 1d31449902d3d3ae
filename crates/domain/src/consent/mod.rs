//! Consent: what an affected person allowed (agreement, point 4; Art. 4(11), 7, 9 GDPR; § 51 BDSG; § 203 StGB).
//!
//! A consent is an immutable record with revisions and events. It is *in force* when it was given, all its formal
//! parts are there, and the database's clock stands between `valid_from` and `valid_until`. Refused, not asked,
//! withdrawn, expired and superseded are states of their own; none of them authorises anything.

mod force;
mod form;
mod formality;
mod grantor;
mod record;
mod scope;
mod terms;

pub use force::ForceFault;
pub use form::{ConsentForm, FormKind, UnknownForm};
pub use formality::{
    Conversation, Evidence, EvidenceMedium, Formalities, LegalHalf, Mediation, NoticeConfirmations,
    Retention,
};
pub use grantor::{Assent, Capacity, Grantor, RepresentativeBasis};
pub use record::{
    CaseReferences, ConsentEvent, ConsentEventKind, ConsentHead, ConsentStatus, ConsentVersion,
    Decision, LockedConsent, NewConsent, RevisionRecord,
};
pub use scope::{Exclusion, Grant};
pub use terms::{ConsentTerms, TermsFault, TermsFaultKind};
