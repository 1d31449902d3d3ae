//! What the server does by itself every minute.

use freigabe_testkit::TestApp;

/// Reminds centres, tells the coordination: of how many offers.
pub(crate) async fn follow_up(app: &TestApp) -> usize {
    app.operate(async |exchange| exchange.follow_up_offers().await.expect("followed up"))
        .await
}

/// Reminds centres of security notices: of how many deliveries.
pub(crate) async fn remind(app: &TestApp) -> usize {
    app.operate(async |exchange| {
        let reminded = exchange.remind_of_security_notices().await;
        reminded.expect("reminded")
    })
    .await
}
