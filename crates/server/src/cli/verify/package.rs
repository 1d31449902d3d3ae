//! A package of evidence: a zip file with one event and all that proves it.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use freigabe_domain::audit::EventReader;
use freigabe_ledger::{
    Policy,
    verify::{Evidence, Trust},
};
use zip::{ZipArchive, result::ZipError};

use super::{Failure, Verified, about};

/// Largest file of a package that is read.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Verifies a package. Without anybody to trust its own policy is taken, and the report says so.
pub(super) fn verify(path: &Path, trust: Option<Trust>, at: u64) -> Result<Verified, Failure> {
    let file = File::open(path).map_err(|error| about(path, error))?;
    let mut package = ZipArchive::new(file).map_err(|error| about(path, error))?;
    let mut take = |name: &str| -> Result<Option<Vec<u8>>, Failure> {
        entry(&mut package, name).map_err(|error| about(path, format_args!("{name}: {error}")))
    };
    let needed = |name: &str, found: Option<Vec<u8>>| {
        found.ok_or_else(|| about(path, format_args!("{name} is missing")))
    };
    let (payload, salt) = (take("event.json")?, take("salt")?);
    let leaf = take("leaf")?;
    let leaf = text(path, "leaf", needed("leaf", leaf)?)?;
    let proof = take("proof.tlog-proof")?;
    let proof = needed("proof.tlog-proof", proof)?;
    let erasures = take("erasures.ndjson")?.unwrap_or_default();
    let own_policy = trust.is_none();
    let trust = match trust {
        Some(trust) => trust,
        None => {
            let policy = take("policy.txt")?;
            let policy = Policy::parse(needed("policy.txt", policy)?)
                .map_err(|error| about(path, format_args!("policy.txt: {error}")))?;
            Trust::new(Some(policy), Vec::new()).map_err(|error| about(path, error))?
        }
    };
    let salt = salt.map(|salt| text(path, "salt", salt)).transpose()?;
    let event = match (payload, &salt) {
        (Some(payload), Some(salt)) => Some((payload, salt.as_str())),
        (None, None) => None,
        _ => {
            return Err(about(
                path,
                "event.json and salt belong together; one is missing",
            ));
        }
    };
    let evidence = Evidence::read(event, &leaf, &proof, &erasures);
    let evidence = evidence.map_err(|error| about(path, error))?;
    let report = evidence.verify(&trust, own_policy, at, &EventReader);
    Ok(Verified {
        report: report.map_err(|error| about(path, error))?,
        checkpoint: evidence.proof.checkpoint.to_string(),
    })
}

fn entry(package: &mut ZipArchive<File>, name: &str) -> io::Result<Option<Vec<u8>>> {
    let file = match package.by_name(name) {
        Ok(file) => file,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(io::Error::other(error)),
    };
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(io::Error::other("too large to be what it should"));
    }
    Ok(Some(bytes))
}

fn text(path: &Path, name: &str, bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|_| about(path, format_args!("{name} is no text")))
}
