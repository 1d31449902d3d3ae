//! The files of the server's TLS certificate and its key, and of the authorities of client certificates.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use freigabe_domain::instant::Instant;
use freigabe_http::tls::{CertificateError, ClientCertificates, ServerCertificate, Tls, Validity};
use time::Duration;
use zeroize::Zeroizing;

use super::secret_file::{self, SecretFileError};
use crate::settings::{ClientCertificatePolicy, Settings};

/// Longest file of certificates that is read.
const LONGEST: u64 = 1024 * 1024;
/// A certificate that ends sooner than this should have been renewed.
const SOON: Duration = Duration::days(14);

/// Why a TLS listener can't be made of these files. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TlsFilesError {
    /// The key's file can't be used.
    #[error(transparent)]
    Secret(#[from] SecretFileError),
    /// A file can't be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// What is in a file can't be used.
    #[error("{} {problem}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Two files that don't belong together.
    #[error(
        "the key in {} does not belong to the certificate in {}; the server's own certificate must stand first there, before those of its issuers",
        key.display(),
        certificate.display()
    )]
    Mismatch {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
}

/// What came of a look at the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renewal {
    /// Nothing new; or what is wrong was told already.
    Unchanged,
    /// A new certificate is shown from now on.
    Renewed,
    /// There is something new that can't be used, and why. The old certificate stays.
    Refused(String),
}

/// Where a certificate stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Age {
    Early,
    Good,
    EndsSoon,
    Ended,
}

/// The files, and the certificate that was read from them and is shown.
pub struct TlsFiles {
    certificate: PathBuf,
    key: PathBuf,
    read: Pair,
    shown: Arc<ServerCertificate>,
    told: Age,
    refused: Option<String>,
}

#[derive(PartialEq, Eq)]
struct Pair {
    chain: Vec<u8>,
    key: Zeroizing<String>,
}

impl TlsFiles {
    /// What the settings name; nothing when they name no certificate.
    ///
    /// # Errors
    /// When a file is missing, can't be used, or does not belong to the other.
    pub fn open(settings: &Settings) -> Result<Option<(Self, Tls)>, TlsFilesError> {
        let (Some(certificate), Some(key)) =
            (&settings.tls_certificate_file, &settings.tls_key_file)
        else {
            return Ok(None);
        };
        let clients = match (
            settings.client_certificates(),
            settings.tls_client_ca_file.as_deref(),
        ) {
            (ClientCertificatePolicy::Ca, Some(path)) => {
                ClientCertificates::Authorities(read(path)?)
            }
            (ClientCertificatePolicy::Any, _) => ClientCertificates::Any,
            (ClientCertificatePolicy::None | ClientCertificatePolicy::Ca, _) => {
                ClientCertificates::None
            }
        };
        let pair = Pair::read(certificate, key)?;
        let shown = ServerCertificate::from_pem(&pair.chain, pair.key.as_bytes())
            .map_err(|error| unusable(certificate, key, error))?;
        let shown = Arc::new(shown);
        let tls =
            Tls::new(Arc::clone(&shown), &clients).map_err(|error| TlsFilesError::Unusable {
                path: settings.tls_client_ca_file.clone().unwrap_or_default(),
                problem: error.to_string(),
            })?;
        let files = Self {
            certificate: certificate.clone(),
            key: key.clone(),
            read: pair,
            shown,
            told: Age::Good,
            refused: None,
        };
        Ok(Some((files, tls)))
    }

    /// Reads the files again, and shows what is new in them. Whatever is wrong with it is told once.
    pub fn renew(&mut self) -> Renewal {
        match self.take_new() {
            Ok(renewed) => {
                self.refused = None;
                if renewed {
                    Renewal::Renewed
                } else {
                    Renewal::Unchanged
                }
            }
            Err(error) => {
                let problem = Some(error.to_string());
                if self.refused == problem {
                    return Renewal::Unchanged;
                }
                self.refused = problem;
                Renewal::Refused(error.to_string())
            }
        }
    }

