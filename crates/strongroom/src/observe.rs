//! Tells `tracing`, if the feature is on. `telemetry` says what; nothing else in this crate knows about it.

#[cfg(feature = "tracing")]
pub(crate) use tells::*;
#[cfg(not(feature = "tracing"))]
pub(crate) use tells_nobody::*;

#[cfg(feature = "tracing")]
mod tells {
    use std::fmt::Display;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use strongroom_audit::event::{Arn, Event};
    use strongroom_types::row::Row;
    use strongroom_types::{AccountId, KeyArn, KeyId, Region};
    use tracing::field::{Empty, display};
    use tracing::{Level, Span, event, span};

    use crate::Error;
    use crate::telemetry as t;

    /// A subscriber that panics has failed, and no call with it.
    fn quietly<T>(tell: impl FnOnce() -> T) -> Option<T> {
        catch_unwind(AssertUnwindSafe(tell)).ok()
    }

    /// The span of a call, from its beginning to its end.
    #[derive(Debug)]
    pub(crate) struct Call(Option<Span>);

    impl Call {
        pub(crate) fn begin(row: &'static Row, region: Region, account: AccountId) -> Self {
            if !tracing::enabled!(target: t::TARGET, Level::INFO) {
                return Self(None);
            }
            let span = quietly(|| {
                let method = row.operation.as_str();
                span!(
                    target: t::TARGET,
                    Level::INFO,
                    t::CALL,
                    otel.name = display(format_args!("KMS.{method}")),
                    { t::RPC_SYSTEM } = "aws-api",
                    { t::RPC_SERVICE } = "KMS",
                    { t::RPC_METHOD } = method,
                    { t::REGION } = region.as_str(),
                    { t::ACCOUNT } = account.as_str(),
                    { t::REQUEST_ID } = Empty,
                    { t::KEY } = Empty,
                    { t::ERROR_TYPE } = Empty,
                )
            });
            // Each step by itself: a span that is dropped while its subscriber panics would end the process.
            if let Some(span) = &span {
                quietly(|| span.with_subscriber(|(id, subscriber)| subscriber.enter(id)));
            }
            Self(span)
        }

        /// What is known once the call is decided.
        pub(crate) fn resolved(&self, request_id: &[u8; 16], key: Option<&KeyArn>) {
            let Some(span) = &self.0 else { return };
            quietly(|| {
                span.record(t::REQUEST_ID, display(KeyId::from_parts(*request_id, false)));
                if let Some(key) = key {
                    span.record(t::KEY, display(key));
                }
            });
        }

        pub(crate) fn end(&self, failure: Option<&Error>) {
            let (Some(span), Some(error)) = (&self.0, failure) else { return };
            quietly(|| span.record(t::ERROR_TYPE, error.code().as_str()));
        }
    }

    impl Drop for Call {
        fn drop(&mut self) {
            drop(self.exit());
        }
    }

    impl Call {
        fn exit(&mut self) -> Paused {
            let span = self.0.take();
            if let Some(span) = &span {
                quietly(|| span.with_subscriber(|(id, subscriber)| subscriber.exit(id)));
            }
            Paused(span)
        }

        /// Nothing happens on this thread for now.
        #[cfg(feature = "tokio")]
        pub(crate) fn pause(mut self) -> Paused {
            self.exit()
        }
    }

    /// A call between two threads.
    #[derive(Debug)]
    pub(crate) struct Paused(Option<Span>);

    impl Paused {
        /// It goes on, on this thread.
        #[cfg(feature = "tokio")]
        pub(crate) fn resume(mut self) -> Call {
            let span = self.0.take();
            if let Some(span) = &span {
                quietly(|| span.with_subscriber(|(id, subscriber)| subscriber.enter(id)));
            }
            Call(span)
        }
    }

    impl Drop for Paused {
        fn drop(&mut self) {
            if let Some(span) = self.0.take() {
                quietly(|| drop(span));
            }
        }
    }

    /// What the strongroom does on its own, as its record names it.
    pub(crate) fn own_work(work: &Event<'_>) {
        quietly(|| {
            let key = work.resources.and_then(<[_]>::first).map(|resource| &resource.arn);
            let (arn, text) = match key {
                Some(Arn::Key(arn)) => (Some(display(arn)), None),
                Some(Arn::Text(text)) => (None, Some(*text)),
                _ => (None, None),
            };
            let region = work.region.as_str();
            match (arn, text) {
                (Some(key), _) => event!(target: t::TARGET, Level::INFO, { t::EVENT_NAME } = work.name,
                    { t::REGION } = region, { t::KEY } = key),
                (_, Some(key)) => event!(target: t::TARGET, Level::INFO, { t::EVENT_NAME } = work.name,
                    { t::REGION } = region, { t::KEY } = key),
                _ => event!(target: t::TARGET, Level::INFO, { t::EVENT_NAME } = work.name, { t::REGION } = region),
            }
        });
    }

    pub(crate) fn stalled(why: &dyn Display) {
        quietly(|| {
            event!(target: t::TARGET, Level::WARN, { t::EVENT_NAME } = t::STALLED, { t::ERROR_MESSAGE } = display(why));
        });
    }

    pub(crate) fn caught_up() {
        quietly(|| event!(target: t::TARGET, Level::INFO, { t::EVENT_NAME } = t::CAUGHT_UP));
    }

    pub(crate) fn recovered(count: usize) {
        if count > 0 {
            quietly(|| {
                event!(target: t::TARGET, Level::INFO, { t::EVENT_NAME } = t::RECOVERED, { t::COUNT } = count as u64);
            });
        }
    }

    /// A fault of the custody's own: not what a caller gave it, and not a handle that was closed.
    pub(crate) fn custody_failed(error: &strongroom_hsm::Error) {
        use strongroom_hsm::Error as E;
        if matches!(error, E::InvalidCiphertext(_) | E::InvalidSignature(_) | E::InvalidInput(_) | E::Gone(_)) {
            return;
        }
        quietly(|| {
            // The backend's own words: fixed texts, by the type of its errors.
            event!(target: t::TARGET, Level::WARN, { t::EVENT_NAME } = t::CUSTODY_FAILED,
                { t::ERROR_MESSAGE } = display(error));
        });
    }
}

#[cfg(not(feature = "tracing"))]
mod tells_nobody {
    use std::fmt::Display;

    use strongroom_audit::event::Event;
    use strongroom_types::row::Row;
    use strongroom_types::{AccountId, KeyArn, Region};

    use crate::Error;

    #[derive(Debug)]
    pub(crate) struct Call;

    impl Call {
        pub(crate) fn begin(_: &'static Row, _: Region, _: AccountId) -> Self {
            Self
        }
        pub(crate) fn resolved(&self, _: &[u8; 16], _: Option<&KeyArn>) {}
        pub(crate) fn end(&self, _: Option<&Error>) {}
        #[cfg(feature = "tokio")]
        pub(crate) fn pause(self) -> Paused {
            Paused
        }
    }

    #[cfg(feature = "tokio")]
    #[derive(Debug)]
    pub(crate) struct Paused;

    #[cfg(feature = "tokio")]
    impl Paused {
        pub(crate) fn resume(self) -> Call {
            Call
        }
    }

    pub(crate) fn own_work(_: &Event<'_>) {}
    pub(crate) fn stalled(_: &dyn Display) {}
    pub(crate) fn caught_up() {}
    pub(crate) fn recovered(_: usize) {}
    pub(crate) fn custody_failed(_: &strongroom_hsm::Error) {}
}
