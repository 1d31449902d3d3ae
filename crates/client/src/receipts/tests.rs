use freigabe_ledger::{Commitment, Leaf, LeafClass, NoteSigner};

use super::*;

const ORIGIN: &str = "log.example.org/freigabe";

fn signer(seed: u8) -> NoteSigner {
    NoteSigner::from_seed(ORIGIN, &[seed; 32]).unwrap()
}

fn receipt(number: u8) -> KeptReceipt {
    let promise = Receipt {
        origin: ORIGIN.to_owned(),
        leaf: Leaf {
            class: LeafClass::Operations,
            expiry_year: 2027,
            commitment: Commitment::from_bytes([number; 32]),
        },
        merge_by: 1_800_000_000,
    };
    let note = promise.sign(&[&signer(1)]).unwrap();
    KeptReceipt::from_header(&receipt::to_header(&note)).unwrap()
}

fn a_folder(name: &str) -> PathBuf {
    let folder =
        std::env::temp_dir().join(format!("freigabe-receipts-{name}-{}", std::process::id()));
    let _gone = fs::remove_dir_all(&folder);
    folder
}

#[test]
fn a_receipt_counts_with_the_logs_key_alone() {
    let (own, other) = (signer(1).verifier().clone(), signer(2).verifier().clone());
    assert_eq!(receipt(1).verify(&[own]).as_ref(), Ok(receipt(1).claimed()));
    receipt(1).verify(&[other]).unwrap_err();
}

#[test]
fn an_altered_receipt_is_refused() {
    let own = [signer(1).verifier().clone()];
    let altered = receipt(1).note().to_string().replace("2027-", "2028-");
    assert_ne!(altered, receipt(1).note().to_string());
    KeptReceipt::parse(&altered)
        .unwrap()
        .verify(&own)
        .unwrap_err();
    KeptReceipt::from_header("not a receipt").unwrap_err();
}

#[test]
fn a_folder_has_one_file_for_each_receipt_and_nothing_unfinished() {
    let folder = a_folder("kept");
    let store = ReceiptFolder::open(&folder).unwrap();
    for number in [1, 2, 2] {
        store.keep(&receipt(number));
    }
    assert!(store.take_failures().is_empty());
    let mut read: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    read.sort();
    assert_eq!(read.len(), 2);
    for (path, number) in read.iter().zip([1, 2]) {
        assert_eq!(path.extension().unwrap(), "receipt");
        let kept = KeptReceipt::parse(&fs::read_to_string(path).unwrap());
        assert_eq!(kept, Ok(receipt(number)));
    }
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_folder_that_is_gone_says_so() {
    let folder = a_folder("gone");
    let store = ReceiptFolder::open(&folder).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    store.keep(&receipt(1));
    assert_eq!(store.take_failures().len(), 1);
    assert!(store.take_failures().is_empty());
}

#[test]
fn memory_is_bounded() {
    let store = RecentReceipts::default();
    store.keep(&receipt(1));
    for _ in 0..MOST_RECENT {
        store.keep(&receipt(2));
    }
    assert_eq!(store.all().len(), MOST_RECENT);
    assert!(store.all().iter().all(|kept| *kept == receipt(2)));
    assert_eq!(store.last(), Some(receipt(2)));
}
