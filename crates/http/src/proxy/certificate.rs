//! The certificate that a client showed to a proxy (RFC 9440).

use actix_web::http::header::{HeaderMap, HeaderName};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls::{pki_types::CertificateDer, server::ParsedCertificate};

use crate::tls::PeerCertificate;

/// The certificate in the header, if the header stands exactly once and holds one.
///
/// Twice means that a client sent one as well and the proxy only added its own: then neither is believed.
pub(super) fn read(headers: &HeaderMap, header: &HeaderName) -> Option<PeerCertificate> {
    let mut values = headers.get_all(header);
    let value = values.next()?;
    // What a proxy writes whose template always puts the colons: its client showed none.
    let shown = value.as_bytes() != b"::";
    let certificate = values
        .next()
        .is_none()
        .then(|| value.to_str().ok().and_then(byte_sequence))
        .flatten()
        .filter(|der| ParsedCertificate::try_from(&CertificateDer::from(&**der)).is_ok());
    if certificate.is_none() && shown {
        tracing::warn!(
            %header,
            "the proxy's header does not hold exactly one certificate as RFC 9440 says and is ignored"
        );
    }
    certificate.map(|der| PeerCertificate::of_der(&der))
}

/// A byte sequence of a structured field (RFC 8941 §3.3.5), without parameters.
fn byte_sequence(text: &str) -> Option<Vec<u8>> {
    let inside = text
        .trim_matches(' ')
        .strip_prefix(':')?
        .strip_suffix(':')?;
    STANDARD.decode(inside).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_sequence_stands_between_colons() {
        assert_eq!(byte_sequence(":Zm9v:"), Some(b"foo".to_vec()));
        assert_eq!(byte_sequence(" :Zm9v: "), Some(b"foo".to_vec()));
        for other in [
            "Zm9v",
            ":Zm9v",
            ":",
            ":Zm9v:;a=1",
            ":Zm9v:, :Zm9v:",
            ":Zm-v:",
            "\"Zm9v\"",
        ] {
            assert_eq!(byte_sequence(other), None, "{other:?}");
        }
    }
}
