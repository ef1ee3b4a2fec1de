//! Faults: a store and a custody that do not serve.

use std::sync::Arc;
use std::time::Duration;

use strongroom::{Caller, Kms};
use strongroom_audit::log::MemoryStorage;
use strongroom_hsm::hostile::{Call as Asked, Fault, Faulty as FaultyCustody};
use strongroom_soft::SoftCustody;
use strongroom_store::MemoryStore;
use strongroom_store::testing::{Call, Faulty, Trouble};

use super::ledger::Ledger;
use super::refusals::World;
use crate::support::*;

/// Opened anew for each fault, so that every cache is cold.
struct Place {
    store: Arc<Faulty<MemoryStore>>,
    log: Arc<MemoryStorage>,
    clock: FakeClock,
}

impl Place {
    fn open(&self) -> (Kms, Arc<FaultyCustody>) {
        let made: Arc<std::sync::Mutex<Option<Arc<FaultyCustody>>>> = Arc::default();
        let given = Arc::clone(&made);
        let options = options(&self.clock).custody(move |root| {
            let custody = Arc::new(FaultyCustody::new(Arc::new(SoftCustody::new(root.clone()))));
            *given.lock().unwrap() = Some(Arc::clone(&custody));
            Box::new(custody)
        });
        let kms = Kms::open_in(self.store.clone(), self.log.clone(), options).unwrap();
        let custody = made.lock().unwrap().take().unwrap();
        (kms, custody)
    }
}

pub(super) fn show(ledger: &mut Ledger) {
    let place = Place {
        store: Arc::new(Faulty::new(MemoryStore::new())),
        log: Arc::new(MemoryStorage::new()),
        clock: FakeClock::new(),
    };
    let kms = Kms::create_in(place.store.clone(), place.log.clone(), options(&place.clock)).unwrap();
    let world = World::new(&kms.client(Caller::root()).unwrap());
    kms.close().unwrap();
    for operation in Ledger::operations() {
        let request = world.minimal.of(operation);
        for (error, trouble) in [("DependencyTimeout", Trouble::Full), ("KMSInternal", Trouble::NotApplied)] {
            if !ledger.declares(operation, error) {
                continue;
            }
            let (kms, custody) = place.open();
            let root = kms.client(Caller::root()).unwrap();
            if operation == "GenerateRandom" {
                // Needs no record: what fails is the generator.
                custody.next(
                    Asked::Random,
                    Fault::FailBefore(match error {
                        "DependencyTimeout" => strongroom_hsm::Error::retry(Duration::from_secs(1)),
                        _ => strongroom_hsm::Error::corrupt("the generator"),
                    }),
                );
            } else {
                place.store.always(Call::Get, trouble);
                place.store.always(Call::Scan, trouble);
            }
            ledger.no(&root, operation, request.clone(), error, "");
            place.store.heal();
            kms.close().unwrap();
        }
        if ledger.declares(operation, "KeyUnavailable") && !["GetPublicKey", "Verify"].contains(&operation) {
            let (kms, custody) = place.open();
            let root = kms.client(Caller::root()).unwrap();
            custody.next(Asked::Open, Fault::FailBefore(strongroom_hsm::Error::retry(Duration::from_secs(1))));
            ledger.no(&root, operation, request, "KeyUnavailable", "busy");
            kms.close().unwrap();
        }
    }
}
