//! A client: one caller in one Region.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use strongroom_api::{KmsError, Operation as ApiOperation};
use strongroom_types::{AccountId, ContextError, EncryptionContext, KeyArn, Operation, Region};

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

    /// The same caller in another Region. In one of another partition his ARN is another too (`arn:aws-cn:iam::…`).
    ///
    /// # Errors
    /// [`Error::Name`] for what is no Region name.
    pub fn region(&self, region: &str) -> Result<Self, Error> {
        let region: Region = region.parse()?;
        let caller = match region.partition() == self.region.partition() {
            true => Arc::clone(&self.caller),
            false => Arc::new(self.caller.elsewhere(region)?),
        };
        Ok(Self { core: Arc::clone(&self.core), caller, region })
    }

    /// The account that this client acts in.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.caller.account
    }

    /// The ARN of the principal that this client acts as: what `Principal` in a policy and `userIdentity` in the record
    /// say of it.
    #[must_use]
    pub fn arn(&self) -> &str {
        self.caller.principal.principal().arn()
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

    /// This client, confined to these keys: a key id from an untrusted place can't lead it anywhere else. What names no
    /// key (`CreateKey`, `ListKeys`, `ListAliases` of the whole account) is confined by
    /// [`only_operations`](Self::only_operations).
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

    pub(crate) fn call<O: ApiOperation, F>(&self, input: O::Input) -> Call<'_, O, F> {
        Call { client: self, input, pairs: Vec::new(), form: PhantomData }
    }
}

/// A call in the making: a request and the client that will send it.
///
/// Its setters are the request's own: every member that is not required, and that no other says ([`calls`](crate::calls)). An encryption context is added pair by pair.
///
/// ```
/// # fn main() -> Result<(), strongroom::Error> {
/// use strongroom::{Caller, Kms};
///
/// let kms = Kms::in_memory()?;
/// let client = kms.client(Caller::root())?;
/// let key = client.create_key().send()?.key_metadata.key_id;
/// let sealed = client.encrypt(&key, "attack at dawn").encryption_context("order", "17").send()?;
/// let opened = client.decrypt(sealed.ciphertext_blob).encryption_context("order", "17").send()?;
/// assert_eq!(opened.plaintext.expose_secret(), b"attack at dawn");
/// # Ok(())
/// # }
/// ```
///
/// What this version does not serve can be written down, and does not compile:
///
/// ```compile_fail,E0277
/// # fn connect(client: strongroom::Client) {
/// client.connect_custom_key_store("cks-1234567890abcdef0").send();
/// # }
/// ```
#[must_use = "nothing happens before `send`"]
pub struct Call<'a, O: ApiOperation, F = Usual> {
    client: &'a Client,
    pub(crate) input: O::Input,
    pairs: Vec<Pair<O::Input>>,
    form: PhantomData<fn() -> F>,
}

/// The form of a [`Call`] whose operation is called as usual; [`calls`](crate::calls) has the others.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a mark without content")]
pub struct Usual;

/// Where a context stands in a request.
type Place<I> = fn(&mut I) -> &mut Option<EncryptionContext>;

/// A pair that waits for the others: whether a context can be made of them shows when all are there.
struct Pair<I> {
    member: &'static str,
    place: Place<I>,
    key: String,
    value: String,
}

impl<O: ApiOperation, F> fmt::Debug for Call<'_, O, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.input).finish_non_exhaustive()
    }
}

impl<O: ApiOperation, F> Call<'_, O, F> {
    /// One pair more of the context that stands at `place`, which errors call `member`.
    pub(crate) fn pair(mut self, member: &'static str, place: Place<O::Input>, key: String, value: String) -> Self {
        self.pairs.push(Pair { member, place, key, value });
        self
    }

    /// Who sends it, and the request.
    #[cfg(feature = "tokio")]
    pub(crate) fn into_parts(mut self) -> Result<(Client, O::Input), KmsError> {
        self.settle()?;
        Ok((self.client.clone(), self.input))
    }

    /// Puts the pairs into the request.
    fn settle(&mut self) -> Result<(), KmsError> {
        let mut left = std::mem::take(&mut self.pairs);
        while let Some(Pair { member, place, .. }) = left.first() {
            let (member, place) = (*member, *place);
            let (these, others) = left.into_iter().partition(|pair| pair.member == member);
            left = others;
            add(place(&mut self.input), these).map_err(|error| no_context(member, &error))?;
        }
        Ok(())
    }
}

/// Adds pairs to what may stand there already.
fn add<I>(context: &mut Option<EncryptionContext>, pairs: Vec<Pair<I>>) -> Result<(), ContextError> {
    let before = context.take().unwrap_or_default();
    let before = before.iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
    let pairs = before.chain(pairs.into_iter().map(|pair| (pair.key, pair.value)));
    *context = Some(EncryptionContext::from_pairs(pairs)?);
    Ok(())
}

/// Pairs that are no context, in the words of AWS's validation.
fn no_context(member: &str, error: &ContextError) -> KmsError {
    KmsError::validation(format!(
        "1 validation error detected: Value at '{member}' failed to satisfy constraint: {error}"
    ))
}

impl<O: Served, F> Call<'_, O, F> {
    /// Does it, and blocks until it is done. In asynchronous code a call is awaited instead (feature `tokio`):
    /// `client.encrypt(key, data).await`.
    ///
    /// # Errors
    /// AWS's, and those that keep a call from being recorded. Pairs that are no encryption context (a key that
    /// stands twice, more than 8,192 bytes) are a `ValidationException` before there is a request, so nothing is recorded.
    pub fn send(mut self) -> Result<O::Output, Error> {
        self.settle()?;
        self.client.run::<O>(&self.input)
    }
}
