//! Speaking with witnesses, over HTTP (C2SP tlog-witness). Nothing that they say is believed without their signature, except
//! what speaks against this log: that stops it.

use std::{sync::Arc, time::Duration};

use freigabe_domain::log::{LogHead, LogRules, WitnessSaw};
use freigabe_ledger::{
    Checkpoint, CosignatureVerifier, Hash, Note, NoteSigner, SignedCheckpoint,
    policy::Witness,
    witness::{AddCheckpoint, read_conflict, read_response, response},
};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};

const CONNECTED_WITHIN: Duration = Duration::from_secs(2);
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);
/// Largest answer: a note with many signatures fits several times.
const LARGEST: usize = 64 * 1024;

/// A witness that can be asked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Its name in the policy.
    pub(super) name: String,
    verifier: CosignatureVerifier,
    /// The beginning of its addresses, without a slash at its end.
    prefix: String,
}

impl Asked {
    fn of(witness: &Witness) -> Option<Self> {
        Some(Self {
            name: witness.name.clone(),
            verifier: witness.verifier.clone(),
            prefix: witness.url.as_ref()?.trim_end_matches('/').to_owned(),
        })
    }

    /// Whether a checkpoint bears its cosignature.
    pub(super) fn has_cosigned(&self, note: &Note) -> bool {
        self.verifier
            .cosigned(note)
            .is_ok_and(|time| time.is_some())
    }
}

/// What a witness answers to a new checkpoint.
pub(super) enum Answer {
    /// Its cosignatures, verified: lines of a note.
    Cosigned(String),
    /// It saw a tree of this size last.
    Saw(u64),
    /// The proof did not convince it.
    NotContinued,
    /// Anything else; in words for the operator.
    Failed(String),
}

/// The policy's witnesses with an address, and how they are reached.
pub(super) struct Contacts {
    all: Arc<[Asked]>,
    http: Client,
}

impl Contacts {
    pub(super) fn of(rules: &LogRules) -> Result<Self, reqwest::Error> {
        let witnesses = rules.policy.iter().flat_map(|policy| policy.witnesses());
        Ok(Self {
            all: witnesses.filter_map(Asked::of).collect(),
            http: Client::builder()
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .connect_timeout(CONNECTED_WITHIN)
                .timeout(ANSWERED_WITHIN)
                .user_agent("freigabe")
                .build()?,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Asked> {
        self.all.iter().cloned()
    }

    /// Shows it a checkpoint that continues the tree of `old` leaves.
    pub(super) async fn add(
        &self,
        witness: &Asked,
        old: u64,
        proof: Vec<Hash>,
        signed: SignedCheckpoint,
    ) -> Answer {
        let body = AddCheckpoint::new(old, proof, signed.clone()).to_string();
        let address = format!("{}/add-checkpoint", witness.prefix);
        let (status, answer) = match answer(self.http.post(address).body(body)).await {
            Ok(answer) => answer,
            Err(why) => return Answer::Failed(why),
        };
        match status {
            StatusCode::OK => match read_response(&answer, &signed, &witness.verifier) {
                Ok(found) => {
                    let lines: Vec<_> = found.into_iter().map(|(line, _)| line).collect();
                    Answer::Cosigned(response(&lines))
                }
                Err(error) => Answer::Failed(format!(
                    "its answer is no cosignature by the key that the policy names: {error}"
                )),
            },
            StatusCode::CONFLICT => match read_conflict(&answer) {
                Some(size) => Answer::Saw(size),
                None => Answer::Failed("it says that it saw something else, but not what".to_owned()),
            },
            StatusCode::UNPROCESSABLE_ENTITY => Answer::NotContinued,
            StatusCode::NOT_FOUND => Answer::Failed(
                "it does not know this log; its operator has to add the log's key (freigabe log key)".to_owned(),
            ),
            StatusCode::FORBIDDEN => Answer::Failed(
                "it knows this log by another key; its operator has to add the new one (freigabe log key)".to_owned(),
            ),
            other => Answer::Failed(format!("it answers with status {}", other.as_u16())),
        }
    }

    /// What it saw of this log. A witness of Freigabe publishes that; any other is shown the empty tree, which commits the log to
    /// nothing, and then has to say which size it knows.
    pub(super) async fn ask(
        &self,
        witness: &Asked,
        head: &LogHead,
        signers: &[NoteSigner],
    ) -> Result<WitnessSaw, String> {
        let origin = &head.origin;
        let saw = |newest| WitnessSaw {
            witness: witness.name.clone(),
            newest,
        };
        let address = format!(
            "{}/seen/{}",
            witness.prefix,
            freigabe_witness::id_of(origin)
        );
        let (status, shown) = answer(self.http.get(address)).await?;
        if status == StatusCode::OK {
            return read_seen(&shown, witness, origin).map(|newest| saw(Some(newest)));
        }
        let nothing = Checkpoint {
            origin: origin.clone(),
            size: 0,
            root: Hash::EMPTY,
        };
        let signers: Vec<&NoteSigner> = signers.iter().collect();
        let signed =
            SignedCheckpoint::sign(&nothing, &signers).map_err(|error| error.to_string())?;
        match self.add(witness, 0, Vec::new(), signed).await {
            Answer::Cosigned(_) => Ok(saw(None)),
            // Which root it does not say. If it is larger than the tree here, that is all that matters; if not, the proof for the
            // next checkpoint tells.
            Answer::Saw(size) => Ok(saw((size > head.size).then_some((size, Hash::EMPTY)))),
            Answer::NotContinued => Err("it does not take an empty log".to_owned()),
            Answer::Failed(why) => Err(why),
        }
    }
}

/// Size and root of the checkpoint that a witness shows, which it must have cosigned.
fn read_seen(shown: &[u8], witness: &Asked, origin: &str) -> Result<(u64, Hash), String> {
    let unsigned = || "it shows something that it did not cosign".to_owned();
    let note = Note::parse(shown).map_err(|_| unsigned())?;
    if !witness.has_cosigned(&note) {
        return Err(unsigned());
    }
    let checkpoint = Checkpoint::parse(note.text()).map_err(|_| unsigned())?;
    if checkpoint.origin != origin {
        return Err("it shows a checkpoint of another log".to_owned());
    }
    Ok((checkpoint.size, checkpoint.root))
}

/// Status and body of an answer; why there is none, without the address.
async fn answer(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), String> {
    let told = |error: reqwest::Error| {
        if error.is_timeout() {
            "it takes too long to answer"
        } else if error.is_connect() {
            "it can't be reached"
        } else {
            "its answer broke off"
        }
        .to_owned()
    };
    let mut response: Response = request.send().await.map_err(told)?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(told)? {
        body.extend_from_slice(&part);
        if body.len() > LARGEST {
            return Err("its answer is too long".to_owned());
        }
    }
    Ok((status, body))
}
