//! A migration that somebody's database has had is never changed: that database would be another than the one that is tested.

use std::{collections::BTreeMap, fs, path::Path};

use sha2::{Digest as _, Sha256};

/// Each migration's file and its SHA-256. A new migration is a new line here; a line that is here stays as it is.
pub(super) const RELEASED: &[(&str, &str)] = &[
    (
        "m0001_tables.rs",
        "b9b867d3a7068d51e1114079db9d120c9a40a03ca16dca12b260cdf395dd4e82",
    ),
    (
        "m0002_reference_data.rs",
        "15695d79032df0f51bb71dd1db791f315d10d528d9db09b5d0070320bf397991",
    ),
    (
        "m0003_consent_forms.rs",
        "2c2d017a1717731ea12442f19abed59a9ffe177bc6e8e882f5014dc12791c89e",
    ),
    (
        "m0004_requests_by_age.rs",
        "bb9703927bdca8fd28cf9595951c6404d586747b015dd535906d9ffb3317831d",
    ),
    (
        "m0005_row_security.rs",
        "a2deb2ae9f2640f6fa5949ca1ea442afb7b44494a0dda211c445a8b5ff4ddc0b",
    ),
    (
        "m0006_onboarding.rs",
        "af1ccd7e80667bf752b43817c7c4c62941b32770ee00dea94c87e522eb683713",
    ),
    (
        "m0007_log.rs",
        "50c9528b2ecddbd35a360a8de4c71e5e86ea52248e2845053ebd82fbe0a401e9",
    ),
    (
        "m0008_log_dimensions.rs",
        "24379122e7fc4b3f9f651a906fc82408d156e0a13bb5a77d1d256b96d7a60966",
    ),
    (
        "m0009_erasures.rs",
        "51d6ab0fa0c4bb1b1daaaf7d96ed43690a8cba02b9c865baac0a7e70122ad58c",
    ),
    (
        "m0010_common_terms.rs",
        "07c131a5dd8237560556218a7b88882a918ed5f8d3dcaf19ecb04193c08c07f1",
    ),
    (
        "m0011_latest_year.rs",
        "fc99b33f981c68a9a152123ed4ff177e15c48828665c8ffba0e2e1574f3292b9",
    ),
    (
        "m0012_proofs_by_upkeep.rs",
        "86c96581a64ccf8601fbfbb84be42701f227fd285dc238e040c0059efe805b81",
    ),
    (
        "m0013_eraser_by_role.rs",
        "12e82fa5d7f35f91d2f6b5783b6179ddc016640accce107e2fad145bd281270e",
    ),
    (
        "m0014_admission.rs",
        "7c6c0527b0b84ea233ec2971b2a1ba3e659a91d1417b1a790446476d2a7e349f",
    ),
    (
        "m0015_messages_of_a_consent.rs",
        "2d37a007e205bf3cc3a5d3103fd15170923d35b10f3a5fab09128e3ed664c013",
    ),
    (
        "m0016_directory.rs",
        "3bf9b21b6aaaa2fdd222df5f9c34ca28d9e93974ececa0026635c8e7d53b76ca",
    ),
    (
        "m0017_involvements.rs",
        "1b82f7e7349f3dada4fb7dc41c82d89fb3e6efac6d2fd44ff1718c030ad09112",
    ),
    (
        "m0018_security_notices.rs",
        "7b799ef7d86ba79f70ed45d71431f045a52da51edf92c5adac51f03c9c4c960b",
    ),
    (
        "m0019_handovers.rs",
        "d6c6afa48b73fb3ac09f30b91a057eed452d6c0a25c2051665d3ac5646f5abd4",
    ),
    (
        "m0020_contact_pairs.rs",
        "185b1996cbcac0e8454341d6a1b22f7201193cfe28d559fd6c4f304c526d610a",
    ),
    (
        "m0021_regional_agreements.rs",
        "2ef75e4800872311f36a63f562d68684473b6d27b84182998458cad946bdd29d",
    ),
    (
        "m0022_details_of_an_offer.rs",
        "e834ac2136f5fb5d764c1deb259daa78a60a1a98d6d9582a9ba7b313b7922b3e",
    ),
    (
        "m0023_rests_on_its_basis.rs",
        "9cfb70535ed15798e06db1bd377fc8cf2d854269ebbac71b6e3144012bbd3958",
    ),
];

#[test]
fn no_released_migration_is_changed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/storage/src/migration");
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name != "mod.rs" {
            let digest = Sha256::digest(fs::read(&path).unwrap());
            let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            found.insert(name, digest);
        }
    }
    let released = RELEASED.iter().copied();
    let released: BTreeMap<String, String> = released
        .map(|(name, digest)| (name.to_owned(), digest.to_owned()))
        .collect();
    assert_eq!(
        found, released,
        "write another migration; add its line here"
    );
}
