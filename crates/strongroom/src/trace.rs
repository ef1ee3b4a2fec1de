//! What is known of a call while it runs: enough for its event, whenever and however it ends.

use std::sync::Arc;

use strongroom_audit::event::{
    Arn, CrossAccount, Decision as Decided, Event, Fact, Named, Resource, Served, StrongroomFacts,
};
use strongroom_policy::{Decision, Layer, StatementRef};
use strongroom_types::row::{Additional, Permission, Row};
use strongroom_types::structure::Structure;
use strongroom_types::{AccountId, KeyArn, Region};

use crate::caller::CallerContext;
use crate::draw::Draw;
use crate::gate::reason;
use crate::journal::{Moment, may_be_recorded};
use crate::lane::Lane;
use crate::managed::Wanted;
use crate::records::KeyEntry;
use crate::rotate::Rotated;
use crate::{Durability, Error};

/// A resource of the event.
#[derive(Debug, Clone)]
enum Listed {
    Key(KeyArn),
    Alias(AccountId, String),
}

/// Facts that a handler learned and the record shows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Learned {
    /// The material that was used.
    pub(crate) material: Option<[u8; 32]>,
    /// The material that was encrypted to, by an operation that used another one before.
    pub(crate) to_material: Option<[u8; 32]>,
    /// The key that was made.
    pub(crate) made: Option<KeyArn>,
    /// The rotation that was done.
    pub(crate) rotated: Option<Rotated>,
}

/// The trace of one attempt at a call.
#[derive(Debug)]
pub(crate) struct Trace<'a> {
    row: &'static Row,
    caller: &'a CallerContext,
    region: Region,
    request: RequestRef<'a>,
    draw: &'a Draw,
    moment: Moment,
    resources: [Option<Listed>; 4],
    key: Option<KeyArn>,
    decision: Option<(Decision, Option<Arc<KeyEntry>>)>,
    refusal: Option<&'static str>,
    pub(crate) learned: Learned,
    /// Who is told of the call while it runs.
    pub(crate) observed: Option<&'a crate::observe::Call>,
    /// A key that has to be made before the call can be allowed.
    pub(crate) wanted: Option<Wanted>,
    /// The batch that the call is part of.
    pub(crate) batch: Option<&'a crate::batch::Batch>,
    /// Where the call runs.
    pub(crate) lane: Lane<'a>,
}

/// What an attempt found out.
#[cfg(feature = "tokio")]
#[derive(Debug)]
pub(crate) struct Known {
    resources: [Option<Listed>; 4],
    key: Option<KeyArn>,
    decision: Option<(Decision, Option<Arc<KeyEntry>>)>,
    refusal: Option<&'static str>,
    learned: Learned,
}

/// A request that `Debug` does not look into.
struct RequestRef<'a>(&'a dyn Structure);

impl std::fmt::Debug for RequestRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.shape().name)
    }
}

