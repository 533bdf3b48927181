//! Interim responses (RFC 9110, 15.2): a server may send some before its answer, and none without end.
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Notify;

/// As many before one answer: `102 Processing` comes every twenty seconds at most, early hints in one piece or a few.
const MOST: u32 = 64;

/// Counts those of one exchange.
#[derive(Debug, Default)]
pub(super) struct Interim {
    seen: AtomicU32,
    too_many: Notify,
}

impl Interim {
    /// Has those that answer this request counted.
    pub(super) fn of<B>(request: &mut http::Request<B>) -> Arc<Self> {
        let interim = Arc::new(Self::default());
        let counting = Arc::clone(&interim);
        hyper::ext::on_informational(request, move |_| {
            if counting.seen.fetch_add(1, Ordering::Relaxed) >= MOST {
                counting.too_many.notify_one();
            }
        });
        interim
    }

    /// Waits until there are too many.
    pub(super) async fn too_many(&self) {
        self.too_many.notified().await;
    }
}
