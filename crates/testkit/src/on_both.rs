//! Each rule is tested on both databases.

use std::future::Future;

/// Makes of each `async fn rule(x: T)` a module `rule` with the tests `sqlite` and `postgres`. `T` is anything with
/// `async fn start(Backend) -> Self`.
#[macro_export]
macro_rules! on_both_databases {
    ($( $(#[$meta:meta])* async fn $rule:ident($argument:ident: $type:ty) $body:block )+) => {$(
        $(#[$meta])*
        mod $rule {
            #[allow(unused_imports, reason = "a rule need not use anything of its surroundings")]
            use super::*;

            async fn rule($argument: $type) $body

            #[test]
            fn sqlite() {
                $crate::on_both::run(async { rule(<$type>::start($crate::Backend::Sqlite).await).await });
            }

            #[test]
            fn postgres() {
                $crate::on_both::run(async { rule(<$type>::start($crate::Backend::Postgres).await).await });
            }
        }
    )+};
}

/// Runs a test to its end.
pub fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(test);
}
