//! An office hands a case over; the centre is told, and redirects what waits.

mod centre;
mod office;
mod redirect;

pub use self::{
    centre::{ToldHandover, ToldHandoverDesk},
    office::{HandoverDesk, HandoverView},
    redirect::RedirectionDesk,
};
