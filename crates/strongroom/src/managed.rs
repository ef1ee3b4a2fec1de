//! Keys that services keep: made when they are first needed, used by their service alone, and changed by nobody.

use std::sync::Arc;

use strongroom_api::types::{CreateKeyRequest, CreateKeyResponse};
use strongroom_api::{ErrorCode, KmsError, Operation as ApiOperation, ops};
use strongroom_crypto::DigestAlgorithm;
use strongroom_hsm::{MaterialUsage, Verb};
use strongroom_keys::{
    Known, Loaded, ManagedService, NewKey, VersionRecord, create_service_key, key_metadata, service_owned_policy,
};
use strongroom_policy::{CompileContext, Compiled, Document};
use strongroom_types::row::{KeyRole, On, Permission, Row};
use strongroom_types::{
    AccountId, Action, AliasName, KeyArn, KeyId, KeyManagerType, KeySpec, KeyUsageType, Operation, Region, Timestamp,
};

use crate::Error;
use crate::caller::{Caller, CallerContext, CallerError};
use crate::core::Core;
use crate::dispatch::Making;
use crate::draw::Draw;
use crate::gate::{Gate, Keys, Resolved, internal};
use crate::journal::Moment;
use crate::records::{KeyEntry, KeyPolicy, is_conflict};
use crate::trace::{Learned, Trace};

/// How often the making of a key starts again because somebody else was faster.
const RESTARTS: usize = 16;

/// What an operation does to a key, by its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    /// Cryptography.
    Use,
    /// Reading what is known of it.
    Look,
    /// Anything else.
    Change,
}

fn doing(row: &Row) -> Doing {
    match (row.read_only, row.dry_run) {
        // Of the operations that CloudTrail calls read-only those with `DryRun` are the cryptographic ones.
        (true, true) => Doing::Use,
        (true, false) => Doing::Look,
        (false, _) => Doing::Change,
    }
}

/// A key that would be used if it were there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) service: &'static ManagedService,
    account: AccountId,
    region: Region,
}

/// A key that is to be made for a service.
struct Order {
    principal: String,
    alias: AliasName,
    account: AccountId,
    region: Region,
    description: String,
    policy: String,
}

