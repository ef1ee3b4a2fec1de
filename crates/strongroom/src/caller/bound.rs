//! A caller that is bound once, for whoever makes a client for each request.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use strongroom_types::{AccountId, Region};

use super::parts::{Origin, must};
use super::{CallerContext, Who};
use crate::client::Client;
use crate::core::Core;
use crate::draw::Draw;
use crate::{Caller, Error, RequestId};

/// A caller whose claim was checked and whose policies were compiled: [`Kms::bind`](crate::Kms::bind) makes it once, and
/// [`client`](Self::client) a client for each request that comes in, at the cost of a few copies.
///
/// Like [`Kms`](crate::Kms) it can say where a request comes from: it is the embedding program's, and not for handing on.
pub struct BoundCaller {
    core: Arc<Core>,
    home: Arc<CallerContext>,
    region: Region,
    /// The same in the other partitions that were asked for, where his ARN is another.
    abroad: RwLock<Vec<(Region, Arc<CallerContext>)>>,
}

impl fmt::Debug for BoundCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BoundCaller({})", self.arn())
    }
}

impl BoundCaller {
    pub(crate) fn new(core: Arc<Core>, caller: Caller) -> Result<Self, Error> {
        let (account, region) = core.home;
        let home = Arc::new(caller.bind(account, region)?);
        Ok(Self { core, home, region, abroad: RwLock::new(Vec::new()) })
    }

    /// The account that he acts in.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.home.account
    }

    /// His ARN, as it is in the strongroom's own partition.
    #[must_use]
    pub fn arn(&self) -> &str {
        self.home.principal.principal().arn()
    }

    /// The Region that the strongroom was named with.
    #[must_use]
    pub fn region(&self) -> Region {
        self.region
    }

    /// An id for a request that ends before it is a call.
    ///
    /// # Errors
    /// No random bytes.
    pub fn request_id(&self) -> Result<RequestId, Error> {
        Ok(RequestId::of(&Draw::new(&self.core.provider.random)?))
    }

    /// A client for one request, which comes from there, with this user agent, to this Region.
    ///
    /// # Errors
    /// [`Error::Caller`] for an origin of a service that calls on its own behalf, which has none.
    pub fn client(&self, region: Region, origin: Origin, user_agent: Option<&str>) -> Result<Client, Error> {
        let caller = self.there(region)?;
        if let Who::Service(name) = &caller.claim.who {
            must(origin == Origin::Process, "call", name, "a service that calls on its own behalf has no address")?;
        }
        let agent = user_agent.map(str::to_owned).or_else(|| caller.facts.user_agent.clone());
        let caller = CallerContext::clone(&caller).coming(origin, agent);
        Ok(Client::new(Arc::clone(&self.core), Arc::new(caller), region))
    }

    fn there(&self, region: Region) -> Result<Arc<CallerContext>, Error> {
        if region.partition() == self.region.partition() {
            return Ok(Arc::clone(&self.home));
        }
        let known = |list: &[(Region, Arc<CallerContext>)]| {
            list.iter().find(|(other, _)| other.partition() == region.partition()).map(|(_, caller)| Arc::clone(caller))
        };
        if let Some(caller) = known(&self.abroad.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(caller);
        }
        let caller = Arc::new(self.home.elsewhere(region)?);
        let mut abroad = self.abroad.write().unwrap_or_else(PoisonError::into_inner);
        if known(&abroad).is_none() {
            abroad.push((region, Arc::clone(&caller)));
        }
        Ok(caller)
    }
}
