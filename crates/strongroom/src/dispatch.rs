//! The path of a call: gate, act, journal. Small, and generic only over what comes in and out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use strongroom_api::{ErrorCode, KmsError, Operation as ApiOperation};
use strongroom_audit::event::{Event, Resource};
use strongroom_audit::log::EntryKind;
use strongroom_hsm::{GenerateRequest, Made, MaterialUsage, Place};
use strongroom_keys::{Change, IntentRecord, KeyRecord, RecordKind, layout};
use strongroom_types::row::{Row, StateVerdict};
use strongroom_types::structure::{Kind, Structure, Value, find};
use strongroom_types::{KeyArn, Region, RotationType};

use crate::act::Act;
use crate::batch::{Batch, Held};
use crate::caller::CallerContext;
use crate::client::Client;
use crate::core::{Core, Service, guarded};
use crate::draw::Draw;
use crate::failpoint::reached;
use crate::gate::{Authorized, Gate, Keys, internal};
#[cfg(feature = "tokio")]
use crate::journal::Submitted;
use crate::journal::{Moment, Plan, Told, is_unknown, may_be_recorded};
use crate::json::RequestId;
#[cfg(feature = "tokio")]
use crate::lane::Committing;
use crate::observe;
use crate::records::{KeyEntry, is_conflict};
use crate::trace::{Ending, Learned, Trace};
use crate::usage::{Used, is_use};
use crate::{Durability, Error};

/// How often a call starts again at *resolve* because something else was committed first.
const RESTARTS: usize = 256;
/// How often it does because its key was gone in the custody: what somebody else closed opens again, what is lost never does.
const REOPENED: usize = 32;

/// An operation that this version of Strongroom serves. It can't be implemented outside of it.
#[diagnostic::on_unimplemented(message = "this version of Strongroom does not serve `{Self}` yet")]
pub trait Served: ApiOperation {
    /// Does it.
    #[doc(hidden)]
    fn serve(client: &Client, input: &Self::Input) -> Result<Self::Output, Error>;

    /// Does it, and nobody waits.
    #[cfg(feature = "tokio")]
    #[doc(hidden)]
    fn serve_later(client: Client, input: Self::Input) -> crate::Sending<Result<Self::Output, Error>>;

    /// How it is done on JSON.
    #[doc(hidden)]
    const JSON: crate::json::Serve;

    /// Does it for each input.
    #[doc(hidden)]
    fn serve_all(client: &Client, inputs: &[Self::Input]) -> Result<Vec<Result<Self::Output, Error>>, Error>;

    /// Decides it and goes no further.
    #[cfg(feature = "testing")]
    #[doc(hidden)]
    fn rehearse(client: &Client, rehearsal: &crate::testing::Rehearsal, input: &Self::Input) -> Result<(), Error>;
}

impl<O: Handler> Served for O {
    fn serve(client: &Client, input: &O::Input) -> Result<O::Output, Error> {
        client.core.call::<O>(&client.caller, client.region, input)
    }

    #[cfg(feature = "tokio")]
    fn serve_later(client: Client, input: O::Input) -> crate::Sending<Result<O::Output, Error>> {
        crate::asynchronous::serve::<O>(client, input)
    }

    const JSON: crate::json::Serve = crate::json::Serve::of::<O>();

    fn serve_all(client: &Client, inputs: &[O::Input]) -> Result<Vec<Result<O::Output, Error>>, Error> {
        client.core.batch::<O>(&client.caller, client.region, inputs)
    }

    #[cfg(feature = "testing")]
    fn rehearse(client: &Client, rehearsal: &crate::testing::Rehearsal, input: &O::Input) -> Result<(), Error> {
        let Client { core, caller, region } = client;
        let moment = rehearsal.moment;
        let mut trace = Trace::new(row::<O>(), caller, *region, input, &rehearsal.draw, moment);
        validated::<O>(input)?;
        let gate =
            Gate { records: &core.records, row: row::<O>(), caller, region: *region, request: input, now: moment.wall };
        gate.pass(&mut trace, &|keys| Ok(O::suits(input, keys)?)).map(drop)
    }
}

/// The only place with code of its own per operation.
pub(crate) trait Handler: ApiOperation {
    /// A hint for whoever sends too much plaintext: appended to the message of its violated shape.
    const HINT: Option<&'static str> = None;

