//! The fictional network: who takes part in the story.

use std::path::PathBuf;

use freigabe_client::ClientKeyPair;
use freigabe_domain::{
    access::{
        ClientId, Credential, DataProtectionRegime, NewClient, NewOrganisation, Operator, Role,
    },
    consent::{ConsentForm, FormKind},
    exchange::Exchange,
    office::OfficeId,
    text::{Reference, ShortText},
    vocabulary::Language,
};
use zeroize::Zeroizing;

use super::directory::Directory;
use crate::{
    cli::{self, Failure},
    keys::secret_file,
    system::OsEntropy,
};

/// The version of the invented consent forms.
pub(super) const FORM_VERSION: &str = "2026-01";

/// The invented consent forms, in every language.
fn forms() -> Result<Vec<ConsentForm>, Failure> {
    let version =
        Reference::parse(FORM_VERSION).map_err(|error| Failure::new(error.to_string()))?;
    Ok(ConsentForm::of_version(
        &version,
        FormKind::ALL,
        Language::ALL,
    ))
}

/// One organisation and its client.
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) client_id: &'static str,
    pub(super) key_file: PathBuf,
    key: ClientKeyPair,
}

impl Member {
    pub(super) fn private_jwk(&self) -> Zeroizing<String> {
        self.key.private_jwk()
    }
}

/// Everyone in the story.
pub(super) struct Network {
    pub(super) hafenlicht: Member,
    pub(super) sternbruecke: Member,
    pub(super) lindenhof: Member,
    pub(super) kb_hamburg: Member,
    pub(super) hamburg: Member,
    pub(super) hannover: Member,
    pub(super) frankfurt_oder: Member,
    pub(super) coordination: Member,
    pub(super) auditor: Member,
    pub(super) operator: Member,
}

impl Network {
    /// Makes the consent forms known and adds everyone, each with a client and its key file.
    pub(super) async fn build(
        exchange: &dyn Exchange,
        directory: &Directory,
    ) -> Result<Self, Failure> {
        use DataProtectionRegime::{Bdsg, DsgEkd, Gdpr};
        exchange.add_consent_forms(&forms()?).await?;
        let to = Registry {
            exchange,
            directory,
        };
        let centre = Role::Centre;
        Ok(Self {
            hafenlicht: to
                .add(
                    centre,
                    Gdpr,
                    "Beispielberatung Hafenlicht",
                    "hafenlicht-akte",
                )
                .await?,
            sternbruecke: to
                .add(
                    centre,
                    Gdpr,
                    "Musterberatung Sternbrücke",
                    "sternbruecke-akte",
                )
                .await?,
            lindenhof: to
                .add(centre, DsgEkd, "Beispielstelle Lindenhof", "lindenhof-akte")
                .await?,
            kb_hamburg: to
                .add_office("BPOLI KB Hamburg", "bpoli-kb-hamburg")
                .await?,
            hamburg: to.add_office("BPOLI Hamburg", "bpoli-hamburg").await?,
            hannover: to.add_office("BPOLD Hannover", "bpold-hannover").await?,
            frankfurt_oder: to
                .add_office("BPOLI Frankfurt (Oder)", "bpoli-frankfurt-oder")
                .await?,
            coordination: to
                .add(
                    Role::Coordination,
                    Gdpr,
                    "Beispielkoordination",
                    "koordination",
                )
                .await?,
            auditor: to
                .add(Role::Auditor, Bdsg, "Beispielprüfstelle", "pruefstelle")
                .await?,
            operator: to
                .add(Role::Operator, Gdpr, "Beispielbetrieb", "betrieb")
                .await?,
        })
    }

    /// Everyone, in the order of the story.
    pub(super) const fn members(&self) -> [&Member; 10] {
        [
            &self.hafenlicht,
            &self.sternbruecke,
            &self.lindenhof,
            &self.kb_hamburg,
            &self.hamburg,
            &self.hannover,
            &self.frankfurt_oder,
            &self.coordination,
            &self.auditor,
            &self.operator,
        ]
    }
}

struct Registry<'a> {
    exchange: &'a dyn Exchange,
    directory: &'a Directory,
}

impl Registry<'_> {
    async fn add(
        &self,
        role: Role,
        regime: DataProtectionRegime,
        name: &'static str,
        client_id: &'static str,
    ) -> Result<Member, Failure> {
        self.register(role, regime, name, client_id, None).await
    }

    /// An office's client is called like the office.
    async fn add_office(
        &self,
        name: &'static str,
        office: &'static str,
    ) -> Result<Member, Failure> {
        let id = OfficeId::parse(office).map_err(|error| Failure::new(error.to_string()))?;
        self.register(
            Role::Office,
            DataProtectionRegime::Bdsg,
            name,
            office,
            Some(id),
        )
        .await
    }

    async fn register(
        &self,
        role: Role,
        regime: DataProtectionRegime,
        name: &'static str,
        client_id: &'static str,
        office: Option<OfficeId>,
    ) -> Result<Member, Failure> {
        let invalid = |error: &dyn std::fmt::Display| Failure::new(format!("{name}: {error}"));
        let short = ShortText::parse(name).map_err(|error| invalid(&error))?;
        let id = ClientId::parse(client_id).map_err(|error| invalid(&error))?;
        let key = cli::key::new_pair(&OsEntropy)?;
        let key_file = self.directory.client_key(client_id);
        secret_file::create(&key_file, &format!("{}\n", *key.private_jwk()))?;
        let organisation = self
            .exchange
            .add_organisation(
                &Operator::AtTheMachine,
                None,
                &NewOrganisation {
                    role,
                    name: short,
                    office,
                    regime,
                },
            )
            .await?;
        let public = cli::client::acceptable(&key.public_jwk()).map_err(|error| invalid(&error))?;
        let new = NewClient {
            id,
            organisation: organisation.id,
            credential: Credential::Key(public),
            scopes: None,
        };
        let _receipt = self
            .exchange
            .add_client(&Operator::AtTheMachine, &new)
            .await?;
        Ok(Member {
            name,
            client_id,
            key_file,
            key,
        })
    }
}
