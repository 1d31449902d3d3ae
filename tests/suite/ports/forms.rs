//! The register of consent forms.

use std::collections::BTreeSet;

use freigabe_domain::{
    consent::{ConsentForm, FormKind},
    store::{StoreError, prelude::*},
    text::Reference,
    vocabulary::Language,
};
use freigabe_testkit::Backend;
use proptest::{collection::vec, prelude::*, sample::select, strategy::BoxedStrategy};

use super::{
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::Transaction,
    slips::{Desk, Slip},
    world::{By, at},
};

struct Forms;

#[derive(Debug, Clone)]
enum Call {
    List,
    Add {
        kind: FormKind,
        version: &'static str,
        language: Language,
    },
}

type Model = BTreeSet<(&'static str, &'static str, &'static str)>;

/// Whose order hangs on whether marks and capital letters count.
const VERSIONS: [&str; 6] = ["2026-1", "2026-10", "2026.1", "20261", "a", "B"];
const LANGUAGES: [Language; 2] = [Language::German, Language::ALL[1]];

fn form(kind: FormKind, version: &str, language: Language) -> ConsentForm {
    ConsentForm {
        kind,
        version: Reference::parse(version).unwrap(),
        language,
    }
}

impl Port for Forms {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &["consent_forms"];

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let add = (
            select(FormKind::ALL),
            select(&VERSIONS[..]),
            select(&LANGUAGES[..]),
        )
            .prop_map(|(kind, version, language)| Call::Add {
                kind,
                version,
                language,
            });
        let call = prop_oneof![4 => add, 1 => Just(Call::List)];
        let by = prop_oneof![5 => Just(By::Operator), 1 => Just(By::Centre(0)), 1 => Just(By::Directory)];
        (by, vec(call, 1..5)).boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        match *call {
            Call::List => {
                let known = model.iter().map(|(kind, version, language)| {
                    let kind = FormKind::from_code(kind).unwrap();
                    form(kind, version, Language::from_code(language).unwrap())
                });
                Ok(told(known.collect::<Vec<_>>()))
            }
            Call::Add { .. } if on == Backend::Postgres && by != By::Operator => {
                Err(Failure::Defect)
            }
            Call::Add {
                kind,
                version,
                language,
            } => Ok(told(model.insert((kind.code(), version, language.code())))),
        }
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        _: &Desk,
        _: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        Ok(match *call {
            Call::List => told(tx.consent_forms().await?),
            Call::Add {
                kind,
                version,
                language,
            } => told(
                tx.insert_consent_form(&form(kind, version, language), at(0))
                    .await?,
            ),
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        vec![(By::Directory, vec![Call::List])]
    }
}

#[test]
fn forms_are_the_same_on_both_databases() {
    holds::<Forms>();
}

#[test]
fn planted_mistakes_with_forms_are_noticed() {
    finds::<Forms>(&[Slip::AddsFormsAgain, Slip::KeepsWhatIsGivenUp]);
}
