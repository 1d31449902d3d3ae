//! The store and the use cases over it, without HTTP: for tests of what only the database can get wrong.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use freigabe_domain::{
    access::{
        AtIssuer, AuditorCaller, Caller, CentreCaller, ClientId, ClientKey, Credential,
        DataProtectionRegime, NewClient, NewOrganisation, OfficeCaller, Operator, Role,
    },
    consent::{
        Capacity, CaseReferences, ConsentTerms, Conversation, Decision, Evidence, EvidenceMedium,
        Grant, Grantor, LegalHalf, Mediation, NewConsent, NoticeConfirmations, Retention,
    },
    contact::{ContactItemKind, ContactNotice, ContactTerms},
    disclosure::{Draft, Item, ItemProfile},
    entropy::{Entropy, SequentialEntropy},
    exchange::{Application, ConsentDesk as _, ConsentView, OnboardingDesk as _, ReleaseDesk as _},
    ids::{CentreId, ConsentId, DisclosureId},
    instant::Instant,
    log::LogRules,
    office::{Matter, OfficeId, Postcode, Task},
    store::{IdempotencyKey, RequestKey},
    text::{LongText, Reference, ShortText},
    vocabulary::{
        Action, Category, ExpressScopes, Handling, InformationGrade, Language, Purpose,
        SourceGrade, Statement,
    },
};
use freigabe_ledger::NoteSigner;
use freigabe_storage::{DatabaseClock, MasterKey, SqlStore, StoreSettings};

use crate::{
    Backend, TestDatabase,
    database::connect,
    forms,
    inspect::{Contents, contents_at},
    machine::MachineEntropy,
};

/// An office that is competent for Hamburg.
pub const HAMBURG: &str = "bpoli-kb-hamburg";
/// Words that may stand nowhere but in what the addressed office collects.
pub const CANARY: &str = "Kanarienvogel im weißen Lieferwagen";

/// The use cases over a fresh database.
pub struct TestStore {
    /// Which kind of database it is.
    pub backend: Backend,
    /// The database.
    pub database: TestDatabase,
    /// The store.
    pub store: SqlStore,
    /// The use cases.
    pub application: Application<SqlStore>,
    /// Every statement so far, without values.
    pub statements: Arc<Mutex<Vec<String>>>,
    shift: Arc<AtomicI64>,
    entropy: Arc<dyn Entropy>,
    centre: CentreCaller,
    office: OfficeCaller,
    requests: AtomicI64,
}

impl TestStore {
    /// A fresh database with one centre and the office [`HAMBURG`]. Identifiers and salts are those of every other test.
    pub async fn start(backend: Backend) -> Self {
        let database = TestDatabase::fresh(backend).await;
        Self::over(database, backend).await
    }

    /// As [`Self::start`], over a database that was prepared.
    pub async fn over(database: TestDatabase, backend: Backend) -> Self {
        let entropy = SequentialEntropy::starting_at(2022);
        Self::over_with(database, backend, Arc::new(entropy)).await
    }

    /// The same with identifiers and salts that nothing else has.
    pub async fn start_unlike_others(backend: Backend) -> Self {
        let database = TestDatabase::fresh(backend).await;
        Self::over_with(database, backend, Arc::new(MachineEntropy)).await
    }

    async fn over_with(
        database: TestDatabase,
        backend: Backend,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let shift = Arc::new(AtomicI64::new(0));
        let statements = Arc::new(Mutex::new(Vec::new()));
        let mut settings = StoreSettings::new(&database.url, master_key(), Arc::clone(&entropy));
        settings.clock = DatabaseClock::Shifted(Arc::clone(&shift));
        let noted = Arc::clone(&statements);
        settings.observer = Some(Arc::new(move |statement: &sea_orm::Statement| {
            noted.lock().unwrap().push(statement.sql.clone())
        }));
        let store = SqlStore::open(settings).await.expect("the store opens");
        let application =
            Application::new(store.clone(), Arc::clone(&entropy)).with_log(log_rules());
        forms::register(&application).await;
        let centre = CentreCaller::try_from(join(&application, Role::Centre, None).await).unwrap();
        let office =
            OfficeCaller::try_from(join(&application, Role::Office, Some(HAMBURG)).await).unwrap();
        let requests = AtomicI64::new(0);
        Self {
            backend,
            database,
            store,
            application,
            statements,
            shift,
            entropy,
            centre,
            office,
            requests,
        }
    }

