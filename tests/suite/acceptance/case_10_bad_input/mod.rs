//! Bad input: a clear problem with the place of every fault, and nothing written.

mod bytes;
mod changes;
mod content;
mod envelope;
mod mutations;

use std::collections::BTreeMap;

use freigabe_client::{Client, Method};
use freigabe_contract::{Problem, ProblemType, examples};
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp, a_consent, a_draft,
    expect::pointers,
    network::{CENTRE_A, CENTRE_B, KB_HAMBURG},
};
use serde_json::Value;
use uuid::Uuid;

use crate::support::{collected, recorded, released};

/// Stands in what is sent, and must not stand in what comes back.
const CANARY: &str = "Kanarienvogel";

/// The application with something in it that requests can be about.
pub(crate) struct Desk {
    pub(crate) app: TestApp,
    centre: Client,
    office: Client,
    operator: Client,
    consent: Uuid,
    etag: String,
    disclosure: Uuid,
    notice: Uuid,
    description: Value,
}

/// A body that an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// `recordConsent`.
    Consent,
    /// `reviseConsent`.
    Revision,
    /// `checkDisclosure`.
    Check,
    /// `releaseDisclosure`.
    Release,
    /// `answerWithdrawalNotice`.
    Answer,
    /// `addOrganisation`.
    Organisation,
    /// `inviteClient`.
    Invitation,
    /// `addClient`.
    NewClient,
    /// `setClientScopes`.
    Scopes,
}

impl Target {
    const ALL: [Self; 9] = [
        Self::Consent,
        Self::Revision,
        Self::Check,
        Self::Release,
        Self::Answer,
        Self::Organisation,
        Self::Invitation,
        Self::NewClient,
        Self::Scopes,
    ];

    /// Where it is in the published description.
    const fn path(self) -> &'static str {
        match self {
            Self::Consent => "/v1/consents",
            Self::Revision => "/v1/consents/{consent_id}/revisions",
            Self::Check => "/v1/disclosure-checks",
            Self::Release => "/v1/disclosures",
            Self::Answer => "/v1/withdrawal-notices/{notice_id}/acknowledgement",
            Self::Organisation => "/v1/organisations",
            Self::Invitation => "/v1/organisations/{organisation_id}/invitations",
            Self::NewClient => "/v1/clients/{client_id}",
            Self::Scopes => "/v1/clients/{client_id}/scopes",
        }
    }

    /// Its method there.
    const fn method(self) -> &'static str {
        match self {
            Self::NewClient | Self::Scopes => "put",
            _ => "post",
        }
    }
}

impl Desk {
    pub(crate) async fn start(backend: freigabe_testkit::Backend) -> Self {
        let app = TestApp::start(backend).await;
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let withdrawn = recorded(&centre, a_consent()).await;
        let fetched = released(&centre, a_draft(withdrawn.record_id)).await;
        collected(&office, fetched.id).await;
        centre.withdraw_consent(withdrawn.record_id).await.unwrap();
        let notices = office
            .list_withdrawal_notices(true, &Default::default())
            .await
            .unwrap();
        let consent = recorded(&centre, a_consent()).await;
        let disclosure = released(&centre, a_draft(consent.record_id)).await;
        Self {
            centre,
            office,
            operator: app.operator(),
            consent: consent.record_id,
            etag: consent.etag.clone(),
            disclosure: disclosure.id,
            notice: notices.items[0].id,
            description: serde_json::from_str(&freigabe_http::openapi_json()).expect("JSON"),
            app,
        }
    }

    /// A request with its headers in order, and who sends it.
    fn request(&self, target: Target) -> (Raw, &Client) {
        match target {
            Target::Consent => (Raw::post("/v1/consents"), &self.centre),
            Target::Revision => {
                let revision = Raw::post(format!("/v1/consents/{}/revisions", self.consent));
                (revision.header("if-match", &self.etag), &self.centre)
            }
            Target::Check => (Raw::post("/v1/disclosure-checks"), &self.centre),
            Target::Release => (Raw::post("/v1/disclosures"), &self.centre),
            Target::Answer => (
                Raw::post(format!(
                    "/v1/withdrawal-notices/{}/acknowledgement",
                    self.notice
                )),
                &self.office,
            ),
            Target::Organisation => (Raw::post("/v1/organisations"), &self.operator),
            Target::Invitation => {
                let organisation = self.app.network().participant(CENTRE_A).organisation;
                let path = format!("/v1/organisations/{organisation}/invitations");
                (Raw::post(path), &self.operator)
            }
            Target::NewClient => {
                let path = "/v1/clients/hafenlicht-akte";
                (Raw::new(Method::PUT, path), &self.operator)
            }
            Target::Scopes => {
                let path = format!("/v1/clients/{CENTRE_B}/scopes");
                (Raw::new(Method::PUT, path), &self.operator)
            }
        }
    }

    /// A body that passes.
    fn good(&self, target: Target) -> Value {
        let body = match target {
            Target::Consent => serde_json::to_value(a_consent().record()),
            Target::Revision => serde_json::to_value(a_consent().revise()),
            Target::Check | Target::Release => serde_json::to_value(a_draft(self.consent).build()),
            Target::Answer => {
                Ok(serde_json::json!({ "answer": "retained", "legal_basis": "§ 163 StPO" }))
            }
            Target::Organisation => Ok(examples::add_organisation()),
            Target::Invitation => Ok(examples::invite_client()),
            Target::NewClient => {
                let mut client = examples::add_client();
                let centre = self.app.network().participant(CENTRE_A).organisation;
                client["organisation_id"] = centre.to_string().into();
                Ok(client)
            }
            Target::Scopes => Ok(examples::set_client_scopes()),
        };
        body.expect("JSON")
    }

    async fn rows(&self) -> BTreeMap<String, i64> {
        self.app.inspect().rows().await
    }

    /// Sends something bad; nothing may be written, and nothing that was sent may come back.
    #[track_caller]
    fn refuses<'d>(
        &'d self,
        what: &'d str,
        request: Raw,
        sender: &'d Client,
        kind: ProblemType,
    ) -> impl Future<Output = Problem> + 'd {
        let caller = std::panic::Location::caller();
        async move {
            let before = self.rows().await;
            let answer = request.send(sender).await;
            assert_eq!(
                answer.status.as_u16(),
                kind.status(),
                "{what} ({caller}): {}",
                answer.text()
            );
            assert!(
                !answer.text().contains(CANARY),
                "{what} ({caller}): what was sent came back: {}",
                answer.text()
            );
            let problem = answer.expect_problem(kind);
            assert_eq!(
                self.rows().await,
                before,
                "{what} ({caller}): something was written"
            );
            problem
        }
    }

    /// Sends a body with a fault; the fault's places are told.
    async fn faults(
        &self,
        what: &str,
        target: Target,
        body: impl Into<Vec<u8>>,
        kind: ProblemType,
    ) -> Vec<String> {
        let (request, sender) = self.request(target);
        let problem = self.refuses(what, request.body(body), sender, kind).await;
        let described = &self.description["paths"][target.path()][target.method()]["responses"];
        assert!(
            described.get(problem.status.to_string()).is_some(),
            "{what}: the published description of {target:?} knows no answer {}",
            problem.status
        );
        assert!(!problem.errors.is_empty(), "{what}: no fault is told");
        assert!(
            problem.errors.iter().all(|fault| !fault.detail.is_empty()),
            "{what}: a fault without words"
        );
        pointers(&problem)
    }
}
