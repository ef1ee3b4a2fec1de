//! Named steps at which a test can stop, kill or fail the process. Nothing in a build without the feature `testing`.

/// Marks a step. With the feature `testing` and a handler installed for this process, the handler runs here.
#[cfg(not(feature = "testing"))]
pub(crate) fn reached(_step: &'static str) {}

#[cfg(feature = "testing")]
pub(crate) use with_handler::reached;
#[cfg(feature = "testing")]
pub use with_handler::{RESTORE_STEPS, STEPS, on_step};

#[cfg(feature = "testing")]
mod with_handler {
    use std::sync::RwLock;

    type Handler = Box<dyn Fn(&'static str) + Send + Sync>;

    static HANDLER: RwLock<Option<Handler>> = RwLock::new(None);

    /// Every named step: of the journal, of rotation, of changing the unlock, of rotating the root.
    pub const STEPS: &[&str] = &[
        "append.before",
        "append.after",
        "append.synced",
        "commit.before",
        "commit.after",
        "commit.appended",
        "settle.synced",
        "settle.stored",
        "make.intent",
        "make.made",
        "unlock.before",
        "unlock.committed",
        "root.begun",
        "root.resealed",
        "root.finished",
        "destroy.material",
        "rotate.told",
    ];

    /// Every named step of a restore.
    pub const RESTORE_STEPS: &[&str] = &[
        "restore.verified",
        "restore.folder",
        "restore.marked",
        "restore.written",
        "restore.logged",
        "restore.replayed",
        "restore.committed",
    ];

    /// Runs `handler` at every step from now on, in this whole process.
    pub fn on_step(handler: impl Fn(&'static str) + Send + Sync + 'static) {
        *HANDLER.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Box::new(handler));
    }

    pub(crate) fn reached(step: &'static str) {
        if let Some(handler) = &*HANDLER.read().unwrap_or_else(std::sync::PoisonError::into_inner) {
            handler(step);
        }
    }
}