impl Gate<'_> {
    /// Whether a key that a service keeps refuses this, whatever policies say: only the service uses it, and only in its
    /// own account or through calls of that account; nobody changes it; its tags are not shown.
    pub(crate) fn is_kept_from(&self, permission: &Permission, key: &KeyEntry) -> bool {
        let record = key.record();
        if record.manager != KeyManagerType::Aws {
            return false;
        }
        let of_account = key.arn.account() == self.caller.account || key.arn.account() == AccountId::SERVICES;
        let allowed = match doing(self.row) {
            Doing::Use => of_account && self.is_of_service(record.service.as_deref()),
            Doing::Look => of_account && permission.action != Action::ListResourceTags,
            Doing::Change => false,
        };
        !allowed
    }

    /// Whether the service calls, or forwards the call.
    fn is_of_service(&self, service: Option<&str>) -> bool {
        let by = self.caller.facts.service(&self.caller.principal);
        by.is_some_and(|by| service.is_some_and(|service| plain(by) == plain(service)))
    }

    /// Whether a service asks for a key that no service of this version keeps: it may know that.
    pub(crate) fn is_no_services(&self, alias: &AliasName) -> bool {
        let service = self.caller.principal.principal().account().is_none();
        service && alias.is_reserved() && ManagedService::of_alias(alias.as_str()).is_none()
    }

    /// The key of a service that the request names by its predefined alias and that is not there yet, if the request would
    /// be allowed if it were: then it comes into being. Cryptography and DescribeKey bring it about (API Reference, DescribeKey).
    pub(crate) fn wanted(
        &self,
        role: KeyRole,
        (account, region, name): (AccountId, Region, &AliasName),
        keys: &Keys,
    ) -> Result<Option<Wanted>, Error> {
        let brings = doing(self.row) == Doing::Use || self.row.operation == Operation::DescribeKey;
        let Some(service) = ManagedService::of_alias(name.as_str()) else { return Ok(None) };
        if !brings || account != self.caller.account || region != self.region {
            return Ok(None);
        }
        let wanted = Wanted { service, account, region };
        let key = Arc::new(self.draft(&wanted)?);
        if !self.may_touch(&key.arn) || !keys.iter().all(|key| self.may_touch(&key.key.arn)) {
            return Ok(None);
        }
        let mut keys = keys.clone();
        keys.push(Resolved::by_alias(role, key));
        for permission in self.row.permissions {
            let refused = match permission.on {
                On::Key(role) => keys.of(role).is_some_and(|key| self.is_kept_from(permission, &key.key)),
                _ => false,
            };
            if refused || !self.decide(permission, &keys)?.0.is_allow() {
                return Ok(None);
            }
        }
        Ok(Some(wanted))
    }

    /// The key as it would be, without material and with an id that no key has.
    fn draft(&self, wanted: &Wanted) -> Result<KeyEntry, Error> {
        let (account, region) = (wanted.account, wanted.region);
        let order = wanted.order()?;
        let document = order.policy.clone();
        let compiled = compiled(&document, account, region)?;
        let new = order.new_key(KeyId::from_parts([0; 16], false), [0; 32], String::new(), None);
        let version = no_version(self.now);
        let place = (&*order.principal, &order.alias);
        let material = (&version, Known::default());
        let (value, _) = create_service_key((account, region), place, new, material, self.now);
        let arn = value.arn(account, region);
        let loaded = Loaded { value, revision: 0, counter: 0 };
        Ok(KeyEntry::new(arn, loaded, Arc::new(KeyPolicy::new(document, compiled))))
    }
}

/// A service's name without the end that it has in China alone.
fn plain(service: &str) -> &str {
    service.strip_suffix(".cn").unwrap_or(service)
}

fn compiled(document: &str, account: AccountId, region: Region) -> Result<Compiled, Error> {
    let context = CompileContext::new(region.partition(), account);
    Ok(strongroom_policy::compile_key_policy(&Document::parse(document)?, &context)?)
}

fn no_version(now: Timestamp) -> VersionRecord {
    VersionRecord { number: 1, creation_id: [0; 16], token: Vec::new(), material: None, created: now, rotation: None }
}

impl Wanted {
    fn order(&self) -> Result<Order, Error> {
        let Self { service, account, region } = *self;
        Ok(Order {
            principal: service.principal(),
            alias: service.alias_name()?,
            account,
            region,
            description: service.description(),
            policy: service.policy(account, region),
        })
    }
}

impl Order {
    fn new_key(&self, id: KeyId, policy_digest: [u8; 32], custody: String, suite: Option<u8>) -> NewKey {
        NewKey {
            id,
            spec: KeySpec::SymmetricDefault,
            usage: KeyUsageType::EncryptDecrypt,
            description: self.description.clone(),
            tags: Vec::new(),
            policy_digest,
            policy: self.policy.clone(),
            custody,
            suite,
        }
    }
}

impl Core {
    /// Makes the AWS managed key that a call needs, unless somebody else has made it meanwhile.
    pub(crate) fn make_managed(&self, wanted: &Wanted, moment: Moment) -> Result<(), Error> {
        self.made_once(&wanted.order()?, moment).map(drop)
    }

    /// The key that a service owns in a Region; made when it is first asked for.
    pub(crate) fn service_owned_key(&self, service: &str, region: Region) -> Result<KeyArn, Error> {
        self.usable()?;
        self.ready()?;
        if !crate::caller::is_service(service) {
            return Err(CallerError::no_service(service).into());
        }
        // Dots can't stand in an alias, and underscores can't in the name of a service.
        let alias = format!("alias/owned/{}", service.replace('.', "_")).parse()?;
        let order = Order {
            principal: service.to_owned(),
            alias,
            account: AccountId::SERVICES,
            region,
            description: format!("Key that {service} owns"),
            policy: service_owned_policy(service),
        };
        self.made_once(&order, self.moment()?)
    }

