//! The consent forms of the test network.

use freigabe_domain::{
    consent::{ConsentForm, FormKind},
    exchange::Exchange,
    text::Reference,
    vocabulary::Language,
};

/// The only version of the forms.
pub const FORM_VERSION: &str = "2026-1";

/// Makes the forms known, for both declarations and in every language, as the operator would.
///
/// # Panics
/// When they can't be added.
pub async fn register(exchange: &dyn Exchange) {
    let version = Reference::parse(FORM_VERSION).expect("a version");
    let forms = ConsentForm::of_version(&version, FormKind::ALL, Language::ALL);
    exchange
        .add_consent_forms(&forms)
        .await
        .expect("registered forms");
}
