//! The main job through HTTP, as partners see it, on both databases. The files with numbers are the acceptance cases.

mod audit_evidence;
mod audit_exports;
mod audit_queries;
mod audit_samples;
mod canaries;
mod case_01_covered;
mod case_02_withdrawn_before_collection;
mod case_03_withdrawn_after_collection;
mod case_04_withdrawal_against_collection;
mod case_05_wrong_office;
mod case_06_one_uncovered_item;
mod case_07_young_person;
mod case_08_expiry_and_narrowing;
mod case_09_isolation;
mod case_10_bad_input;
mod case_11_killed;
mod forms;
mod headers;
mod log_public;
mod nodes;
mod onboarding;
mod paging;
mod receipts;
mod repeating;
mod suspension;
mod user_reference;
