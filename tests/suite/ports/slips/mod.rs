//! Mistakes that a store could make, planted below the machines: each must be noticed.

mod handovers;
mod hooks;
mod notices;
mod pairs;
mod regional;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use freigabe_domain::{
    disclosure::Content,
    instant::Instant,
    office::OfficeId,
    store::{Page, PageRequest},
};

use super::world::{By, office};

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slip {
    /// What is given up stays.
    KeepsWhatIsGivenUp,
    /// What is committed is lost.
    LosesCommits,
    /// Requests are not remembered.
    RemembersNoRequest,
    /// Requests of the very moment are forgotten with the older ones.
    ForgetsRequestsOfTheMoment,
    /// Revisions are not written.
    LosesRevisions,
    /// A revision is written whatever came before it.
    TakesStaleRevisions,
    /// The end of a consent is not written to its row.
    KeepsHeads,
    /// A consent is shown with what was decided first.
    ShowsFirstDecisions,
    /// A page begins one row late.
    SkipsAfterCursors,
    /// Each time the same references make another case.
    MakesCasesAnew,
    /// That a message was collected is not written down.
    MarksNothing,
    /// A message is said to be closed in whatever state it was.
    ClosesInAnyState,
    /// Of several messages one is sealed.
    SealsTheFirst,
    /// Content that is to be destroyed stays.
    KeepsContent,
    /// The inbox does not look at the clock.
    ShowsWhatIsNotInForce,
    /// The newest message of a consent is overlooked.
    OverlooksTheNewest,
    /// Of several notices one is stored.
    TellsTheFirst,
    /// A notice is said to be answered, again and again.
    AnswersAgain,
    /// What was answered is listed as if it were not.
    ListsAnswered,
    /// Events are not written.
    LosesEvents,
    /// Events are written without the reasons of refusals.
    ForgetsRefusalReasons,
    /// What is counted in parts ends with the first.
    CountsThePageAlone,
    /// The newest of several leaves the queue and is not told.
    SkipsTheNewestInTheQueue,
    /// Where leaves stand is noted one place on.
    NotesLeavesOneOn,
    /// The log's head is moved on whatever it was.
    AdvancesWhateverIsThere,
    /// Everybody may ask the witnesses.
    LeasesToEverybody,
    /// What is signed is taken for published.
    PublishesWhatIsSigned,
    /// A tile that was written once is not written again.
    KeepsOldTiles,
    /// A form is said to be added, again and again.
    AddsFormsAgain,
    /// An assertion is said to be fresh, again and again.
    UsesAssertionsAgain,
    /// Each request is counted as the first of its minute.
    CountsEachRequestAsTheFirst,
    /// Clients are not suspended.
    SuspendsNobody,
    /// A list of clients ends with its limit, as if no others followed.
    ListsOneClientLess,
    /// Invitations are said to be revoked and are not.
    KeepsRevokedInvitations,
    /// Offices are listed of whatever kind.
    ListsOfficesOfAnyKind,
    /// Entries of the directory are listed whoever keeps them.
    ListsEntriesOfAllKeepers,
    /// An entry is changed whatever came before.
    ChangesWhateverVersion,
    /// Erased events stay.
    KeepsWhatIsErased,
    /// Erased cases stay.
    KeepsCases,
    /// Who searched the log for a case is overlooked when the case is erased.
    OverlooksQueriesAboutCases,
    /// What is done is still announced.
    RemembersWhatIsDone,
    /// Of several unknown offices the first is not told.
    OverlooksTheFirstUnknownOffice,
    /// Of several centres the last is not asked, or not told.
    AsksAllButTheLast,
    /// What a centre answers is not written down.
    ForgetsAnswers,
    /// Where an involvement stands is not written down.
    KeepsInvolvements,
    /// Reminders are due before their time.
    IsDueTooSoon,
    /// The end of a contact consent is not written down.
    KeepsContactConsents,
    /// That contact details were collected is not written down.
    MarksNoContact,
    /// Contact details are said to be sealed and are not.
    SealsNoContact,
    /// A centre is said to be asked to erase, again and again.
    AsksToEraseAgain,
    /// What waits for a centre is shown a moment longer than it may.
    ShowsContactsPastTheirEnd,
    /// What a withdrawn notice said is still told.
    TellsWhatWasWithdrawn,
    /// That there is a later version is not written to the one before.
    KeepsSuperseded,
    /// What became of a notice at a centre is not written down.
    ForgetsDeliveries,
    /// A centre's list has what another was told.
    ListsDeliveriesOfOthers,
    /// Reminders are due of notices that were superseded, withdrawn, or are over.
    RemindsOfWhatNoLongerHolds,
    /// A contact pair is said to be opened, again and again.
    OpensPairsAgain,
    /// Contact pairs are listed whosever they are.
    ListsPairsOfEverybody,
    /// That a half was changed or confirmed is not written down.
    KeepsHalves,
    /// A half is changed whatever came before.
    TakesStaleHalves,
    /// A half is changed, and says what it said before.
    KeepsFormerContacts,
    /// A confirmation counts a moment longer than it may.
    CountsConfirmationsTooLong,
    /// A handover is not written down.
    LosesHandovers,
    /// That a case came back is overlooked.
    OverlooksWhatCameBack,
    /// A handover is said to be acknowledged, again and again.
    AcknowledgesAgain,
    /// What waits for an office which has handed the case over is still shown to it.
    ShowsWhatWasHandedOver,
    /// A redirected message waits where it waited before.
    KeepsRecipients,
    /// Of the messages of a case those for other offices are told as well.
    ListsMessagesForAnyOffice,
    /// That a party confirmed an agreement is not written down.
    ForgetsConfirmations,
    /// That an agreement was ended is not written down.
    KeepsEnded,
    /// Agreements are listed however they stand.
    ListsWhateverStanding,
    /// Agreed deadlines are told wherever the agreement holds.
    OverlooksPlace,
}