    /// The key of an order. The alias is made in the same commit, so that of all who make one only one succeeds.
    fn made_once(&self, order: &Order, moment: Moment) -> Result<KeyArn, Error> {
        let _one_at_a_time = crate::sync::lock(&self.making_for_services);
        let (account, region) = (order.account, order.region);
        let alias = strongroom_types::AliasRef::parse(order.alias.as_str())?;
        for _ in 0..RESTARTS {
            if let Some(stands) = self.records.alias(account, region, alias)? {
                return Ok(KeyArn::new(account, region, stands.value.target));
            }
            match self.make_for_service(order, moment) {
                Err(error) if is_conflict(&error) => self.records.refresh_alias(account, region, alias)?,
                other => return other,
            }
        }
        Err(internal("a service's key can't be made"))
    }

    /// CreateKey, as the service calls it.
    fn make_for_service(&self, order: &Order, moment: Moment) -> Result<KeyArn, Error> {
        let describe = self.custody.describe();
        let (spec, usage) = (KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt);
        if describe.support(spec, Verb::Generate(usage)).is_none() {
            let message = "The key custody of this strongroom can't make the keys of services.";
            return Err(KmsError::new(ErrorCode::UnsupportedOperation, message).into());
        }
        let caller: CallerContext = Caller::service(&order.principal).bound(order.account, order.region)?;
        let request = CreateKeyRequest::new().description(order.description.clone());
        let draw = Draw::new(&self.provider.random)?;
        let row = const { &<ops::CreateKey as ApiOperation>::ROW };
        let mut trace = Trace::new(row, &caller, order.region, &request, &draw, moment);
        let arn = KeyArn::new(order.account, order.region, KeyId::from_random(draw.key_id()?));
        let mut digest = [0; 32];
        self.provider.digest.digest(DigestAlgorithm::Sha256, &[order.policy.as_bytes()], &mut digest)?;
        let suite = describe.suite.map(strongroom_hsm::Suite::number);
        let new = order.new_key(arn.id(), digest, describe.backend.to_owned(), suite);
        let (creation_id, now) = (draw.creation_id()?, moment.wall);
        let making = Making { arn, version: 1, usage: MaterialUsage::new(spec, usage), taken: Vec::new() };
        let place = (order.account, order.region);
        let then = move |made: &strongroom_hsm::Made| {
            let version = VersionRecord {
                creation_id,
                token: made.token().as_bytes().to_vec(),
                material: made.material_id().copied(),
                created: now.to_millis(),
                ..no_version(now)
            };
            let names = (&*order.principal, &order.alias);
            let (record, changes) = create_service_key(place, names, new, (&version, Known::default()), now);
            let output = CreateKeyResponse::new(key_metadata(&arn, &record, now));
            Ok((changes, output, Learned { made: Some(arn), ..Learned::default() }))
        };
        self.make(&mut trace, &making, Box::new(then), &[]).map(|_| arn)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Caller, Kms};

    /// AWS KMS Developer Guide, "Resource quotas": AWS managed keys don't count.
    #[test]
    fn the_keys_of_services_count_against_no_quota() {
        let kms = Kms::in_memory().unwrap();
        let root = kms.client(Caller::root()).unwrap();
        let count = || root.core.key_count(kms.account(), kms.region()).unwrap();
        root.describe_key("alias/aws/s3").send().unwrap();
        assert_eq!(count(), 0, "when they are counted");
        root.create_key().send().unwrap();
        root.describe_key("alias/aws/sns").send().unwrap();
        kms.service_owned_key("s3.amazonaws.com", kms.region()).unwrap();
        assert_eq!(count(), 1, "and when the count is kept");
    }
}
