//! The processes of one build of a function: one for each concurrent invocation, up to a limit.
//! Further invocations wait.
//!
//! An invocation runs to its end in a task of its own, even if its caller disconnects. Its answer
//! is sent as soon as it is known. The process is free for another once it asks for its next event.
//! An invocation that arrives in between waits for that process, for `SETTLING_MAX` at most, and
//! starts no other process.
//!
//! Tasks start processes, so they must run on one thread that lives as long: see
//! [`serve_until`](super::serve_until).

use super::instance::{Answer, Configuration, Instance};
use crate::Error;
use crate::outcome::Outcome;
use crate::runtime_api::Invocation;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, oneshot, watch};
use tokio::task::JoinSet;

/// The most invocations that may wait.
const WAITING_MAX: usize = 1_000;
/// The longest wait for a process that has answered and has not asked for its next event.
const SETTLING_MAX: Duration = Duration::from_secs(2);

/// See the module's text.
#[derive(Debug)]
pub struct Pool {
    configuration: Arc<Configuration>,
    /// A permit is held for each invocation that runs or settles.
    running: Semaphore,
    waiting: AtomicUsize,
    state: Mutex<State>,
    changed: Notify,
    /// True once all processes are to end.
    ends: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Instance>,
    /// Processes that have answered and are about to be idle.
    settling: usize,
    /// Invocations that wait for one of these.
    awaiting: usize,
    is_retired: bool,
    tasks: JoinSet<()>,
}

impl Pool {
    #[must_use]
    pub fn new(configuration: Configuration, limit: usize) -> Arc<Self> {
        Arc::new(Self {
            configuration: Arc::new(configuration),
            running: Semaphore::new(limit),
            waiting: AtomicUsize::new(0),
            state: Mutex::default(),
            changed: Notify::new(),
            ends: watch::channel(false).0,
        })
    }

    /// The configuration of the function's processes.
    #[must_use]
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// Begins an invocation; `None` if too many wait already.
    #[must_use]
    pub fn begin(self: &Arc<Self>, invocation: Invocation) -> Option<oneshot::Receiver<Answer>> {
        if self.waiting.load(Ordering::Relaxed) >= WAITING_MAX {
            return None;
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let (reply, answer) = oneshot::channel();
        let pool = Arc::clone(self);
        let mut state = self.state();
        while state.tasks.try_join_next().is_some() {}
        let mut ends = self.ends.subscribe();
        state.tasks.spawn(async move {
            let mut instance = None;
            tokio::select! {
                () = pool.run(invocation, reply, &mut instance) => {}
                _ = ends.wait_for(|ends| *ends) => {}
            }
            // An invocation that is not over ends with its process.
            if let Some(mut instance) = instance {
                instance.stop().await;
            }
        });
        Some(answer)
    }

    /// Ends the idle processes, and each other after its invocation.
    pub async fn retire(&self) {
        let idle = {
            let mut state = self.state();
            state.is_retired = true;
            std::mem::take(&mut state.idle)
        };
        stop_all(idle).await;
    }

    /// Ends all processes.
    pub async fn stop(&self) {
        let tasks = std::mem::take(&mut self.state().tasks);
        self.ends.send_replace(true);
        tokio::join!(self.retire(), tasks.join_all());
    }

    /// Runs one invocation in `slot`, which is empty again once the process is idle.
    async fn run(&self, invocation: Invocation, reply: oneshot::Sender<Answer>, slot: &mut Option<Instance>) {
        let permit = self.running.acquire().await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let instance = match self.idle().await {
            Some(instance) => instance,
            None => match Instance::new(Arc::clone(&self.configuration)) {
                Ok(instance) => instance,
                Err(error) => return drop(reply.send(not_started(&error))),
            },
        };
        let instance = slot.insert(instance);
        let answer = instance.invoke(invocation).await;
        self.state().settling += 1;
        // The caller may have gone.
        let _ = reply.send(answer);
        let has_settled = tokio::time::timeout(SETTLING_MAX, instance.settle()).await.is_ok();
        self.state().settling -= 1;
        if !has_settled {
            self.changed.notify_waiters();
            instance.settle().await;
        }
        drop(permit);
        {
            let mut state = self.state();
            if !state.is_retired {
                state.idle.extend(slot.take());
            }
        }
        self.changed.notify_waiters();
    }

    /// An idle process, if one is idle or about to be.
    async fn idle(&self) -> Option<Instance> {
        loop {
            let changed = self.changed.notified();
            {
                let mut state = self.state();
                if let Some(instance) = state.idle.pop() {
                    return Some(instance);
                }
                if state.settling <= state.awaiting {
                    return None;
                }
                state.awaiting += 1;
            }
            changed.await;
            self.state().awaiting -= 1;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends processes, all at the same time.
async fn stop_all(instances: Vec<Instance>) {
    let mut stopping = JoinSet::new();
    for mut instance in instances {
        stopping.spawn(async move { instance.stop().await });
    }
    stopping.join_all().await;
}

fn not_started(error: &Error) -> Answer {
    Answer { outcome: Outcome::NotStarted { message: error.to_string() }, log_tail: Vec::new() }
}