/// The hooks by which mistakes are made, and where a sequence keeps what it needs besides the store.
#[derive(Clone, Default)]
pub(super) struct Slips {
    planted: Arc<Mutex<Option<Slip>>>,
    desk: Arc<Desk>,
}

/// What a call needs besides its transaction.
#[derive(Default)]
pub(super) struct Desk {
    /// What the store's clock shows, in microseconds since 1970.
    clock: AtomicI64,
    /// The content that was opened last.
    opened: Mutex<Option<Content>>,
    hushed: AtomicBool,
    /// Who acts: what is refused to them is no mistake's to let pass.
    by: Mutex<Option<By>>,
}

impl Desk {
    /// From now on the store's clock shows this time.
    pub(super) fn set_clock(&self, at: Instant) {
        self.clock.store(at.as_unix_micros(), Ordering::SeqCst);
    }

    /// Whether events are left out: where only what they are about matters.
    pub(super) fn hush(&self, hushed: bool) {
        self.hushed.store(hushed, Ordering::SeqCst);
    }

    /// From now on this one acts.
    pub(super) fn acts(&self, by: By) {
        *self.by.lock().unwrap_or_else(PoisonError::into_inner) = Some(by);
    }

    fn by(&self) -> Option<By> {
        *self.by.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this office acts.
    fn is_by(&self, id: &OfficeId) -> bool {
        matches!(self.by(), Some(By::Office(number)) if office(number) == *id)
    }

    /// The content that was opened since it was asked for last.
    pub(super) fn opened(&self) -> Option<Content> {
        self.opened
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl Slips {
    pub(super) fn plant(&self, slip: Slip) {
        *self.planted.lock().unwrap_or_else(PoisonError::into_inner) = Some(slip);
    }

    pub(super) fn desk(&self) -> &Desk {
        &self.desk
    }

    fn makes(&self, slip: Slip) -> bool {
        *self.planted.lock().unwrap_or_else(PoisonError::into_inner) == Some(slip)
    }

    /// The page, or the page as it is shown by mistake.
    fn late<T>(&self, mut found: Page<T>, page: PageRequest) -> Page<T> {
        if self.makes(Slip::SkipsAfterCursors) && page.after.is_some() && !found.items.is_empty() {
            found.items.remove(0);
        }
        found
    }
}
