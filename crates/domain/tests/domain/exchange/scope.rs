//! A transaction is carried out for its caller.

use freigabe_domain::{
    Error,
    access::{Caller, ClientId, OfficeCaller},
    exchange::{AccessDesk as _, OfficeDesk as _},
    office::OfficeId,
    store::{Lock, Mode, Scope, StoreError, prelude::*, unit_of_work},
};

use super::{Field, ask};
use crate::{given, memory::MemoryTx};

fn client(text: &str) -> ClientId {
    ClientId::parse(text).unwrap()
}

#[test]
fn a_scope_is_its_callers() {
    let field = Field::new();
    assert_eq!(
        Scope::from(&field.centre),
        Scope::Centre {
            organisation: field.centre.centre(),
            client: client("centre")
        }
    );
    assert_eq!(
        Scope::from(&field.office),
        Scope::Office {
            office: OfficeId::parse(given::ADDRESSED).unwrap(),
            organisation: AsRef::<Caller>::as_ref(&field.office).organisation,
            client: client("office")
        }
    );
    let auditor = Scope::Auditor {
        client: client("auditor"),
    };
    assert_eq!(Scope::from(&field.auditor), auditor);
}

#[test]
fn what_is_nothing_for_a_scope_is_a_defect_in_the_store_of_these_tests() {
    let field = Field::new();
    let consent = field.held().consent;
    let office: &OfficeCaller = &field.office;
    for (scope, may) in [
        (Scope::from(&field.centre), true),
        (Scope::from(office), true),
        (Scope::from(&field.auditor), false),
        (Scope::Denied { client: None }, false),
        (Scope::Operator { client: None }, false),
        (Scope::Directory, false),
    ] {
        let locked = ask(unit_of_work(
            &field.store,
            &scope,
            Mode::Read,
            async |tx: &mut MemoryTx<'_>| Ok(tx.lock_consent(consent, Lock::Shared).await?),
        ));
        match locked {
            Ok(found) => assert!(may && found.is_some(), "{scope:?}"),
            Err(Error::Store(StoreError::Defect(_))) => assert!(!may, "{scope:?}"),
            Err(other) => panic!("{scope:?}: {other}"),
        }
    }
}

#[test]
fn what_is_everybodys_is_asked_for_nobody_in_particular() {
    let field = Field::new();
    let addressed = OfficeId::parse(given::ADDRESSED).unwrap();
    let found = ask(field.app.office(field.centre.as_ref(), &addressed)).unwrap();
    assert_eq!(found.id, addressed);
    // Organisations are the operator's: a centre is told about itself only, and this one was never added.
    assert!(matches!(
        ask(field.app.own_organisation(&field.centre)),
        Err(Error::NotFound)
    ));
}
