//! The operations as the published description tells them.

use freigabe_client::Method;
use serde_json::{Value, json};

/// An operation of the description.
#[derive(Debug, Clone)]
pub(crate) struct Described {
    /// Its `operationId`.
    pub(crate) id: String,
    pub(crate) method: Method,
    /// With parameters in braces.
    pub(crate) path: String,
    /// The roles that may call it (`x-callers`); none if everybody may, without a token.
    pub(crate) callers: Vec<String>,
    /// The scope that it needs; none if everybody may call it.
    pub(crate) scope: Option<String>,
    /// Names of the parameters in the query.
    pub(crate) query: Vec<String>,
    /// Whether it has a body.
    pub(crate) has_body: bool,
    /// Whether it needs an `Idempotency-Key`.
    pub(crate) is_keyed: bool,
    /// Whether it needs an `If-Match`.
    pub(crate) if_match: bool,
}

impl Described {
    /// Names of the parameters in the path.
    pub(crate) fn in_path(&self) -> impl Iterator<Item = &str> {
        self.path
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
    }

    pub(crate) fn is_public(&self) -> bool {
        self.scope.is_none()
    }
}

/// Every operation.
pub(crate) fn operations() -> Vec<Described> {
    let description: Value = serde_json::from_str(&freigabe_http::openapi_json()).expect("JSON");
    let paths = description["paths"].as_object().expect("paths");
    let methods = [
        "get", "put", "post", "delete", "patch", "head", "options", "trace",
    ];
    let mut all = Vec::new();
    for (path, item) in paths {
        let keys = item.as_object().expect("a path").keys();
        for key in keys.filter(|key| *key != "parameters") {
            assert!(
                methods.contains(&key.as_str()),
                "{path}: {key} is no method that is known here"
            );
        }
        for method in methods {
            if let Some(operation) = item.get(method) {
                all.push(described(path, method, operation));
            }
        }
    }
    all
}

fn described(path: &str, method: &str, operation: &Value) -> Described {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let id = text(&operation["operationId"]);
    let security = operation["security"].as_array().expect("security");
    let scope = if security == &[json!({})] {
        None
    } else {
        let [one] = security.as_slice() else {
            panic!("{id}: one way in")
        };
        let scopes = one["oauth2"].as_array().expect("scopes");
        let [scope] = scopes.as_slice() else {
            panic!("{id}: one scope")
        };
        Some(text(scope))
    };
    let empty = Vec::new();
    let parameters = operation["parameters"].as_array().unwrap_or(&empty);
    let refers = |name: &str| {
        let reference = format!("#/components/parameters/{name}");
        parameters
            .iter()
            .any(|parameter| parameter["$ref"] == reference.as_str())
    };
    let query = parameters
        .iter()
        .filter(|parameter| parameter["in"] == "query");
    Described {
        method: Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method"),
        path: path.to_owned(),
        callers: operation["x-callers"]
            .as_array()
            .expect("callers")
            .iter()
            .map(text)
            .collect(),
        scope,
        query: query.map(|parameter| text(&parameter["name"])).collect(),
        has_body: operation.get("requestBody").is_some(),
        is_keyed: refers("IdempotencyKey"),
        if_match: refers("IfMatch"),
        id,
    }
}
