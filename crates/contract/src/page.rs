//! Pages of listings. A page begins after a row, never at an offset.

/// A page of a listing: some items, and where the next page begins.
pub trait Page {
    /// What is listed.
    type Item;

    /// A page of these items, and of the `cursor` of the next page if there is one.
    fn from_parts(items: Vec<Self::Item>, next: Option<String>) -> Self;

    /// The items, and the `cursor` of the next page if there is one.
    fn into_parts(self) -> (Vec<Self::Item>, Option<String>);
}

/// Defines the page of a listing.
macro_rules! page {
    ($(#[$doc:meta])+ $name:ident of $item:ty) => {
        $(#[$doc])+
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub struct $name {
            /// What is on this page.
            #[schema(max_items = 200)]
            pub items: Vec<$item>,
            /// Opaque `cursor` of the next page; absent on the last one. The same stands in the `Link` header.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(nullable = false, max_length = 200)]
            pub next: Option<String>,
        }

        impl $crate::page::Page for $name {
            type Item = $item;
            fn from_parts(items: Vec<$item>, next: Option<String>) -> Self {
                Self { items, next }
            }
            fn into_parts(self) -> (Vec<$item>, Option<String>) {
                (self.items, self.next)
            }
        }
    };
}
pub(crate) use page;
