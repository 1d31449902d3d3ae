//! How what becomes of a security notice is written, by mistake. What the store refuses stays refused.

use freigabe_domain::{
    security_notice::{NoticeDelivery, SecurityNotice, SecurityNoticeState},
    store::{StoreError, prelude::*},
};
use freigabe_testkit::over::SqlTx;

use super::{Slip, Slips};

impl Slips {
    pub(super) async fn ended_notice(
        &self,
        transaction: &mut SqlTx<'_>,
        notice: &SecurityNotice,
    ) -> Result<(), StoreError> {
        let superseded = notice.state == SecurityNoticeState::Superseded;
        if superseded && self.makes(Slip::KeepsSuperseded) && self.desk.is_by(&notice.office) {
            let held = transaction.security_notice(notice.id).await?;
            // What was withdrawn is not superseded.
            if held.is_some_and(|held| held.state != SecurityNoticeState::Withdrawn) {
                return Ok(());
            }
        }
        transaction.end_security_notice(notice).await
    }

    pub(super) async fn updated_delivery(
        &self,
        transaction: &mut SqlTx<'_>,
        delivery: &NoticeDelivery,
    ) -> Result<(), StoreError> {
        // Whoever may change it at all may write that it was listed or read.
        let may_be_written = delivery.delivered_at.is_some() && delivery.acknowledged.is_none();
        if may_be_written && self.makes(Slip::ForgetsDeliveries) {
            let (notice, centre) = (delivery.notice, delivery.organisation);
            if transaction.lock_delivery(notice, centre).await?.is_some() {
                return Ok(());
            }
        }
        transaction.update_delivery(delivery).await
    }
}
