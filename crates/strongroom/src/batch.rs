//! Batches: many requests of one caller, one after the other on the path of every call, and one append for all events.
//!
//! `docs/design/0009-batches.md` says what is shared and what is not.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::sync::Arc;

use strongroom_audit::LogCrypto;
use strongroom_audit::event::Event;
use strongroom_policy::Decision;
use strongroom_types::Timestamp;
use strongroom_types::row::Permission;
use strongroom_types::structure::{Kind, Member, Structure, Value, Visitor};

use crate::gate::Keys;
use crate::journal::Moment;
use crate::records::KeyEntry;
use crate::usage::Used;
use crate::{Client, Error, Served};

/// So many decisions are remembered in a batch; with more different contexts than this, some are decided again.
const REMEMBERED: usize = 16;
/// Events that are held for one append, in bytes.
pub(crate) const HELD: usize = 1 << 20;

impl Client {
    /// How many requests [`batch`](Self::batch) takes at most.
    pub const BATCH_MAX: usize = 1_000;

    /// Does one operation on many requests, in order: what [`run`](Self::run) would answer to each of them, one after the
    /// other, at one instant. One request that fails takes no other with it.
    ///
    /// Each is validated, decided and recorded like any call and leaves an event of its own, with a request id of its own;
    /// but requests that differ in nothing that a policy can read share one decision, and the events are appended
    /// together, and synced together under [`Durable`](crate::Durability::Durable). So it pays where many small things
    /// are opened at once: a start-up that decrypts ten thousand data keys. Operations that change something are committed
    /// one by one.
    ///
    /// ```
    /// use strongroom::types::DecryptRequest;
    /// use strongroom::{Caller, ErrorCode, Kms, ops};
    ///
    /// # fn main() -> Result<(), strongroom::Error> {
    /// # let kms = Kms::in_memory()?;
    /// # let client = kms.client(Caller::root())?;
    /// # let key = client.create_key().send()?.key_metadata.key_id;
    /// let mut requests = Vec::new();
    /// for number in 0..3_u8 {
    ///     let sealed = client.encrypt(&*key, [number].as_slice()).send()?.ciphertext_blob;
    ///     requests.push(DecryptRequest::new().ciphertext_blob(sealed));
    /// }
    /// requests.push(DecryptRequest::new().ciphertext_blob(vec![0; 99]));
    ///
    /// let opened = client.batch::<ops::Decrypt>(&requests)?;
    /// for (number, result) in (0..3).zip(&opened) {
    ///     assert!(result.as_ref().is_ok_and(|opened| opened.plaintext.expose_secret() == [number]));
    /// }
    /// assert!(opened[3].as_ref().is_err_and(|error| error.is(ErrorCode::InvalidCiphertext)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// More than [`BATCH_MAX`](Self::BATCH_MAX) requests; a strongroom that can't serve at all. What is wrong with one
    /// request is its own result.
    pub fn batch<O: Served>(&self, requests: &[O::Input]) -> Result<Vec<Result<O::Output, Error>>, Error> {
        if requests.len() > Self::BATCH_MAX {
            let why = format!("a batch has at most {} requests, and this one has {}", Self::BATCH_MAX, requests.len());
            return Err(strongroom_api::KmsError::validation(why).into());
        }
        O::serve_all(self, requests)
    }
}

/// An event that waits for the batch's append.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) moment: Moment,
    pub(crate) blind: [u8; 32],
    /// Where its record ends in the batch's bytes.
    pub(crate) end: usize,
}

/// What the requests of a batch share.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    records: RefCell<Vec<u8>>,
    held: RefCell<Vec<Held>>,
    /// Uses of keys, which are noted once their events are in the log. Until then their index is that in `held`.
    uses: RefCell<Vec<(Arc<KeyEntry>, Used)>>,
    /// How many events were held in all, the appended ones included.
    count: Cell<usize>,
    /// How many of them were handed over, and which of those could not be appended.
    handed_over: Cell<usize>,
    lost: RefCell<Vec<Range<usize>>>,
    decided: RefCell<Vec<Decided>>,
    scratch: RefCell<Vec<u8>>,
}

