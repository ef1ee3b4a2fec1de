//! A client: one caller in one Region.

use std::fmt;
use std::sync::Arc;

use strongroom_api::Operation as ApiOperation;
use strongroom_types::{AccountId, KeyArn, NameError, Operation, Region};

use crate::Error;
use crate::caller::CallerContext;
use crate::core::Core;
use crate::dispatch::Served;

/// Acts as one caller in one Region. A capability: it can be narrowed and never widened.
///
/// Cheap to clone, `Send + Sync`. There is a method for each operation of AWS KMS; [`Call::send`] does it.
#[derive(Clone)]
pub struct Client {
    pub(crate) core: Arc<Core>,
    pub(crate) caller: Arc<CallerContext>,
    pub(crate) region: Region,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({} in {})", self.caller.principal.principal().arn(), self.region)
    }
}

impl Client {
    pub(crate) fn new(core: Arc<Core>, caller: Arc<CallerContext>, region: Region) -> Self {
        Self { core, caller, region }
    }

    /// The same caller in another Region.
    ///
    /// # Errors
    /// What is no Region name.
    pub fn region(&self, region: &str) -> Result<Self, NameError> {
        Ok(Self { region: region.parse()?, ..self.clone() })
    }

    /// The account that this client acts in.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.caller.account
    }

    fn narrowed(&self, narrow: impl FnOnce(&mut crate::caller::Confinement)) -> Self {
        let mut caller = CallerContext::clone(&self.caller);
        narrow(&mut caller.confinement);
        Self { caller: Arc::new(caller), ..self.clone() }
    }

    /// This client, confined to these operations.
    #[must_use]
    pub fn only_operations(&self, operations: impl IntoIterator<Item = Operation>) -> Self {
        let wanted: Vec<Operation> = operations.into_iter().collect();
        self.narrowed(|confinement| {
            let before = confinement.operations.take();
            let kept = wanted.into_iter().filter(|op| before.as_ref().is_none_or(|before| before.contains(op)));
            confinement.operations = Some(kept.collect());
        })
    }

    /// This client, confined to these keys: a key id from an untrusted place can't lead it anywhere else.
    #[must_use]
    pub fn only_keys(&self, keys: impl IntoIterator<Item = KeyArn>) -> Self {
        let wanted: Vec<KeyArn> = keys.into_iter().collect();
        self.narrowed(|confinement| {
            let before = confinement.keys.take();
            let kept = wanted.into_iter().filter(|key| before.as_ref().is_none_or(|before| before.contains(key)));
            confinement.keys = Some(kept.collect());
        })
    }

    /// This client, confined to keys of its own account.
    #[must_use]
    pub fn only_own_account(&self) -> Self {
        self.narrowed(|confinement| confinement.own_account = true)
    }

    /// Does one operation on a request that was built beforehand.
    ///
    /// # Errors
    /// AWS's, and those that keep a call from being recorded.
    pub fn run<O: Served>(&self, input: &O::Input) -> Result<O::Output, Error> {
        O::serve(self, input)
    }

    pub(crate) fn call<O: ApiOperation>(&self, input: O::Input) -> Call<'_, O> {
        Call { client: self, input }
    }
}

/// A call in the making: a request and the client that will send it.
///
/// Its setters are the request's own: every member that AWS does not require.
#[must_use = "nothing happens before `send`"]
pub struct Call<'a, O: ApiOperation> {
    client: &'a Client,
    pub(crate) input: O::Input,
}

impl<O: ApiOperation> fmt::Debug for Call<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.input).finish()
    }
}

impl<O: Served> Call<'_, O> {
    /// Does it.
    ///
    /// # Errors
    /// AWS's, and those that keep a call from being recorded.
    pub fn send(self) -> Result<O::Output, Error> {
        self.client.run::<O>(&self.input)
    }
}