    /// The centre.
    pub fn centre(&self) -> &CentreCaller {
        &self.centre
    }

    /// The office.
    pub fn office(&self) -> &OfficeCaller {
        &self.office
    }

    /// An auditor.
    pub async fn auditor(&self) -> AuditorCaller {
        AuditorCaller::try_from(join(&self.application, Role::Auditor, None).await).unwrap()
    }

    /// A centre that has nothing yet.
    pub async fn another_centre(&self) -> CentreCaller {
        CentreCaller::try_from(join(&self.application, Role::Centre, None).await).unwrap()
    }

    /// Another office than [`HAMBURG`], to which nothing is addressed yet.
    pub async fn another_office(&self, id: &str) -> OfficeCaller {
        OfficeCaller::try_from(join(&self.application, Role::Office, Some(id)).await).unwrap()
    }

    /// A centre that has a client `elsewhere`, which gets its tokens from another issuer.
    pub async fn client_elsewhere(&self, at: &AtIssuer) -> NewClient {
        let centre = self.another_centre().await;
        let new = NewClient {
            id: ClientId::parse("elsewhere").unwrap(),
            organisation: centre.centre(),
            credential: Credential::Issuer(at.clone()),
            scopes: None,
        };
        let added = self.application.add_client(&Operator::AtTheMachine, &new);
        let _ = added.await.expect("added");
        new
    }

    /// The use cases over the same store, keeping the log by other rules: another process, as far as the log goes.
    pub fn with_log(&self, rules: LogRules) -> Application<SqlStore> {
        Application::new(self.store.clone(), Arc::clone(&self.entropy)).with_log(rules)
    }

    /// The use cases as the owner of the tables, who erases.
    pub async fn eraser(&self) -> Application<SqlStore> {
        let store = SqlStore::open_as_owner(self.settings(&self.database.url)).await;
        let store = store.expect("the store opens");
        Application::new(store, Arc::clone(&self.entropy)).with_log(log_rules())
    }

    /// How this store is opened, at this address.
    pub fn settings(&self, url: &str) -> StoreSettings {
        let mut settings = StoreSettings::new(url, master_key(), Arc::clone(&self.entropy));
        settings.clock = DatabaseClock::Shifted(Arc::clone(&self.shift));
        settings
    }

    /// Moves the database's clock.
    pub fn advance(&self, by: time::Duration) {
        let micros = i64::try_from(by.whole_microseconds()).unwrap();
        self.shift.fetch_add(micros, Ordering::SeqCst);
    }

    /// A key that no earlier request had.
    pub fn request(&self, caller: impl AsRef<Caller>) -> RequestKey {
        let number = self.requests.fetch_add(1, Ordering::SeqCst);
        RequestKey {
            client: caller.as_ref().client.clone(),
            key: IdempotencyKey::parse(&format!("request-{number}")).unwrap(),
            fingerprint: [7; 32],
        }
    }

    /// Records a consent for vehicles to [`HAMBURG`], for the case with this number, valid from 2020 to 2090.
    pub async fn consent(&self, number: u32) -> ConsentView {
        let decision = Decision::Given(Box::new(good_terms()));
        let new = NewConsent {
            references: references(number),
            decision,
        };
        self.application
            .record_consent(&self.centre, &self.request(&self.centre), new)
            .await
            .expect("recorded")
            .value
    }

