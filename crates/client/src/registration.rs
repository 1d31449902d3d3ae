//! Registration by whoever was invited (RFC 7591).

use std::sync::Arc;

use freigabe_contract::registration::{self, ClientMetadata, ClientRegistration};

use crate::{
    call::{Call, read, refusal},
    client::Client,
    error::{Error, RegistrationError},
    receipts::ReceiptStore,
};

/// `registerClient`: registers an invited client at this server, with the token of the invitation. It can be done once.
///
/// # Errors
/// Status 401 when the token is good for nothing, 400 when the metadata are not acceptable; what goes wrong on the way.
pub async fn register(
    base_url: impl Into<String>,
    registration_token: &str,
    metadata: &ClientMetadata,
) -> Result<ClientRegistration, Error> {
    register_by(&Client::anonymous(base_url)?, registration_token, metadata).await
}

/// As [`register`], keeping the receipt here.
///
/// # Errors
/// As [`register`].
pub async fn register_keeping(
    base_url: impl Into<String>,
    registration_token: &str,
    metadata: &ClientMetadata,
    receipts: Arc<dyn ReceiptStore>,
) -> Result<ClientRegistration, Error> {
    let client = Client::anonymous(base_url)?.keeping_receipts(receipts);
    register_by(&client, registration_token, metadata).await
}

async fn register_by(
    client: &Client,
    registration_token: &str,
    metadata: &ClientMetadata,
) -> Result<ClientRegistration, Error> {
    const OPERATION: &str = "registerClient";
    let answer = Call::post(OPERATION, &["oauth2", "register"])
        .public()
        .bearer(registration_token)?
        .json(metadata)?
        .send(client)
        .await?;
    if answer.status.is_success() {
        client.keep_receipt(OPERATION, &answer)?;
        return read(OPERATION, &answer);
    }
    Err(
        match serde_json::from_slice::<registration::RegistrationError>(&answer.body) {
            Ok(refused) => Error::Registration(RegistrationError {
                status: answer.status.as_u16(),
                error: refused.error,
                description: refused.error_description,
            }),
            // Whatever stands before the endpoint, or its limit, answers in its own way.
            Err(_) => Error::Api(refusal(&answer)),
        },
    )
}