    /// Combinations of parameters that no shape can state. Comes after the shapes and before everything else.
    fn check(_input: &Self::Input) -> Result<(), KmsError> {
        Ok(())
    }

    /// Whether the request suits the kind of its keys: algorithms and sizes. Comes after authorization, and before the
    /// keys' state and the end of a dry run.
    fn suits(_input: &Self::Input, _keys: &Keys) -> Result<(), KmsError> {
        Ok(())
    }

    /// Whether the request's own bytes fit its keys, as far as that is told without opening one: whose a ciphertext
    /// is. Comes after the keys' state, and before a dry run ends.
    fn fits(_input: &Self::Input, _keys: &Keys) -> Result<(), KmsError> {
        Ok(())
    }

    /// Does it. The proof is used up by whatever touches a key or changes a record.
    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a Self::Input,
    ) -> Result<Effect<'a, Self::Output>, Error>;
}

/// What a handler wants to happen. The shell does it, in the journal's order.
pub(crate) struct Effect<'a, T> {
    what: What<'a, T>,
    learned: Learned,
    keys: Keys,
}

pub(crate) type Then<'a, T> = Box<dyn FnOnce(&Made) -> Result<(Vec<Change>, T, Learned), Error> + 'a>;

enum What<'a, T> {
    /// An answer and no change.
    Answer(T),
    /// Changes, and the answer once they are committed.
    Write(Vec<Change>, T),
    /// New material, then changes that depend on it.
    Make(Making, Then<'a, T>),
}

/// Material that is to be made.
#[derive(Debug, Clone)]
pub(crate) struct Making {
    pub(crate) arn: KeyArn,
    pub(crate) version: u32,
    pub(crate) usage: MaterialUsage,
    /// Ids that the new material's must not begin like.
    pub(crate) taken: Vec<[u8; 16]>,
}

impl<'a, T> Effect<'a, T> {
    /// An answer that changes nothing. `keys` is what is left of the proof.
    pub(crate) fn answer(keys: Keys, output: T, learned: Learned) -> Self {
        Self { what: What::Answer(output), learned, keys }
    }

    /// Changes under the revisions that the proof saw.
    pub(crate) fn write<O: ApiOperation>(proof: Authorized<O>, changes: Vec<Change>, output: T) -> Self {
        let keys = proof.into_keys();
        let what = if changes.is_empty() { What::Answer(output) } else { What::Write(changes, output) };
        Self { what, learned: Learned::default(), keys }
    }

    /// New material.
    pub(crate) fn make<O: ApiOperation>(
        proof: Authorized<O>,
        making: Making,
        then: impl FnOnce(&Made) -> Result<(Vec<Change>, T, Learned), Error> + 'a,
    ) -> Self {
        Self { what: What::Make(making, Box::new(then)), learned: Learned::default(), keys: proof.into_keys() }
    }
}

impl Core {
    /// One call, from request to result; its event is recorded before this returns.
    pub(crate) fn call<O: Handler>(
        &self,
        caller: &CallerContext,
        region: Region,
        input: &O::Input,
    ) -> Result<O::Output, Error> {
        self.called::<O>(caller, region, input, &mut None)
    }

    /// The same; also tells the call's id, once it has one.
    pub(crate) fn called<O: Handler>(
        &self,
        caller: &CallerContext,
        region: Region,
        input: &O::Input,
        id: &mut Option<RequestId>,
    ) -> Result<O::Output, Error> {
        let observed = observe::Call::begin(row::<O>(), region, caller.account);
        let result = self.observed_call::<O>(&observed, caller, region, input, id);
        observed.end(result.as_ref().err());
        result
    }

    fn observed_call<O: Handler>(
        &self,
        observed: &observe::Call,
        caller: &CallerContext,
        region: Region,
        input: &O::Input,
        id: &mut Option<RequestId>,
    ) -> Result<O::Output, Error> {
        const { assert!(O::ROW.keys.len() <= 2) };
        self.usable()?;
        self.ready()?;
        let begun = self.begun()?;
        *id = Some(RequestId::of(&begun.draw));
        self.one::<O>(observed, None, begun, caller, region, input)
    }

    pub(crate) fn begun(&self) -> Result<Begun, Error> {
        let (moment, regression) = self.instant();
        Ok(Begun { moment, regression, draw: Draw::new(&self.provider.random)? })
    }

