//! Nobody who is affected, and nobody who looks for help, is ever charged (agreement, points 1 and 10): held against the published description
//! and the tables.

use std::collections::{BTreeMap, BTreeSet};

use freigabe_testkit::{TestApp, on_both_databases};
use serde_json::Value;

/// Words, or parts of words, that a field about money would have.
const MONEY: &[&str] = &[
    "amount", "bill", "budget", "cent", "charge", "cost", "currency", "eur", "expense", "fee",
    "fund", "geld", "invoice", "kosten", "money", "paid", "pay", "price", "salary", "tariff",
    "wage",
];

/// Words that have such a part and are about something else.
const OTHERS: &[&str] = &["centre", "feed", "percent", "recent", "payload"];

/// Who pays is told of what both sides do together; it has no amount.
const COSTS: &str = "CostBearing";

/// The schemas that know amounts: those of supplementary agreements alone.
const KNOW_AMOUNTS: &[&str] = &["Money", "PartyShare", "SupplementaryParty"];

fn description() -> Value {
    serde_json::from_str(&freigabe_http::openapi_json()).expect("JSON")
}

fn is_about_money(name: &str) -> bool {
    let mut rest = name.to_lowercase();
    for other in OTHERS {
        rest = rest.replace(other, "");
    }
    MONEY.iter().any(|word| rest.contains(word))
}

/// The fields of a schema and of what stands in it, each with the schema that it refers to.
fn fields<'a>(schema: &'a Value, found: &mut Vec<(&'a str, &'a str)>) {
    match schema {
        Value::Object(members) => {
            for (name, property) in members
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                let referred = property["$ref"].as_str().unwrap_or_default();
                found.push((
                    name.as_str(),
                    referred.rsplit('/').next().unwrap_or_default(),
                ));
            }
            for (name, member) in members {
                if name != "examples" && name != "example" {
                    fields(member, found);
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|one| fields(one, found)),
        _ => {}
    }
}

#[test]
fn only_supplementary_agreements_know_amounts_of_money() {
    let description = description();
    let schemas = description["components"]["schemas"]
        .as_object()
        .expect("schemas");
    let mut about_money: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (schema, content) in schemas {
        let mut all = Vec::new();
        fields(content, &mut all);
        for (name, referred) in all {
            if is_about_money(name) && referred != COSTS {
                about_money.entry(schema.as_str()).or_default().insert(name);
            }
        }
    }
    let found: Vec<&str> = about_money.keys().copied().collect();
    assert_eq!(found, KNOW_AMOUNTS, "{about_money:#?}");
    // And an amount stands in nothing else.
    for (schema, content) in schemas {
        let mut all = Vec::new();
        fields(content, &mut all);
        let refers = all.iter().any(|(_, referred)| *referred == "Money");
        let own = ["ProposeSupplementaryAgreement", "SupplementaryAgreement"];
        assert_eq!(refers, own.contains(&schema.as_str()), "{schema}");
    }
}

#[test]
fn who_pays_has_no_amount_and_no_third_way() {
    let description = description();
    let mut all = Vec::new();
    fields(&description["components"]["schemas"][COSTS], &mut all);
    let names: BTreeSet<&str> = all.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        BTreeSet::from(["type", "supplementary_agreement_id"])
    );
}

#[test]
fn no_operation_but_those_of_point_10_takes_or_tells_an_amount() {
    let description = description();
    let paths = description["paths"].as_object().expect("paths");
    let mut looked_at = 0;
    for (path, operations) in paths {
        for operation in operations.as_object().expect("operations").values() {
            looked_at += 1;
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap_or_default();
                assert!(!is_about_money(name), "{path}: {name}");
            }
            let mut all = Vec::new();
            fields(&operation["requestBody"], &mut all);
            fields(&operation["responses"], &mut all);
            for (name, _) in all {
                assert!(!is_about_money(name), "{path}: {name}");
            }
        }
    }
    assert!(looked_at > 100, "each operation is looked at");
}

#[test]
fn a_party_is_no_affected_person() {
    let description = description();
    let kinds = description["components"]["schemas"]["Participant"]["oneOf"]
        .as_array()
        .expect("kinds");
    let mut names = BTreeSet::new();
    for kind in kinds {
        let mut all = Vec::new();
        fields(kind, &mut all);
        names.extend(all.into_iter().map(|(name, _)| name));
    }
    assert_eq!(names, BTreeSet::from(["type", "office", "organisation_id"]));
}

on_both_databases! {
    async fn the_tables_have_these_columns_and_no_others(app: TestApp) {
        let expected = [
            (
                "supplementary_agreements",
                "id title reference currency total_cents parties valid_from valid_until proposed_at proposed_by_office \
                 proposed_by_centre proposed_by_coordination ended_at ended_by_office ended_by_centre ended_by_coordination",
            ),
            (
                "supplementary_agreement_parties",
                "agreement_id number office_id centre_organisation coordination_organisation share_cents confirmed_at",
            ),
            (
                "prevention_events",
                "id version office_id title description starts_at ends_at place online public supplementary_agreement state \
                 planned_at closed_at",
            ),
            (
                "prevention_invitations",
                "event_id number centre_organisation coordination_organisation invited_at answer answered_at",
            ),
            (
                "media_references",
                "id office_id page leaflet_title leaflet_lies_at names_centre added_at looked_at found checked_by removed_at",
            ),
        ];
        for (table, columns) in expected {
            let columns: BTreeSet<&str> = columns.split_whitespace().collect();
            let found = app.inspect().columns_of(table).await;
            assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), columns, "{table}");
        }
    }
}
