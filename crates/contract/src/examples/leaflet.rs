//! Leaflets.

use serde_json::{Value, json};

/// A leaflet, of which one topic is shown.
#[must_use]
pub fn leaflet() -> Value {
    json!({
        "language": "en",
        "own_name": "English",
        "version": 1,
        "direction": "ltr",
        "review": "unchecked",
        "unchecked": "No native speaker has checked this text yet.",
        "title": "There is help for you",
        "sections": [{
            "topic": "free",
            "heading": "Help costs nothing",
            "paragraphs": ["You never have to pay for the help."]
        }]
    })
}