    fn take_new(&mut self) -> Result<bool, TlsFilesError> {
        let pair = Pair::read(&self.certificate, &self.key)?;
        if pair == self.read {
            return Ok(false);
        }
        // Whoever renews writes one file after the other. Between the two they don't belong together: the next look finds both.
        self.shown
            .replace(&pair.chain, pair.key.as_bytes())
            .map_err(|error| unusable(&self.certificate, &self.key, error))?;
        self.read = pair;
        Ok(true)
    }

    /// What the operator should know of the certificate's age; once for each age.
    pub fn notice(&mut self, now: Instant) -> Option<String> {
        let validity = self.shown.validity();
        let age = Age::of(validity, now);
        if std::mem::replace(&mut self.told, age) == age {
            return None;
        }
        let path = self.certificate.display();
        let begin = validity.not_before.to_datetime().date();
        let end = validity.not_after.to_datetime().date();
        match age {
            Age::Good => None,
            Age::Early => Some(format!(
                "the TLS certificate {path} is not valid before {begin}: until then clients refuse it"
            )),
            Age::EndsSoon => Some(format!(
                "the TLS certificate {path} expires on {end}: put a new one there, it is taken without a restart"
            )),
            Age::Ended => Some(format!(
                "the TLS certificate {path} expired on {end}: clients refuse it; put a new one there, it is taken without a restart"
            )),
        }
    }
}

impl Age {
    fn of(validity: Validity, now: Instant) -> Self {
        let Validity {
            not_before,
            not_after,
        } = validity;
        let lifetime = not_after.to_datetime() - not_before.to_datetime();
        // Of a short life the last quarter is soon: such certificates are renewed late.
        let soon = SOON.min(lifetime / 4);
        if now > not_after {
            Self::Ended
        } else if now < not_before {
            Self::Early
        } else if now.plus(soon) > not_after {
            Self::EndsSoon
        } else {
            Self::Good
        }
    }
}