    /// Releases one item about a vehicle under a consent.
    pub async fn release(&self, consent: ConsentId) -> DisclosureId {
        let draft = good_draft(consent);
        let released = self
            .application
            .release_disclosure(&self.centre, &self.request(&self.centre), draft)
            .await;
        released.expect("released").id
    }

    /// Forgets the statements noted so far, runs `work`, and returns its result with the statements it took.
    pub async fn counting<R>(&self, work: impl AsyncFnOnce() -> R) -> (R, Vec<String>) {
        self.statements.lock().unwrap().clear();
        let result = work().await;
        (result, self.statements.lock().unwrap().clone())
    }

    /// A connection of its own, for looking into the tables and for standing in the way.
    pub async fn connection(&self) -> sea_orm::DatabaseConnection {
        connect(&self.database.url, 2).await
    }

    /// Every row of every table that the use cases write, in words that can be compared.
    pub async fn contents(&self) -> Contents {
        contents_at(&self.database.url).await
    }

    /// The number in the first column of the first row.
    pub async fn number(&self, sql: &str) -> i64 {
        use sea_orm::ConnectionTrait as _;
        let connection = self.connection().await;
        let statement = sea_orm::Statement::from_string(connection.get_database_backend(), sql);
        let row = connection
            .query_one_raw(statement)
            .await
            .unwrap()
            .expect("a row");
        let number = row.try_get_by_index(0).expect("a number");
        connection.close().await.unwrap();
        number
    }

    /// Carries out a statement.
    pub async fn execute(&self, sql: &str) -> Result<u64, sea_orm::DbErr> {
        use sea_orm::ConnectionTrait as _;
        let connection = self.connection().await;
        let result = connection
            .execute_unprepared(sql)
            .await
            .map(|done| done.rows_affected());
        connection.close().await.unwrap();
        result
    }

    /// Opens the same database again, with another master key if one is given.
    pub async fn reopen(&self, key: MasterKey) -> Result<SqlStore, freigabe_storage::OpenError> {
        SqlStore::open(StoreSettings::new(
            &self.database.url,
            key,
            Arc::clone(&self.entropy),
        ))
        .await
    }
}

/// The log's name in all tests.
pub const ORIGIN: &str = "log.example.org/freigabe";

/// The rules of all tests for the log: one key, no witnesses.
pub fn log_rules() -> LogRules {
    let mut rules = LogRules::new(ORIGIN);
    rules.signers = vec![NoteSigner::from_seed(ORIGIN, &[7; 32]).unwrap()];
    rules
}

/// The master key of all tests.
pub fn master_key() -> MasterKey {
    MasterKey::generate(&SequentialEntropy::starting_at(1)).unwrap()
}

async fn join(application: &Application<SqlStore>, role: Role, office: Option<&str>) -> Caller {
    let name = ShortText::parse(format!("Beispiel {}", role.german())).unwrap();
    let office = office.map(|id| OfficeId::parse(id).unwrap());
    let organisation = application
        .add_organisation(
            &Operator::AtTheMachine,
            None,
            &NewOrganisation {
                role,
                name,
                office,
                regime: DataProtectionRegime::Gdpr,
            },
        )
        .await
        .expect("added");
    let new = NewClient {
        id: ClientId::parse(format!("{}.{}", role.code(), organisation.id)).unwrap(),
        organisation: organisation.id,
        credential: Credential::Key(ClientKey {
            jwk: "{}".to_owned(),
        }),
        scopes: None,
    };
    let client = application
        .add_client(&Operator::AtTheMachine, &new)
        .await
        .expect("added");
    Caller::of(&client, None).expect("a role with its office")
}

/// References of a case.
pub fn references(number: u32) -> CaseReferences {
    CaseReferences {
        case_reference: Reference::parse(format!("AKTE-{number}")).unwrap(),
        pii_principal_id: Reference::parse(format!("PERSON-{number}")).unwrap(),
    }
}