/// How a call ended, as the record sees it.
pub(crate) enum Ending<'a> {
    Answer(&'a dyn Structure),
    Failure(&'a Error),
}

impl<'a> Trace<'a> {
    pub(crate) fn new(
        row: &'static Row,
        caller: &'a CallerContext,
        region: Region,
        request: &'a dyn Structure,
        draw: &'a Draw,
        moment: Moment,
    ) -> Self {
        Self {
            row,
            caller,
            region,
            request: RequestRef(request),
            draw,
            moment,
            resources: [const { None }; 4],
            key: None,
            decision: None,
            refusal: None,
            learned: Learned::default(),
            observed: None,
            wanted: None,
            batch: None,
            lane: Lane::Thread,
        }
    }

    /// Of a call that runs there.
    #[cfg(feature = "tokio")]
    pub(crate) fn on(self, lane: Lane<'a>) -> Self {
        Self { lane, ..self }
    }

    /// Of a call that is told of, and that may be part of a batch.
    pub(crate) fn within(self, observed: &'a crate::observe::Call, batch: Option<&'a crate::batch::Batch>) -> Self {
        Self { observed: Some(observed), batch, ..self }
    }

    /// What this attempt has found out, for a trace that goes on elsewhere.
    #[cfg(feature = "tokio")]
    pub(crate) fn known(&mut self) -> Known {
        Known {
            resources: std::mem::take(&mut self.resources),
            key: self.key,
            decision: self.decision.take(),
            refusal: self.refusal,
            learned: self.learned,
        }
    }

    /// Of an attempt that found this out before.
    #[cfg(feature = "tokio")]
    pub(crate) fn knowing(self, known: Known) -> Self {
        let Known { resources, key, decision, refusal, learned } = known;
        Self { resources, key, decision, refusal, learned, ..self }
    }

    pub(crate) fn moment(&self) -> Moment {
        self.moment
    }

    pub(crate) fn row(&self) -> &'static Row {
        self.row
    }

    pub(crate) fn draw(&self) -> &'a Draw {
        self.draw
    }

    fn push(&mut self, resource: Listed) {
        if let Some(free) = self.resources.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(resource);
        }
    }

    pub(crate) fn resource(&mut self, key: &KeyEntry) {
        self.key = self.key.or(Some(key.arn));
        self.push(Listed::Key(key.arn));
    }

    pub(crate) fn alias(&mut self, arn: String, account: AccountId) {
        self.push(Listed::Alias(account, arn));
    }

    /// A key that was named and is not there: the record may say which, the caller's error may not.
    pub(crate) fn missing(&mut self, arn: &KeyArn) {
        self.push(Listed::Key(*arn));
    }

    pub(crate) fn denied(&mut self, why: &'static str) {
        self.refusal = Some(why);
    }

    pub(crate) fn decided(&mut self, _permission: &Permission, (decision, key): (Decision, Option<Arc<KeyEntry>>)) {
        self.decision = Some((decision, key));
    }

    /// Makes the event and hands it to `with`, since it borrows from here.
    pub(crate) fn event<R>(
        &self,
        ending: &Ending<'_>,
        durability: Durability,
        with: impl FnOnce(&Event<'_>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        if let Some(call) = self.observed {
            call.resolved(&self.draw.request_id(), self.key.or(self.learned.made).as_ref());
        }
        let mut resources: [Resource<'_>; 5] = [Resource { account: self.caller.account, arn: Arn::Text("") }; 5];
        let made = self.learned.made.map(Listed::Key);
        let listed = self.resources.iter().flatten().chain(made.as_ref());
        let mut count = 0;
        for (place, resource) in resources.iter_mut().zip(listed) {
            *place = match resource {
                Listed::Key(arn) => Resource::key(*arn),
                Listed::Alias(account, arn) => Resource { account: *account, arn: Arn::Text(arn) },
            };
            count += 1;
        }
        let facts = &self.caller.facts;
        let id = match ending {
            // What failed may stand in the record as done, under the other id.
            Ending::Failure(error) if may_be_recorded(error) => self.draw.failure_event_id()?,
            _ => self.draw.event_id(),
        };
        let mut event = Event::call(
            id,
            self.draw.request_id(),
            self.moment.wall,
            self.row.operation.as_str(),
            self.region,
            facts.identity(&self.caller.principal),
        );
        event.read_only = self.row.read_only;
        event.source_ip = facts.source_address.as_deref();
        event.user_agent = facts.agent(&self.caller.principal);
        event.vpc_endpoint_id = facts.endpoint();
        event.request = Served::request(&self.row.record, self.request.0);
        event.resources = self.row.record.resources.then(|| resources.get(..count).unwrap_or_default());
        // The owner of a key is told only of those who may use it: not of calls that were denied (CloudTrail User Guide, cross-account events), nor of
        // those that failed before anything was decided about his key.
        let denied = matches!(ending, Ending::Failure(error) if error.is(strongroom_api::ErrorCode::AccessDenied));
        let allowed = self.decision.as_ref().is_some_and(|(decision, _)| decision.is_allow());
        if allowed && !denied {
            event.cross_account = self.cross_account()?;
        }
        let mut additional = [Named { name: "", value: Fact::Text("") }; 2];
        let mut count = 0;
        for (place, named) in additional.iter_mut().zip(self.additional().into_iter().flatten()) {
            *place = named;
            count += 1;
        }
        if let Ending::Answer(_) = ending {
            event.additional = additional.get(..count).unwrap_or_default();
        }
        let number;
        let statement = self.statement();
        let mut facts = StrongroomFacts { durability: Some(durability), ..StrongroomFacts::default() };
        if let Some((decision, key)) = &self.decision {
            number = decision.by.map(|by| by.statement.to_string());
            facts.key_revision = key.as_ref().map(|key| key.loaded.counter);
            facts.decision = Some(Decided {
                allowed: decision.is_allow(),
                layer: decision.by.map_or("none", |by| layer(by.layer)),
                document: None,
                statement: statement.or(number.as_deref()),
                reason: Some(reason(decision.reason)),
            });
        }
        facts.reason = self.refusal;
        event.facts = facts;
        match ending {
            Ending::Answer(response) => {
                event.response = Served::response(&self.row.record, *response, self.key.or(self.learned.made));
                with(&event)
            }
            Ending::Failure(Error::Kms(error)) => {
                event.error_code = Some(match error.code() {
                    strongroom_api::ErrorCode::AccessDenied => "AccessDenied",
                    code => code.as_str(),
                });
                event.error_message = Some(error.message()).filter(|message| !message.is_empty());
                with(&event)
            }
            Ending::Failure(error) => {
                let message = error.to_string();
                event.error_code = Some(error.code().as_str());
                event.error_message = Some(&message);
                with(&event)
            }
        }
    }

    /// The id of the event, of the copy that this account has.
    pub(crate) fn event_id_of(&self, account: AccountId) -> Result<[u8; 16], Error> {
        match self.cross_account()? {
            Some(cross) if cross.owner == account => Ok(cross.owner_event_id),
            _ => Ok(self.draw.event_id()),
        }
    }

    /// Another account's key: its owner has a copy of the record.
    fn cross_account(&self) -> Result<Option<CrossAccount>, Error> {
        // Of two keys of two other accounts the first one's owner: a record is delivered to two accounts at most.
        let foreign = |resource: &Listed| match resource {
            Listed::Key(arn) => Some(arn.account()).filter(|owner| *owner != self.caller.account),
            Listed::Alias(..) => None,
        };
        let known = self.caller.principal.principal().account().is_some();
        let owner = self.resources.iter().flatten().find_map(foreign).filter(|_| known);
        let Some(owner) = owner else { return Ok(None) };
        let (shared_event_id, owner_event_id) = (self.draw.shared_event_id()?, self.draw.owner_event_id()?);
        Ok(Some(CrossAccount { owner, shared_event_id, owner_event_id }))
    }

    /// The materials that were used, under the names that the operation's row gives them.
    fn additional(&self) -> [Option<Named<'_>>; 2] {
        let Learned { material, to_material, .. } = &self.learned;
        let wanted = |fact: Additional| self.row.record.additional.contains(&fact);
        if wanted(Additional::BothKeyMaterialIds) {
            return [named("sourceKeyMaterialId", material), named("destinationKeyMaterialId", to_material)];
        }
        [named("keyMaterialId", material).filter(|_| wanted(Additional::KeyMaterialId)), None]
    }

    /// The `Sid` of the statement that decided.
    fn statement(&self) -> Option<&str> {
        let (decision, key) = self.decision.as_ref()?;
        let by: StatementRef = decision.by?;
        let compiled = match by.layer {
            Layer::KeyPolicy => &key.as_ref()?.policy.compiled,
            Layer::Identity => self.caller.identity.get(usize::from(by.policy))?,
            Layer::Boundary => self.caller.boundary.as_ref()?,
            Layer::Session => self.caller.session.get(usize::from(by.policy))?,
            _ => return None,
        };
        compiled.statement(by.statement).and_then(|statement| statement.sid)
    }
}

fn named<'t>(name: &'static str, id: &'t Option<[u8; 32]>) -> Option<Named<'t>> {
    id.as_ref().map(|id| Named { name, value: Fact::Hex(id) })
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::KeyPolicy => "keyPolicy",
        Layer::SharedPolicy => "sharedKeyPolicy",
        Layer::Identity => "identityPolicy",
        Layer::Boundary => "permissionsBoundary",
        Layer::Session => "sessionPolicy",
        Layer::ServiceControl => "serviceControlPolicy",
        Layer::ResourceControl => "resourceControlPolicy",
        Layer::Endpoint => "endpointPolicy",
        _ => "other",
    }
}