impl Pair {
    fn read(certificate: &Path, key: &Path) -> Result<Self, TlsFilesError> {
        Ok(Self {
            chain: read(certificate)?,
            key: secret_file::read(key)?,
        })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsFilesError> {
    let unreadable = |error| TlsFilesError::Unreadable {
        path: path.to_owned(),
        error,
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LONGEST)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}

fn unusable(certificate: &Path, key: &Path, error: CertificateError) -> TlsFilesError {
    match error {
        CertificateError::Certificate(problem) => TlsFilesError::Unusable {
            path: certificate.to_owned(),
            problem,
        },
        CertificateError::Key(problem) => TlsFilesError::Unusable {
            path: key.to_owned(),
            problem,
        },
        CertificateError::Mismatch => TlsFilesError::Mismatch {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rcgen::{CertificateParams, KeyPair};
    use time::{OffsetDateTime, macros::datetime};

    use super::*;
    use crate::scratch::Scratch;

    const BEGIN: OffsetDateTime = datetime!(2026-01-01 0:00 UTC);
    const END: OffsetDateTime = datetime!(2026-12-31 0:00 UTC);

    fn made() -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        (params.not_before, params.not_after) = (BEGIN, END);
        let certificate = params.self_signed(&key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    fn write(settings: &Settings, chain: &str, key: &str) {
        fs::write(settings.tls_certificate_file.as_ref().unwrap(), chain).unwrap();
        let path = settings.tls_key_file.as_ref().unwrap();
        let _ = fs::remove_file(path);
        secret_file::create(path, key).unwrap();
    }

    fn settings(scratch: &Scratch) -> Settings {
        Settings {
            tls_certificate_file: Some(scratch.path().join("tls.pem")),
            tls_key_file: Some(scratch.path().join("tls.key")),
            ..Settings::default()
        }
    }

    fn problem(settings: &Settings) -> String {
        TlsFiles::open(settings).err().unwrap().to_string()
    }

    fn at(time: OffsetDateTime) -> Instant {
        Instant::from_datetime(time).unwrap()
    }

    #[test]
    fn each_fault_of_the_files_is_told_with_the_file() {
        let scratch = Scratch::new("tls-faults");
        let mut settings = settings(&scratch);
        assert!(problem(&settings).contains("tls.pem: "), "it is missing");
        let ((chain, key), (_, other)) = (made(), made());
        fs::write(scratch.path().join("tls.pem"), &chain).unwrap();
        assert!(problem(&settings).contains("tls.key: "), "it is missing");
        for (chain, key, told) in [
            (&*chain, &*other, "does not belong to the certificate"),
            (&key, &key, "tls.pem holds no certificate"),
            (&chain, &chain, "tls.key holds no private key"),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                &key,
                "tls.pem holds what is no X.509 certificate",
            ),
            (
                &chain,
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "tls.key holds no usable key",
            ),
        ] {
            write(&settings, chain, key);
            let problem = problem(&settings);
            assert!(problem.contains(told), "{problem}");
        }
        write(&settings, &chain, &key);
        assert!(TlsFiles::open(&settings).is_ok());

        settings.tls_client_ca_file = Some(scratch.path().join("ca.pem"));
        assert!(problem(&settings).contains("ca.pem: "), "it is missing");
        fs::write(scratch.path().join("ca.pem"), "none").unwrap();
        assert!(problem(&settings).contains("ca.pem holds no certificate"));
        settings.tls_client_ca_file = None;

        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let open = fs::Permissions::from_mode(0o644);
            fs::set_permissions(scratch.path().join("tls.key"), open).unwrap();
            assert!(problem(&settings).contains("chmod 600"));
        }
    }

    #[test]
    fn a_renewed_certificate_is_taken_when_both_files_are_there() {
        let scratch = Scratch::new("tls-renewed");
        let settings = settings(&scratch);
        let ((chain, key), (new_chain, new_key)) = (made(), made());
        write(&settings, &chain, &key);
        let (mut files, _) = TlsFiles::open(&settings).unwrap().unwrap();
        assert_eq!(files.renew(), Renewal::Unchanged);
        write(&settings, &new_chain, &key);
        let Renewal::Refused(problem) = files.renew() else {
            panic!("half a renewal was taken");
        };
        assert!(problem.contains("does not belong"), "{problem}");
        assert_eq!(files.renew(), Renewal::Unchanged, "it is told once");
        write(&settings, &new_chain, &new_key);
        assert_eq!(files.renew(), Renewal::Renewed);
        assert_eq!(files.renew(), Renewal::Unchanged);
        fs::remove_file(scratch.path().join("tls.key")).unwrap();
        assert!(matches!(files.renew(), Renewal::Refused(_)));
        write(&settings, &new_chain, &new_key);
        assert_eq!(files.renew(), Renewal::Unchanged, "as it was");
    }

    #[test]
    fn the_age_of_a_certificate_is_told_once_and_with_its_date() {
        let scratch = Scratch::new("tls-age");
        let settings = settings(&scratch);
        let (chain, key) = made();
        write(&settings, &chain, &key);
        let (mut files, _) = TlsFiles::open(&settings).unwrap().unwrap();
        for (now, told) in [
            (
                BEGIN - Duration::DAY,
                Some("is not valid before 2026-01-01"),
            ),
            (BEGIN, None),
            (END - Duration::days(15), None),
            (END - Duration::days(13), Some("expires on 2026-12-31")),
            (END - Duration::days(12), None),
            (END + Duration::DAY, Some("expired on 2026-12-31")),
            (END + Duration::WEEK, None),
        ] {
            let notice = files.notice(at(now));
            match told {
                None => assert_eq!(notice, None, "{now}"),
                Some(told) => assert!(notice.unwrap().contains(told), "{now}"),
            }
        }
    }

    #[test]
    fn of_a_short_life_only_the_last_quarter_is_soon() {
        let validity = Validity {
            not_before: at(BEGIN),
            not_after: at(BEGIN + Duration::days(4)),
        };
        let age = |hours| Age::of(validity, at(BEGIN + Duration::hours(hours)));
        assert_eq!(age(71), Age::Good);
        assert_eq!(age(73), Age::EndsSoon);
    }
}
