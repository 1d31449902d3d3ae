//! Where the police name the network (agreement, point 8): a page on the web or a leaflet, which office keeps it, and whether it is still there.
//! Nobody is named in it but the coordination or a centre.

mod reference;

pub use reference::{
    MediaCheck, MediaCheckedBy, MediaFound, MediaPlace, MediaReference, MediaRules, MediaSubject,
};
