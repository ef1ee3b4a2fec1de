//! Random schedules of the store in memory.
//!
//! `RUSTFLAGS="--cfg strongroom_shuttle" cargo test -p strongroom-store --test it schedules`

use shuttle::sync::Arc;
use shuttle::thread;
use strongroom_store::{CommitError, Freshness, Key, MemoryStore, Require, Store, StoreExt, Write};

use crate::support::{commit, put};

#[test]
fn no_schedule_loses_an_increment_or_tears_a_read() {
    let run = || {
        let store = Arc::new(MemoryStore::new());
        store.commit(commit(0).write(Write::put("a", [0])).write(Write::put("b", [0]))).unwrap();
        let raisers: Vec<_> = (1..=2_u64)
            .map(|thread| {
                let store = Arc::clone(&store);
                thread::spawn(move || {
                    for n in 0..3 {
                        loop {
                            let now = store.get_one(&Key::from("a"), Freshness::Latest).unwrap().unwrap();
                            let raised = [now.value[0] + 1];
                            let body = commit(thread * 1_000 + n * 100 + u64::from(raised[0]))
                                .require(Require::Revision("a".into(), now.revision))
                                .write(Write::put("a", raised))
                                .write(Write::put("b", raised));
                            match store.commit(body) {
                                Ok(_) => break,
                                Err(CommitError::Conflict { .. }) => {}
                                Err(error) => panic!("{error:?}"),
                            }
                        }
                    }
                })
            })
            .collect();
        let pair = store.get(&["a".into(), "b".into()], Freshness::Latest).unwrap().value;
        assert_eq!(pair[0].as_ref().unwrap().value, pair[1].as_ref().unwrap().value);
        raisers.into_iter().for_each(|thread| thread.join().unwrap());
        let last = store.get_one(&Key::from("a"), Freshness::Latest).unwrap().unwrap();
        assert_eq!(*last.value, [6]);
        store.commit(put(9, "end", b"x")).unwrap();
    };
    shuttle::check_random(run, 2_000);
}
