//! The bounds.

use std::time::Duration;

/// What a peer can make a server hold, and for how long it can make it wait.
///
/// ```
/// use std::time::Duration;
/// use strongroom_aws::server::ServerOptions;
///
/// let options = ServerOptions::default().connections(64).idle(Duration::from_secs(15));
/// # drop(options);
/// ```
#[derive(Debug, Clone)]
pub struct ServerOptions {
    pub(super) head: Duration,
    pub(super) body: Duration,
    pub(super) idle: Duration,
    pub(super) answer: Duration,
    pub(super) ending: Duration,
    pub(super) head_bytes: usize,
    pub(super) headers: usize,
    pub(super) connections: usize,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(20),
            idle: Duration::from_secs(60),
            answer: Duration::from_secs(20),
            ending: Duration::from_secs(10),
            head_bytes: 32 << 10,
            headers: 64,
            connections: 512,
        }
    }
}

impl ServerOptions {
    /// How long a request's head may take from its first byte to its last, and how long a new connection may say nothing.
    /// 10 seconds.
    #[must_use]
    pub fn head(mut self, most: Duration) -> Self {
        self.head = most;
        self
    }

    /// How long a request's body may take, however steadily it trickles. 20 seconds.
    #[must_use]
    pub fn body(mut self, most: Duration) -> Self {
        self.body = most;
        self
    }

    /// How long a connection may rest between two requests. 60 seconds.
    #[must_use]
    pub fn idle(mut self, most: Duration) -> Self {
        self.idle = most;
        self
    }

    /// How long a peer may take to read an answer that fits into no buffer any more. 20 seconds.
    #[must_use]
    pub fn answer(mut self, most: Duration) -> Self {
        self.answer = most;
        self
    }

    /// How long the end may take for the requests that came in before it. 10 seconds.
    #[must_use]
    pub fn ending(mut self, most: Duration) -> Self {
        self.ending = most;
        self
    }

    /// The longest head of a request, in bytes; below 8,192 nothing is gained. 32 KiB: a session token alone may have many.
    #[must_use]
    pub fn head_bytes(mut self, most: usize) -> Self {
        self.head_bytes = most;
        self
    }

    /// The most headers of a request. 64.
    #[must_use]
    pub fn headers(mut self, most: usize) -> Self {
        self.headers = most;
        self
    }

    /// The most connections at once, at least one; who comes later waits until one ends. 512: with the files of a strongroom that is
    /// well below the 1,024 descriptors that a process usually may have.
    #[must_use]
    pub fn connections(mut self, most: usize) -> Self {
        self.connections = most.max(1);
        self
    }
}