    /// Now, and what is wrong with the clock if anything is.
    pub(crate) fn instant(&self) -> (Moment, Option<Error>) {
        let (wall, regression) = match self.time.now() {
            Ok(now) => (now, None),
            Err(regression) => (self.time.highest(), Some(regression)),
        };
        (Moment { wall, monotonic: self.time.monotonic() }, regression)
    }

    /// Many calls at one instant. Their events are appended together.
    fn batch<O: Handler>(
        &self,
        caller: &CallerContext,
        region: Region,
        inputs: &[O::Input],
    ) -> Result<Vec<Result<O::Output, Error>>, Error> {
        self.usable()?;
        self.ready()?;
        let (moment, _) = self.instant();
        let batch = Batch::default();
        // Results, and the number of the event that the batch holds for each.
        let mut results = Vec::with_capacity(inputs.len());
        for input in inputs {
            let number = batch.count();
            let observed = observe::Call::begin(row::<O>(), region, caller.account);
            let result = self.in_batch::<O>(&observed, &batch, moment, caller, region, input);
            observed.end(result.as_ref().err());
            results.push((result, (batch.count() > number).then_some(number)));
            if batch.is_full() {
                self.flush(&batch);
            }
        }
        self.flush(&batch);
        self.settle_if_due(moment);
        // What could not be recorded was not given out: it is asked again, as a call of its own.
        let results = results.into_iter().zip(inputs).map(|((result, number), input)| {
            match number.is_some_and(|number| batch.is_lost(number)) {
                true => self.call::<O>(caller, region, input),
                false => result,
            }
        });
        Ok(results.collect())
    }

    fn in_batch<O: Handler>(
        &self,
        observed: &observe::Call,
        batch: &Batch,
        moment: Moment,
        caller: &CallerContext,
        region: Region,
        input: &O::Input,
    ) -> Result<O::Output, Error> {
        // As before every call: it may have been closed, or something may have come between store and log, meanwhile.
        self.usable()?;
        self.ready()?;
        let regression = self.time.now().err();
        let draw = Draw::new(&self.provider.random)?;
        self.one::<O>(observed, Some(batch), Begun { moment, regression, draw }, caller, region, input)
    }

    /// Appends what a batch holds: at its end, when it is much, and before something is committed, which is recorded then.
    fn flush(&self, batch: &Batch) {
        let append = |records: &[u8], held: &[Held]| match held {
            [] => Ok(None),
            _ => self.journal.append_all(records, held),
        };
        batch.flush(append, |key, used| self.usages.note(key, used));
    }

    /// One call that has begun.
    pub(crate) fn one<O: Handler>(
        &self,
        observed: &observe::Call,
        batch: Option<&Batch>,
        begun: Begun,
        caller: &CallerContext,
        region: Region,
        input: &O::Input,
    ) -> Result<O::Output, Error> {
        let Begun { moment, regression, draw } = begun;
        let trace = || Trace::new(row::<O>(), caller, region, input, &draw, moment).within(observed, batch);
        match regression {
            Some(regression) => self.fail(&trace(), regression),
            None => self.tries::<O>(trace, caller, region, input),
        }
    }

