//! What the store holds of contact pairs, whoever asks.

use freigabe_domain::{
    Error,
    access::Partner,
    contact_pair::{OtherSide, PairChannel, PairRole, RoleContact, Side},
    exchange::ContactPairDesk as _,
    ids::{CentreId, ContactPairId},
    store::{Mode, Scope, prelude::*, unit_of_work},
    text::ShortText,
};
use freigabe_storage::SqlTx;
use freigabe_testkit::{Backend, TestStore, on_both::run, on_both_databases, store::HAMBURG};

use super::{
    isolation::Given,
    raw::{self, Says},
};

/// Somebody whose name and number nothing else says.
fn named(role: PairRole) -> Vec<RoleContact> {
    let name = || Some(ShortText::parse("Kim Kanarienvogel").unwrap());
    let reached = [
        (PairChannel::Phone, "0404711"),
        (PairChannel::Email, "kanarie@example.org"),
    ];
    let contact = |(channel, value): (PairChannel, &str)| {
        RoleContact::new(role, name(), (channel, value.to_owned()), None).unwrap()
    };
    reached.into_iter().map(contact).collect()
}

fn office(test: &TestStore) -> Partner {
    Partner::Office(test.office().clone())
}

/// The office and the centre that keeps this entry have named somebody.
pub(super) async fn known(test: &TestStore, entry: CentreId) -> ContactPairId {
    let (application, by) = (&test.application, office(test));
    let request = test.request(test.office());
    let with = OtherSide::Centre(entry);
    let opened = application.open_contact_pair(&by, &request, with, named(PairRole::Investigation));
    let pair = opened.await.unwrap().value.listed.pair.id;
    let centre = Partner::Centre(test.centre().clone());
    let answered =
        application.set_pair_contacts(&centre, pair, Some(0), named(PairRole::Counselling));
    answered.await.unwrap();
    pair
}

pub(super) async fn the_office_names_somebody_else(test: &TestStore, pair: ContactPairId) {
    let by = office(test);
    let changed =
        test.application
            .set_pair_contacts(&by, pair, Some(1), named(PairRole::OnCallDesk));
    assert_eq!(
        changed
            .await
            .unwrap()
            .listed
            .pair
            .halves
            .office
            .unwrap()
            .version,
        2
    );
}

on_both_databases! {
    async fn no_pair_is_opened_with_an_office_that_is_no_longer_active(test: TestStore) {
        let centre = Partner::Centre(test.centre().clone());
        assert_eq!(test.execute(&format!("UPDATE offices SET active = {} WHERE id = '{HAMBURG}'", no(test.backend))).await.unwrap(), 1);
        let office = freigabe_domain::office::OfficeId::parse(HAMBURG).unwrap();
        let request = test.request(test.centre());
        let opened = test.application.open_contact_pair(&centre, &request, OtherSide::Office(office), named(PairRole::Counselling)).await;
        let Err(Error::Invalid(faults)) = opened else { panic!("{opened:?}") };
        assert_eq!(faults[0].pointer, "/with/office");
        assert!(faults[0].detail.contains("no longer active"));
    }

    async fn what_is_changed_goes_under_a_new_key_and_a_confirmation_touches_neither(given: Given) {
        let test = &given.test;
        let keys = async || test.number("SELECT count(DISTINCT wrapped_key) FROM contact_pair_contents").await;
        let at = async |version: u64| {
            let sql = format!("SELECT count(*) FROM contact_pair_halves WHERE version = {version}");
            test.number(&sql).await
        };
        // Kept beside, to compare with.
        test.execute("CREATE TABLE kept AS SELECT side, wrapped_key, sealed_contacts FROM contact_pair_contents").await.unwrap();
        let same = "SELECT count(*) FROM contact_pair_contents c JOIN kept k ON k.side = c.side \
                    AND k.wrapped_key = c.wrapped_key AND k.sealed_contacts = c.sealed_contacts";
        assert_eq!((keys().await, at(1).await, test.number(same).await), (2, 2, 2));
        test.application.confirm_contact_pair(&office(test), given.contact_pair, Some(1)).await.unwrap();
        assert_eq!((at(1).await, test.number(same).await), (2, 2));
        the_office_names_somebody_else(test, given.contact_pair).await;
        assert_eq!((keys().await, at(2).await, test.number(same).await), (2, 1, 1), "the centre's is as it was");
    }
}

const fn no(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "0",
        Backend::Postgres => "false",
    }
}

#[test]
fn each_side_writes_its_own_half_alone_also_without_the_applications_conditions() {
    run(async {
        let given = Given::start(Backend::Postgres).await;
        let connection = given.test.connection().await;
        let centre = Says::of(&Scope::from(given.test.centre()));
        let office = Says::of(&Scope::from(given.test.office()));
        let far = 4_102_444_800_000_000_i64;
        for (says, own, other) in [(&centre, "centre", "office"), (&office, "office", "centre")] {
            for statement in [
                format!("UPDATE contact_pair_halves SET confirmed_at = {far}"),
                "UPDATE contact_pair_contents SET sealed_contacts = sealed_contacts".to_owned(),
            ] {
                let touched = raw::execute(&connection, says, &statement).await;
                assert_eq!(touched.unwrap(), 1, "{own}: {statement}");
                let others = format!("{statement} WHERE side = '{other}'");
                let touched = raw::execute(&connection, says, &others).await;
                assert_eq!(touched.unwrap(), 0, "{own}: {others}");
            }
        }
        // And of an office's own halves, another office sees that they are confirmed, and not with whom.
        let another = Scope::from(&given.other_office);
        let found = unit_of_work(
            &given.test.store,
            &another,
            Mode::Read,
            async |tx: &mut SqlTx<'_>| {
                let halves = tx
                    .halves_of_offices(&[given.test.office().office().clone()])
                    .await?;
                let pair = tx.contact_pair(given.contact_pair).await?;
                let contacts = tx.pair_contacts(given.contact_pair, Side::Office).await?;
                Ok((halves.len(), pair.is_none(), contacts.is_none()))
            },
        );
        assert_eq!(found.await.unwrap(), (1, true, true));
    });
}
