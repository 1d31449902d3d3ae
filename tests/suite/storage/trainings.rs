//! Trainings and advisories, for the tests of who sees which rows.

use freigabe_domain::{
    access::{Partner, PartnerOrCoordination},
    advisory::NewAdvisory,
    directory::{ExploitationForm, LanguageCode, WebAddress},
    exchange::{AdvisoryDesk as _, TrainingDesk as _},
    gathering::{CostBearing, LongGeneralText, ShortGeneralText, Span, Venue},
    ids::TrainingId,
    instant::Instant,
    training::{
        Audience, FileHash, NewMaterial, NewTraining, Plan, Seats, TrainingTerms, TrainingTopic,
    },
};
use freigabe_testkit::TestStore;

fn short(text: &str) -> ShortGeneralText {
    ShortGeneralText::parse(text).unwrap()
}

/// The office asked the centre for a public training; it was agreed, and has a file. And the centre published an advisory.
pub(super) async fn agreed(test: &TestStore) -> TrainingId {
    let office = PartnerOrCoordination::Partner(Partner::Office(test.office().clone()));
    let centre = PartnerOrCoordination::Partner(Partner::Centre(test.centre().clone()));
    let application = &test.application;
    let new = NewTraining {
        terms: TrainingTerms {
            title: short("Anzeichen"),
            description: None,
            topics: vec![TrainingTopic::Indicators],
            audience: Audience::Offices(vec![test.office().office().clone()]),
            seats: Seats::new(20).unwrap(),
            language: LanguageCode::parse("de").unwrap(),
            costs: CostBearing::Own,
            public: true,
        },
        host: Some(centre.participant()),
    };
    let request = test.request(&office);
    let asked = application.request_training(&office, &request, new);
    let id = asked.await.unwrap().value.id;
    // From 2100 on for a day.
    let starts_at = Instant::from_unix_micros(4_102_444_800_000_000);
    let plan = Plan {
        span: Span::new(starts_at, starts_at.plus(time::Duration::DAY)).unwrap(),
        venue: Venue::new(Some(short("Hamburg")), None).unwrap(),
    };
    let request = test.request(&centre);
    let fixed = application.agree_training(&centre, &request, id, plan);
    fixed.await.unwrap();
    let material = NewMaterial {
        title: short("Folien"),
        address: WebAddress::parse("https://example.org/folien.pdf").unwrap(),
        sha256: FileHash::parse("0".repeat(64)).unwrap(),
    };
    let request = test.request(&centre);
    let added = application.add_training_material(&centre, &request, id, material);
    added.await.unwrap();
    let news = NewAdvisory {
        title: short("Stellenportale"),
        text: LongGeneralText::parse("Anzeigen führen ins Leere.").unwrap(),
        topics: vec![TrainingTopic::Other],
        countries: Vec::new(),
        exploitation_forms: vec![ExploitationForm::Labour],
    };
    let request = test.request(&centre);
    let published = application.publish_advisory(&centre, &request, news);
    published.await.unwrap();
    id
}