    /// Tries until nothing else was committed first. Each try has a trace of its own.
    pub(crate) fn tries<'t, O: Handler>(
        &self,
        trace: impl Fn() -> Trace<'t>,
        caller: &CallerContext,
        region: Region,
        input: &O::Input,
    ) -> Result<O::Output, Error> {
        let mut reopened = 0;
        for _ in 0..RESTARTS {
            let mut trace = trace();
            match self.attempt::<O>(&mut trace, caller, region, input) {
                Err(Attempt::Again { seen, gone }) => {
                    reopened += usize::from(gone);
                    if let Some(arn) = seen.first().filter(|_| reopened > REOPENED) {
                        let error = KmsError::new(ErrorCode::KmsInvalidState, format!("{arn}: the key is gone."));
                        return self.fail(&trace, error.into());
                    }
                    if let Err(error) = self.refresh(&seen, region, caller, input) {
                        return self.fail(&trace, error);
                    }
                }
                Err(Attempt::Failed(error)) => return self.fail(&trace, error),
                Ok(output) => return Ok(output),
            }
        }
        let busy = "The request could not be completed because the key is being changed too often. Try again.";
        self.fail(&trace(), KmsError::new(ErrorCode::DependencyTimeout, busy).into())
    }

    fn attempt<O: Handler>(
        &self,
        trace: &mut Trace<'_>,
        caller: &CallerContext,
        region: Region,
        input: &O::Input,
    ) -> Result<O::Output, Attempt> {
        let request: &dyn Structure = input;
        validated::<O>(input)?;
        let moment = trace.moment();
        let gate = Gate { records: &self.records, row: row::<O>(), caller, region, request, now: moment.wall };
        let passed = match gate.pass(trace, &|keys| Ok(O::suits(input, keys)?)) {
            Ok(passed) => passed,
            Err(error) => match trace.wanted.take() {
                // A dry run makes nothing; it would be allowed.
                Some(_) if O::ROW.dry_run && is_true(request, "DryRun") => {
                    return Err(Error::from(KmsError::dry_run()).into());
                }
                // It is there now, and the call begins anew.
                Some(wanted) => {
                    if let Some(task) = trace.lane.task() {
                        return Err(task.leave().into());
                    }
                    trace.batch.inspect(|batch| self.flush(batch));
                    self.make_managed(&wanted, moment)?;
                    return Err(Attempt::Again { seen: Vec::new(), gone: false });
                }
                None => return Err(error.into()),
            },
        };
        let proof = passed.prove::<O>();
        O::fits(input, proof.keys()).map_err(Error::from)?;
        if O::ROW.dry_run && is_true(request, "DryRun") {
            return Err(Error::from(KmsError::dry_run()).into());
        }
        if const { needs_enabled(&O::ROW) }
            && let Some(task) = trace.lane.task()
            && self.rotation_waits(proof.keys(), moment)
        {
            return Err(task.leave().into());
        }
        if const { needs_enabled(&O::ROW) } && self.rotated(proof.keys(), trace) {
            return Err(Attempt::Again { seen: proof.keys_seen(), gone: false });
        }
        let act = Act::new(self, &gate, trace.draw(), trace.lane);
        let seen = proof.keys_seen();
        let effect = catch_unwind(AssertUnwindSafe(|| O::act(&act, proof, input)))
            .unwrap_or_else(|_| Err(internal("The custody backend failed.")));
        let effect = effect.map_err(|error| restart(error, &seen))?;
        self.carry_out(trace, effect)
    }

    /// Whether one of these keys is to be rotated before it is used.
    fn rotation_waits(&self, keys: &Keys, moment: Moment) -> bool {
        keys.iter().any(|key| key.key.record().rotation_due(moment.wall) && self.may_rotate(&key.key.arn, moment))
    }

    /// Rotates what is due of these keys, if that can be done now. Answers whether one is not what it was.
    fn rotated(&self, keys: &Keys, trace: &Trace<'_>) -> bool {
        let moment = trace.moment();
        let mut due = keys.iter().filter(|key| key.key.record().rotation_due(moment.wall)).peekable();
        if due.peek().is_some() {
            trace.batch.inspect(|batch| self.flush(batch));
        }
        let mut turned = false;
        for key in due {
            turned |= self.rotate_on_use(&key.key, moment);
        }
        turned
    }

    fn carry_out<T: Structure>(&self, trace: &mut Trace<'_>, effect: Effect<'_, T>) -> Result<T, Attempt> {
        trace.learned = effect.learned;
        if let Some(task) = trace.lane.task()
            && matches!(effect.what, What::Make(..))
        {
            return Err(task.leave().into());
        }
        let seen: Vec<KeyArn> = effect.keys.iter().map(|key| key.key.arn).collect();
        match effect.what {
            What::Answer(output) => {
                let level = self.journal.durability();
                let index = trace
                    .event(&Ending::Answer(&output), level, |event| self.tell(trace, event, trace.draw().blind()))?;
                if is_use(trace.row()) {
                    self.used(trace, &effect.keys, index)?;
                }
                match trace.lane.task() {
                    #[cfg(feature = "tokio")]
                    Some(task) if self.journal.settling_is_due() => task.settle(trace.moment()),
                    Some(_) => {}
                    None if trace.batch.is_some() => {}
                    None => self.settle_if_due(trace.moment()),
                }
                Ok(output)
            }
            What::Write(changes, output) => {
                let revisions = revisions(&effect.keys);
                #[cfg(feature = "tokio")]
                if let Some(task) = trace.lane.task() {
                    let submitted = self.hand_in(trace, &changes, &revisions, &output);
                    let submitted = submitted.map_err(|error| restart(error, &seen))?.ok_or_else(|| task.leave())?;
                    task.commit(Committing { submitted, changes, seen, known: trace.known() });
                    return Ok(output);
                }
                trace.batch.inspect(|batch| self.flush(batch));
                self.commit(trace, &changes, &revisions, &output).map_err(|error| restart(error, &seen))?;
                self.rotate_resumed(&seen, trace.moment());
                Ok(output)
            }
            What::Make(making, then) => {
                trace.batch.inspect(|batch| self.flush(batch));
                let revisions = revisions(&effect.keys);
                self.make(trace, &making, then, &revisions).map_err(|error| restart(error, &seen))
            }
        }
    }

    fn commit(
        &self,
        trace: &Trace<'_>,
        changes: &[Change],
        seen: &[(Vec<u8>, u64)],
        output: &dyn Structure,
    ) -> Result<(), Error> {
        let plan = Plan { changes, seen, id: trace.draw().commit_id()? };
        let moment = trace.moment();
        let commit = |also: Option<&Told<'_>>| {
            trace.event(&Ending::Answer(output), Durability::Durable, |event| {
                let own = Told { event, kind: EntryKind::Call, blind: trace.draw().blind() };
                let told: Vec<Told<'_>> = std::iter::once(own).chain(also.copied()).collect();
                self.journal.commit(&self.records, &plan, &told, moment)
            })
        };
        let revision = match &trace.learned.rotated {
            None => commit(None),
            Some(rotated) => {
                let draw = Draw::new(&self.provider.random)?;
                rotated.told(&draw, moment, (RotationType::OnDemand, None), |told| commit(Some(told)))
            }
        }?;
        self.changed(changes, revision)?;
        self.settle_if_due(moment);
        Ok(())
    }

    /// Hands a change in. `None` if it can't be now without waiting.
    #[cfg(feature = "tokio")]
    fn hand_in(
        &self,
        trace: &Trace<'_>,
        changes: &[Change],
        seen: &[(Vec<u8>, u64)],
        output: &dyn Structure,
    ) -> Result<Option<Submitted>, Error> {
        let plan = Plan { changes, seen, id: trace.draw().commit_id()? };
        trace.event(&Ending::Answer(output), Durability::Durable, |event| {
            let told = Told { event, kind: EntryKind::Call, blind: trace.draw().blind() };
            self.journal.submit_unwaiting(&self.records, &plan, &[told], trace.moment())
        })
    }

    /// Notes a use of these keys, whose event stands there in the log, or is held by the batch.
    fn used(&self, trace: &Trace<'_>, keys: &Keys, index: Option<u64>) -> Result<(), Error> {
        let (operation, at) = (trace.row().operation, trace.moment().wall);
        for key in keys.iter().map(|key| &key.key) {
            let event_id = trace.event_id_of(key.arn.account())?;
            let request_id = trace.draw().request_id();
            let used = Used { index: index.unwrap_or(0), operation, at, event_id, request_id };
            match (index, trace.batch) {
                (None, Some(batch)) => batch.hold_use(Arc::clone(key), used),
                _ => self.usages.note(key, &used),
            }
        }
        Ok(())
    }

    /// Moves the stored head if enough has gathered behind it, and writes with it what else was put off.
    pub(crate) fn settle_if_due(&self, moment: Moment) {
        if self.journal.settle_if_due(&self.records, moment.wall) {
            // What fails here is tried again with the next.
            let _ = self.write_usages(moment.wall, crate::usage::Pass::WithinCall);
        }
    }

    /// Whether [`rotate_resumed`](Self::rotate_resumed) would rotate one.
    #[cfg(feature = "tokio")]
    pub(crate) fn may_rotate_any(&self, keys: &[KeyArn], moment: Moment) -> bool {
        keys.iter().any(|arn| {
            let key = self.records.key(arn.account(), arn.region(), arn.id().as_bytes());
            key.is_ok_and(|key| key.is_some_and(|key| key.record().rotation_due(moment.wall)))
        })
    }

    /// A key that was enabled after its date is rotated at once. If it can't be, it is on its first use.
    pub(crate) fn rotate_resumed(&self, keys: &[KeyArn], moment: Moment) {
        for arn in keys {
            if let Ok(Some(key)) = self.records.key(arn.account(), arn.region(), arn.id().as_bytes())
                && key.record().rotation_due(moment.wall)
            {
                self.rotate_on_use(&key, moment);
            }
        }
    }

    /// Brings caches to what was committed: records first, then handles.
    pub(crate) fn changed(&self, changes: &[Change], revision: strongroom_store::Revision) -> Result<(), Error> {
        for change in changes {
            // The keys that services keep don't count (AWS KMS Developer Guide, "Resource quotas").
            if let Change::Create { key, kind: RecordKind::Key, body } = change
                && let Some((account, region, _)) = layout::parse_key(key)
                && KeyRecord::decode_body(body).is_ok_and(|record| record.service.is_none())
            {
                self.counted(account, region, 1);
            }
        }
        self.watched.due.applied(changes);
        for key in self.records.applied(changes, revision)? {
            if !usable_now(&key, self.time.highest()) {
                self.handles.close_key(&key.arn);
            }
        }
        Ok(())
    }

    pub(crate) fn make<T: Structure>(
        &self,
        trace: &mut Trace<'_>,
        making: &Making,
        then: Then<'_, T>,
        seen: &[(Vec<u8>, u64)],
    ) -> Result<T, Error> {
        let _no_root_change = self.root_change.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (creation_id, row) = (trace.draw().creation_id()?, trace.row());
        let face = |error| crate::act::custody_error(error, &making.arn, row);
        self.make_material(making, creation_id, trace.moment(), face, |made, more| {
            let (mut changes, output, learned) = then(made)?;
            trace.learned = learned;
            changes.extend(more);
            self.commit(trace, &changes, seen, &output)?;
            Ok(output)
        })
    }

    /// Makes material. `commit` gets it with what its commit has to change besides; if that fails, nothing stays behind.
    pub(crate) fn make_material<T>(
        &self,
        making: &Making,
        creation_id: [u8; 16],
        moment: Moment,
        face: impl FnOnce(strongroom_hsm::Error) -> Error,
        commit: impl FnOnce(&Made, Option<Change>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let place = Place {
            account: making.arn.account(),
            region: making.arn.region(),
            key_id: making.arn.id(),
            version: making.version,
            creation_id,
        };
        let outside = self.custody.describe().leaves_objects_outside_store;
        let intent = layout::intent(&creation_id);
        if outside {
            self.record_intent(&intent, &place, &making.usage, moment)?;
            reached("make.intent");
        }
        let request = GenerateRequest::new(&place, &making.usage).taken(&making.taken);
        let made = guarded(|| self.custody.generate(&request));
        reached("make.made");
        let done = outside.then(|| Change::Delete { key: intent.clone(), revision: None });
        let result = made.map_err(face).and_then(|made| commit(&made, done));
        if result.as_ref().is_err_and(|error| !is_unknown(error)) && outside {
            // Not made after all: nothing may stay behind. What can't be cleaned up now is found when the strongroom is opened.
            let _ = self.clean_up(&intent, moment);
        }
        result
    }

    fn record_intent(&self, key: &[u8], place: &Place, usage: &MaterialUsage, moment: Moment) -> Result<(), Error> {
        let intent = IntentRecord {
            account: place.account,
            region: place.region,
            id: place.key_id,
            version: place.version,
            spec: usage.spec,
            usage: usage.usage,
            custody: self.custody.describe().backend.to_owned(),
        };
        let change = Change::Create { key: key.to_vec(), kind: RecordKind::Intent, body: intent.encode_body() };
        let arn = KeyArn::new(place.account, place.region, place.key_id);
        let service = Service {
            name: "IntendKey",
            account: place.account,
            region: place.region,
            resources: &[Resource::key(arn)],
            details: &[],
            due: None,
        };
        self.service(&service, &[change], moment)
    }

    /// Records the failure of a call, and gives it.
    pub(crate) fn fail<T>(&self, trace: &Trace<'_>, error: Error) -> Result<T, Error> {
        if trace.lane.has_left() {
            // It has not failed: it is begun again elsewhere.
            return Err(error);
        }
        let level = self.journal.durability();
        trace.event(&Ending::Failure(&error), level, |event| {
            let blind = if may_be_recorded(&error) { trace.draw().failure_blind()? } else { trace.draw().blind() };
            self.tell(trace, event, blind).map(drop)
        })?;
        Err(error)
    }

    /// Records a call that changed nothing, or has its batch hold the event. Answers the event's place, if it has one now.
    fn tell(&self, trace: &Trace<'_>, event: &Event<'_>, blind: &[u8; 32]) -> Result<Option<u64>, Error> {
        #[cfg(feature = "tokio")]
        if let Some(task) = trace.lane.task() {
            let level = self.journal.durability();
            let appended = self.journal.append_unwaiting(event, trace.moment(), blind, level)?;
            let (index, syncing) = appended.ok_or_else(|| task.leave())?;
            task.sync(syncing);
            return Ok(Some(index));
        }
        match trace.batch {
            Some(batch) => {
                batch.hold(self.journal.crypto(), event, trace.moment(), blind);
                Ok(None)
            }
            None => {
                let level = self.journal.durability();
                let appended = self.journal.append(event, EntryKind::Call, trace.moment(), blind, level)?;
                Ok(Some(appended.index))
            }
        }
    }

    pub(crate) fn refresh(
        &self,
        arns: &[KeyArn],
        region: Region,
        caller: &CallerContext,
        input: &dyn Structure,
    ) -> Result<(), Error> {
        for arn in arns {
            self.records.refresh_key(arn)?;
        }
        if let Some(Kind::Str(text)) = find(input, "AliasName").map(Value::kind)
            && let Ok(name) = strongroom_types::AliasRef::parse(text)
        {
            self.records.refresh_alias(caller.account, region, name)?;
        }
        Ok(())
    }
}