/// A permission that was decided to be there, by the policy of which key.
pub(crate) type Allowed = (&'static Permission, Decision, Option<Arc<KeyEntry>>);

/// A request that was allowed: all of it that a decision can depend on, and what was decided.
#[derive(Debug)]
struct Decided {
    request: Vec<u8>,
    keys: Keys,
    now: Timestamp,
    decisions: Vec<Allowed>,
}

impl Batch {
    /// Holds an event back.
    pub(crate) fn hold(&self, crypto: &LogCrypto, event: &Event<'_>, moment: Moment, blind: &[u8; 32]) {
        let mut records = self.records.borrow_mut();
        event.encode(crypto, &mut records);
        self.held.borrow_mut().push(Held { moment, blind: *blind, end: records.len() });
        self.count.set(self.count.get() + 1);
    }

    /// Holds a use of a key, whose event was held last.
    pub(crate) fn hold_use(&self, key: Arc<KeyEntry>, used: Used) {
        let index = (self.held.borrow().len() as u64).saturating_sub(1);
        self.uses.borrow_mut().push((key, Used { index, ..used }));
    }

    /// How many events were held so far.
    pub(crate) fn count(&self) -> usize {
        self.count.get()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.records.borrow().len() >= HELD
    }

    /// Hands what is held to `append`, which answers the place of the last event, and the uses to `note`; holds nothing from
    /// then on.
    pub(crate) fn flush(
        &self,
        append: impl FnOnce(&[u8], &[Held]) -> Result<Option<u64>, Error>,
        note: impl Fn(&KeyEntry, &Used),
    ) {
        let appended = append(&self.records.borrow(), &self.held.borrow());
        let numbers = self.handed_over.replace(self.count())..self.count();
        let uses = self.uses.take();
        match appended {
            Ok(last) => {
                let count = self.held.borrow().len() as u64;
                let first = last.map_or(0, |last| last.saturating_add(1).saturating_sub(count));
                for (key, used) in uses {
                    note(&key, &Used { index: first.saturating_add(used.index), ..used });
                }
            }
            Err(_) => self.lost.borrow_mut().push(numbers),
        }
        self.records.borrow_mut().clear();
        self.held.borrow_mut().clear();
    }

    /// Whether this event could not be appended.
    pub(crate) fn is_lost(&self, number: usize) -> bool {
        self.lost.borrow().iter().any(|numbers| numbers.contains(&number))
    }

    /// Replays what was decided about a request like this one, on the same state of the same keys. `false`: decide.
    pub(crate) fn replay(
        &self,
        request: &dyn Structure,
        keys: &Keys,
        now: Timestamp,
        mut each: impl FnMut(&'static Permission, (Decision, Option<Arc<KeyEntry>>)),
    ) -> bool {
        let mut scratch = self.scratch.borrow_mut();
        if !readable(request, &mut scratch) {
            return false;
        }
        let decided = self.decided.borrow();
        let like = decided.iter().find(|it| it.now == now && it.request == *scratch && same(&it.keys, keys));
        for (permission, decision, key) in like.iter().flat_map(|decided| &decided.decisions) {
            each(permission, (*decision, key.clone()));
        }
        like.is_some()
    }

    /// Remembers that this request was allowed.
    pub(crate) fn allowed(&self, request: &dyn Structure, keys: &Keys, now: Timestamp, decisions: Vec<Allowed>) {
        let mut text = Vec::new();
        if readable(request, &mut text) {
            let mut decided = self.decided.borrow_mut();
            if decided.len() >= REMEMBERED {
                decided.remove(0);
            }
            decided.push(Decided { request: text, keys: keys.clone(), now, decisions });
        }
    }
}

/// Whether both are the same keys in the same roles, in the same state. An alias that is worked on is never the same.
fn same(one: &Keys, other: &Keys) -> bool {
    one.iter().count() == other.iter().count()
        && one.iter().zip(other.iter()).all(|(one, other)| {
            one.role == other.role && Arc::ptr_eq(&one.key, &other.key) && one.alias.is_none() && other.alias.is_none()
        })
}

/// Writes down everything in a request that policies can read, and more: all that is no bytes. `false`: there is something
/// in it that this does not write down, so it is like no other.
fn readable(request: &dyn Structure, out: &mut Vec<u8>) -> bool {
    struct Write<'o> {
        out: &'o mut Vec<u8>,
        whole: bool,
    }
    fn put(out: &mut Vec<u8>, bytes: &[u8]) {
        out.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        out.extend_from_slice(bytes);
    }
    impl<'a> Visitor<'a> for Write<'_> {
        fn member(&mut self, member: &'static Member, value: Option<&'a dyn Value>) {
            let Some(value) = value else { return self.out.push(0) };
            match value.kind() {
                Kind::Str(text) => {
                    self.out.push(1);
                    put(self.out, text.as_bytes());
                }
                // What no condition key reads, no policy does. Which key a ciphertext names is compared as a key.
                Kind::Blob(_) | Kind::Secret(_) if member.condition.is_none() => self.out.push(2),
                Kind::Int(number) => {
                    self.out.push(3);
                    self.out.extend_from_slice(&number.to_be_bytes());
                }
                Kind::Bool(value) => self.out.extend_from_slice(&[4, u8::from(value)]),
                Kind::Time(time) => {
                    self.out.push(5);
                    self.out.extend_from_slice(&time.as_nanos().to_be_bytes());
                }
                Kind::Map(context) => {
                    self.out.push(6);
                    self.out.extend_from_slice(&(context.len() as u64).to_be_bytes());
                    for (name, value) in context.iter() {
                        put(self.out, name.as_bytes());
                        put(self.out, value.as_bytes());
                    }
                }
                Kind::Blob(_) | Kind::Secret(_) | Kind::List(_) | Kind::Struct(_) => self.whole = false,
            }
        }
    }
    out.clear();
    let mut write = Write { out, whole: true };
    request.visit(&mut write);
    write.whole
}
