//! The state machine of the Runtime API: the calls that each state permits; pure.
//!
//! ```text
//! Starting ──next──▶ Ready ──offer──▶ Running ──POST begins──▶ Replying ──POST whole──▶ Replied ──next──▶ Ready
//!    └──init/error──▶ InitFailed
//! ```
//! A POST that is cut short stays in Replying, and everything after it is refused, as on Lambda.

use super::invocation::Invocation;
use super::route::Refusal;
use super::state::State;
use std::sync::Arc;

/// The answer to `GET next`.
#[derive(Debug)]
pub enum Next {
    /// Here it is; `again` when it was handed over before.
    Deliver { invocation: Arc<Invocation>, again: bool },
    /// Ask again after the next offer.
    Wait,
}

/// The states, and the invocation they are about.
#[derive(Debug, Default)]
pub struct Machine {
    state: State,
    /// Offered, and not yet handed over.
    offered: Option<Arc<Invocation>>,
    /// Handed over last.
    current: Option<Arc<Invocation>>,
}

impl Machine {
    /// Makes `invocation` what the next `GET next` gets.
    pub fn offer(&mut self, invocation: Arc<Invocation>) {
        self.offered = Some(invocation);
    }

    /// `GET next`, and whether it was this call that made the process ready. An event that has no
    /// answer yet is delivered again.
    ///
    /// # Errors
    /// [`Refusal::InvalidState`].
    pub fn ask(&mut self) -> Result<(Next, bool), Refusal> {
        let became_ready = matches!(self.state, State::Starting | State::Replied);
        match self.state {
            State::Starting | State::Replied | State::Ready => self.state = State::Ready,
            State::Running => {}
            State::Replying | State::InitFailed => return Err(self.refuse("Ready")),
        }
        let again = self.state == State::Running;
        if let Some(invocation) = self.offered.take_if(|_| !again) {
            self.state = State::Running;
            self.current = Some(invocation);
        }
        match &self.current {
            Some(invocation) if self.state == State::Running => {
                Ok((Next::Deliver { invocation: Arc::clone(invocation), again }, became_ready))
            }
            _ => Ok((Next::Wait, became_ready)),
        }
    }

    /// `POST response` or `POST error`, as soon as its head is here. Returns the invocation that it
    /// answers.
    ///
    /// # Errors
    /// [`Refusal::InvalidRequestId`] before [`Refusal::InvalidState`], as Lambda checks them.
    pub fn begin_reply(&mut self, request_id: &str) -> Result<Arc<Invocation>, Refusal> {
        let current = self.current.clone().filter(|current| current.request_id == request_id).ok_or(Refusal::InvalidRequestId)?;
        if self.state != State::Running {
            return Err(self.refuse("InvocationResponse"));
        }
        self.state = State::Replying;
        Ok(current)
    }

    /// Records that the body of the POST is complete.
    pub fn end_reply(&mut self) {
        debug_assert_eq!(self.state, State::Replying);
        self.state = State::Replied;
    }

    /// `POST init/error`.
    ///
    /// # Errors
    /// [`Refusal::InvalidState`] once the process has asked for an event.
    pub fn init_error(&mut self) -> Result<(), Refusal> {
        if self.state != State::Starting {
            return Err(self.refuse("InitError"));
        }
        self.state = State::InitFailed;
        Ok(())
    }

    fn refuse(&self, next: &'static str) -> Refusal {
        Refusal::InvalidState { state: self.state, next }
    }
}

#[cfg(test)]
mod tests {
    use super::{Invocation, Machine, Next, Refusal};
    use std::sync::Arc;

    fn offer(machine: &mut Machine, id: &str) {
        machine.offer(Arc::new(Invocation { request_id: id.into(), ..Invocation::new("{}".into()) }));
    }

    /// Returns the result of `GET next` in short form.
    fn next(machine: &mut Machine) -> String {
        match machine.ask() {
            Ok((Next::Wait, ready)) => if ready { "ready" } else { "wait" }.to_owned(),
            Ok((Next::Deliver { invocation, again }, _)) => format!("{}{}", invocation.request_id, if again { " again" } else { "" }),
            Err(_) => "403".to_owned(),
        }
    }

    fn begin(machine: &mut Machine, id: &str) -> &'static str {
        match machine.begin_reply(id) {
            Ok(_) => "ok",
            Err(Refusal::InvalidRequestId) => "400",
            Err(_) => "403",
        }
    }

    #[test]
    fn machine_serves_two_invocations() {
        let mut machine = Machine::default();
        assert_eq!(next(&mut machine), "ready");
        assert_eq!(next(&mut machine), "wait");
        offer(&mut machine, "a");
        assert_eq!(next(&mut machine), "a");
        assert_eq!(next(&mut machine), "a again");
        assert_eq!(begin(&mut machine, "a"), "ok");
        machine.end_reply();
        offer(&mut machine, "b");
        assert_eq!(next(&mut machine), "b");
        assert_eq!(begin(&mut machine, "b"), "ok");
        machine.end_reply();
        assert_eq!(next(&mut machine), "ready");
    }

    #[test]
    fn machine_delivers_event_offered_before_first_next() {
        let mut machine = Machine::default();
        offer(&mut machine, "a");
        assert!(matches!(machine.ask(), Ok((Next::Deliver { again: false, .. }, true))));
    }

    #[test]
    fn machine_rejects_wrong_id_with_400() {
        let mut machine = Machine::default();
        assert_eq!(begin(&mut machine, "a"), "400");
        next(&mut machine);
        offer(&mut machine, "a");
        next(&mut machine);
        assert_eq!(begin(&mut machine, "b"), "400");
        assert_eq!(begin(&mut machine, "a"), "ok");
        machine.end_reply();
        assert_eq!(begin(&mut machine, "b"), "400");
    }

    #[test]
    fn machine_rejects_second_response_with_403() {
        let mut machine = Machine::default();
        next(&mut machine);
        offer(&mut machine, "a");
        next(&mut machine);
        assert_eq!(begin(&mut machine, "a"), "ok");
        assert_eq!(begin(&mut machine, "a"), "403");
        machine.end_reply();
        assert_eq!(begin(&mut machine, "a"), "403");
        assert_eq!(next(&mut machine), "ready");
        assert_eq!(begin(&mut machine, "a"), "403");
        offer(&mut machine, "b");
        assert_eq!(next(&mut machine), "b");
        assert_eq!(begin(&mut machine, "a"), "400");
    }

    #[test]
    fn machine_refuses_all_calls_after_truncated_post() {
        let mut machine = Machine::default();
        next(&mut machine);
        offer(&mut machine, "a");
        next(&mut machine);
        assert_eq!(begin(&mut machine, "a"), "ok");
        assert_eq!(next(&mut machine), "403");
        assert_eq!(begin(&mut machine, "a"), "403");
        assert!(machine.init_error().is_err());
    }

    #[test]
    fn init_error_is_for_the_start_and_final() {
        let mut machine = Machine::default();
        assert!(machine.init_error().is_ok());
        assert!(machine.init_error().is_err());
        assert_eq!(next(&mut machine), "403");
        let mut machine = Machine::default();
        next(&mut machine);
        assert!(machine.init_error().is_err());
    }
}