/// Whether a key may be used at all, so that keeping it open makes sense.
fn usable_now(key: &KeyEntry, now: strongroom_types::Timestamp) -> bool {
    use strongroom_keys::Effective;
    key.record().state_at(now) == Effective::Live(strongroom_types::KeyState::Enabled)
}

/// What a call begins with.
pub(crate) struct Begun {
    pub(crate) moment: Moment,
    /// What is wrong with the clock, if anything is.
    pub(crate) regression: Option<Error>,
    pub(crate) draw: Draw,
}

/// How an attempt ended without an answer.
enum Attempt {
    /// Something else was committed first, or a handle was closed in our hands: start again at *resolve*.
    Again { seen: Vec<KeyArn>, gone: bool },
    /// For good.
    Failed(Error),
}

impl From<Error> for Attempt {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

fn restart(error: Error, seen: &[KeyArn]) -> Attempt {
    let gone = matches!(error, Error::Custody(strongroom_hsm::Error::Gone(_)));
    match is_conflict(&error) || gone {
        true => Attempt::Again { seen: seen.to_vec(), gone },
        false => Attempt::Failed(error),
    }
}

fn revisions(keys: &Keys) -> Vec<(Vec<u8>, u64)> {
    let place = |arn: &KeyArn| layout::key(arn.account(), arn.region(), &arn.id());
    keys.iter().map(|key| (place(&key.key.arn), key.key.loaded.revision)).collect()
}

fn validated<O: Handler>(input: &O::Input) -> Result<(), Error> {
    shaped::<O>(input)?;
    Ok(O::check(input)?)
}

/// That a request, or what was read of one, is of the model's shape.
pub(crate) fn shaped<O: Handler>(input: &dyn Structure) -> Result<(), KmsError> {
    strongroom_api::validate(input).map_err(|errors| {
        let error = KmsError::from(errors);
        match O::HINT {
            Some(hint)
                if error
                    .message()
                    .contains("'plaintext' failed to satisfy constraint: Member must have length less") =>
            {
                KmsError::validation(format!("{} {hint}", error.message()))
            }
            _ => error,
        }
    })
}

/// Whether the operation needs its keys to be enabled: then what is due of them is done before it, so that its outcome
/// does not hang on when due work was last run.
const fn needs_enabled(row: &Row) -> bool {
    matches!(row.states.disabled, StateVerdict::Disabled)
}

/// The operation's row, for ever.
pub(crate) fn row<O: ApiOperation>() -> &'static Row {
    const { &O::ROW }
}

fn is_true(request: &dyn Structure, member: &str) -> bool {
    matches!(find(request, member).map(Value::kind), Some(Kind::Bool(true)))
}