/// Terms that allow vehicles to [`HAMBURG`] and are formally in order.
pub fn good_terms() -> ConsentTerms {
    let at = |text| Instant::parse(text).unwrap();
    let half = LegalHalf {
        form_version: Reference::parse("2026-1").unwrap(),
        language: Language::German,
        signed_at: at("2020-01-01T00:00:00Z"),
    };
    ConsentTerms {
        grants: vec![Grant {
            recipients: vec![OfficeId::parse(HAMBURG).unwrap()],
            purposes: vec![Purpose::CriminalInvestigation],
            categories: vec![Category::Vehicle],
            express_scopes: ExpressScopes::NONE,
            actions: vec![Action::Collect],
            handling: Handling::H0,
            handling_instructions: None,
        }],
        exclusions: Vec::new(),
        valid_from: at("2020-01-01T00:00:00Z"),
        valid_until: at("2090-01-01T00:00:00Z"),
        data_protection_consent: Some(half.clone()),
        confidentiality_release: Some(half),
        notice: NoticeConfirmations {
            right_to_withdraw: true,
            consequences: true,
            police_cannot_undo: true,
        },
        capacity: Capacity::Full,
        grantor: Grantor::Person,
        conversation: Conversation {
            language: Language::German,
            mediation: Mediation::Direct,
            read_back_at: None,
        },
        evidence: Some(Evidence {
            sha256: "ab".repeat(32),
            medium: EvidenceMedium::SignedPaper,
            kept_at: ShortText::parse("Aktenschrank im Kanarienzimmer").unwrap(),
        }),
        collected_by: Reference::parse("B-3").unwrap(),
        retention: Retention {
            until: at("2095-01-01T00:00:00Z"),
            basis: ShortText::parse("Nachweis nach Art. 7 DSGVO").unwrap(),
        },
    }
}

/// Terms that allow a centre to know her name and her number, formally in order.
pub fn good_contact_terms(centre: CentreId) -> ContactTerms {
    let of_point_4 = good_terms();
    ContactTerms {
        recipients: vec![centre],
        items: vec![ContactItemKind::Name, ContactItemKind::Telephone],
        valid_from: of_point_4.valid_from,
        valid_until: of_point_4.valid_until,
        data_protection_consent: of_point_4.data_protection_consent,
        notice: ContactNotice {
            right_to_withdraw: true,
            help_without_it: true,
            who_receives_what: true,
        },
        capacity: of_point_4.capacity,
        grantor: of_point_4.grantor,
        conversation: of_point_4.conversation,
        evidence: of_point_4.evidence,
        collected_by: of_point_4.collected_by,
        retention: of_point_4.retention,
    }
}

/// One item about a vehicle for [`HAMBURG`].
pub fn good_draft(consent: ConsentId) -> Draft {
    Draft {
        consent,
        named_revision: None,
        recipient: OfficeId::parse(HAMBURG).unwrap(),
        purpose: Purpose::CriminalInvestigation,
        onward_transfer: false,
        matter: Matter::new(
            None,
            Some(Postcode::parse("20095").unwrap()),
            Task::CriminalInvestigation,
        )
        .unwrap(),
        items: vec![Item {
            profile: ItemProfile {
                category: Category::Vehicle,
                touches: ExpressScopes::NONE,
                statement: Statement::Fact,
                source: SourceGrade::B,
                information: InformationGrade::Two,
                handling: Handling::H0,
            },
            observed_at: Instant::parse("2026-03-01T20:00:00Z").unwrap(),
            text: Some(LongText::parse(CANARY).unwrap()),
            details: None,
        }],
    }
}

/// What a centre names that last saw this revision, given and in time.
pub fn as_given(revision: u32) -> Option<freigabe_domain::consent::ConsentVersion> {
    Some(freigabe_domain::consent::ConsentVersion {
        revision,
        status: freigabe_domain::consent::ConsentStatus::Given,
    })
}
