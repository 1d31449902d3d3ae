//! An office tells centres of what touches their safety; a centre reads and acknowledges; who does not is reminded.

mod addressees;
mod inbox;
mod office;
mod remind;

pub use self::{
    inbox::{InboxNotice, SecurityInboxDesk},
    office::{SecurityNoticeDesk, SecurityNoticeView},
    remind::NoticeReminderDesk,
};
