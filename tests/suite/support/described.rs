//! Answers, held against the published description.

use freigabe_client::RawAnswer;
use freigabe_testkit::ExpectAnswer as _;
use jsonschema::Draft;
use serde_json::{Value, json};

/// The published description.
pub(crate) struct Published(Value);

impl Published {
    pub(crate) fn read() -> Self {
        Self(serde_json::from_str(&freigabe_http::openapi_json()).expect("JSON"))
    }

    /// The answer of this operation has a status and a media type that are described for it, and follows the schema.
    #[track_caller]
    pub(crate) fn describes(&self, id: &str, answer: &RawAnswer) {
        let items = self.0["paths"].as_object().expect("paths").values();
        let operation = items
            .flat_map(|item| item.as_object().expect("a path").values())
            .find(|operation| operation["operationId"] == id)
            .expect("a described operation");
        let described = &operation["responses"][answer.status.as_str()];
        assert!(
            described.is_object(),
            "{id}: {} is not described",
            answer.status
        );
        if answer.status.as_u16() == 204 {
            assert!(answer.body.is_empty(), "{id}: 204 says nothing");
            assert!(
                described.get("content").is_none(),
                "{id}: 204 has no content"
            );
            return;
        }
        let media_type = answer.header("content-type").unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default();
        let content = &described["content"][essence];
        assert!(content.is_object(), "{id}: {media_type} is not described");
        if !essence.ends_with("json") || essence.ends_with("ndjson") {
            return;
        }
        let root = json!({ "allOf": [content["schema"]], "components": self.0["components"] });
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&root)
            .expect("a schema");
        let body: Value = serde_json::from_str(&answer.text()).expect("JSON");
        let faults: Vec<String> = validator
            .iter_errors(&body)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert!(
            faults.is_empty(),
            "{id} is not as described: {}",
            faults.join("; ")
        );
    }
}
