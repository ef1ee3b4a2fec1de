//! The suite of the custody traits, on the backend, on a device over it, and on hostile ones.

use std::sync::Arc;

use strongroom_hsm::conformance::{Subject, run};
use strongroom_hsm::fake::FakeDevice;
use strongroom_hsm::hostile::{Call, Fault, Faulty};
use strongroom_hsm::{Custody, Error, GenerateRequest};
use strongroom_soft::SoftCustody;

use crate::support::*;

#[test]
fn the_backend_keeps_every_promise() {
    let (root, _) = fresh_root();
    let connect = || -> Arc<dyn Custody> { Arc::new(SoftCustody::new(root.clone())) };
    let report = run(&Subject::new(&connect).verify(&verifies).encrypt(&encrypts)).unwrap();
    println!("software custody\n{report}");
    assert!(report.total() > 2_000);
}

#[test]
fn a_device_that_keeps_objects_keeps_every_promise_too() {
    let device = FakeDevice::new(Arc::new(custody()));
    let connect = || -> Arc<dyn Custody> { Arc::new(device.connect()) };
    let count = || device.objects().len();
    let report = run(&Subject::new(&connect).verify(&verifies).encrypt(&encrypts).objects(&count)).unwrap();
    println!("fake device\n{report}");
}

/// A check that was never seen to fail is none: each fault is found, by the promise that it breaks.
#[test]
fn the_suite_finds_backends_that_lie() {
    let device = FakeDevice::new(Arc::new(custody()));
    let hostile = Arc::new(Faulty::new(Arc::new(device.connect())));
    let connect = || -> Arc<dyn Custody> { hostile.clone() };
    let count = || device.objects().len();
    let subject = Subject::new(&connect).verify(&verifies).objects(&count).kinds(&[SYMMETRIC, SIGNING, AUTHENTICATING]);
    let broken = |call, n, fault: Fault| {
        hostile.on_nth(call, n, fault.clone());
        let promise = run(&subject).expect_err("a broken promise goes unnoticed").promise;
        // What was not reached would strike the next run.
        let rest: Vec<_> = (0..3).map_while(|_| run(&subject).err()).collect();
        assert!(rest.len() < 3, "{fault:?} never ends: {rest:?}");
        promise
    };
    let table = "the_capability_table_is_true";
    // A key pair comes first, and 24 operations are tried with it: the 13th is its signature. Then, with
    // the symmetric key: seal, seal again, open.
    assert_eq!(broken(Call::Run, 13, Fault::FlipBit), table);
    assert_eq!(broken(Call::Run, 26, Fault::FlipBit), table);
    assert_eq!(broken(Call::Run, 27, Fault::NoOutput), table);
    assert_eq!(broken(Call::Run, 27, Fault::PreviousOutput), table);
    assert_eq!(broken(Call::Generate, 1, Fault::FailBefore(Error::full("objects"))), table);
    // A lie about destroying, at each of the first calls in turn.
    let lies: Vec<_> = (1..=6).map(|n| broken(Call::Destroy, n, Fault::Lie)).collect();
    println!("lies about destroying, found by: {lies:?}");
}

#[test]
fn a_lost_answer_leaves_an_object_that_can_be_found_and_destroyed() {
    let device = FakeDevice::new(Arc::new(custody()));
    let hostile = Faulty::new(Arc::new(device.connect()));
    hostile.next(Call::Generate, Fault::FailAfter(Error::reconnect("the line is cut")));
    let (place, usage) = (place(1), SYMMETRIC);
    let request = GenerateRequest::new(&place, &usage);
    assert!(hostile.generate(&request).is_err());
    assert_eq!(device.objects().len(), 1);
    // The strongroom starts again and looks for what its intent names.
    let again = device.connect();
    let orphan = again.find(&request).unwrap().unwrap();
    again.destroy(&orphan).unwrap();
    assert_eq!((device.objects().len(), again.find(&request).unwrap()), (0, None));
}

#[test]
fn the_hostile_backend_panics_delays_and_counts() {
    let hostile = Faulty::new(Arc::new(custody()));
    let (place, usage) = (place(1), SYMMETRIC);
    hostile.next(Call::Generate, Fault::Panic);
    let generate = || hostile.generate(&GenerateRequest::new(&place, &usage));
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(generate));
    assert!(caught.is_err());
    let made = generate().unwrap();
    let handle = open(&hostile, &place, &usage, &made);
    assert_eq!(hostile.open_handles(), 1);
    drop(handle);
    assert_eq!((hostile.open_handles(), hostile.calls(Call::Generate), hostile.all_calls()), (0, 2, 3));
}
