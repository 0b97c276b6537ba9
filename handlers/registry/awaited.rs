//! Handlers that are `async`, for functions that are linked with the real `std`: each invocation's future runs to its end on the serving thread.

use super::{Answer, Call, Completion, Outcome, Signature, take};
use std::borrow::Cow;
use std::lambda::{Context, FromEvent, IntoAnswer, ResponseStream};
use std::marker::PhantomData;

/// An executor: runs a future on this thread until it is ready.
pub trait BlockOn {
    /// Returns what `future` evaluates to.
    fn block_on<F: Future>(&self, future: F) -> F::Output;
}

/// The `async` handler `F` with the executor `B`; [`awaited!`](crate::awaited) makes one. It has the signatures that a handler without `async` may have, but for the one
/// that returns a part of the event.
#[derive(Clone, Copy, Debug)]
pub struct Awaited<F, B>(pub F, pub B);

/// The shape of an `async` handler: that of the handler without `async`.
pub struct Awaiting<Shape>(PhantomData<Shape>);

impl<F, B, R> Signature<Awaiting<fn(&str, &str) -> R>> for Awaited<F, B>
where
    F: AsyncFn(&str, &str) -> R,
    B: BlockOn,
    R: Outcome,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, _other: Option<Call>) -> Answer<'event> {
        self.1.block_on(self.0(context.request_id(), event)).into_response()
    }
}

impl<F, B, R> Signature<Awaiting<fn(&str) -> R>> for Awaited<F, B>
where
    F: AsyncFn(&str) -> R,
    B: BlockOn,
    R: Outcome,
{
    fn invoke<'event>(self, _context: &Context<'_>, event: &'event str, _other: Option<Call>) -> Answer<'event> {
        self.1.block_on(self.0(event)).into_response()
    }
}

impl<F, B, R> Signature<Awaiting<fn(&Context<'_>, &str) -> R>> for Awaited<F, B>
where
    F: AsyncFn(&Context<'_>, &str) -> R,
    B: BlockOn,
    R: Outcome,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, _other: Option<Call>) -> Answer<'event> {
        self.1.block_on(self.0(context, event)).into_response()
    }
}

impl<F, B, E, R> Signature<Awaiting<fn(&E) -> R>> for Awaited<F, B>
where
    F: AsyncFn(&E) -> R,
    B: BlockOn,
    E: FromEvent,
    R: IntoAnswer<E>,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, other: Option<Call>) -> Answer<'event> {
        let event = match take::<E>(context, event, other) {
            Ok(event) => event,
            Err(answer) => return answer,
        };
        self.1.block_on(self.0(&event)).into_answer(&event).or_else(|failure| event.answer_failure(failure)).map(Cow::Owned)
    }
}

impl<F, B, E, R> Signature<Awaiting<fn(&Context<'_>, &E) -> R>> for Awaited<F, B>
where
    F: AsyncFn(&Context<'_>, &E) -> R,
    B: BlockOn,
    E: FromEvent,
    R: IntoAnswer<E>,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, other: Option<Call>) -> Answer<'event> {
        let event = match take::<E>(context, event, other) {
            Ok(event) => event,
            Err(answer) => return answer,
        };
        self.1.block_on(self.0(context, &event)).into_answer(&event).or_else(|failure| event.answer_failure(failure)).map(Cow::Owned)
    }
}

impl<F, B, R> Signature<Awaiting<fn(&str, &mut ResponseStream) -> R>> for Awaited<F, B>
where
    F: AsyncFn(&str, &mut ResponseStream) -> R,
    B: BlockOn,
    R: Completion,
{
    fn invoke<'event>(self, _context: &Context<'_>, event: &'event str, _other: Option<Call>) -> Answer<'event> {
        self.1.block_on(self.0(event, &mut ResponseStream::new())).into_result().map(|()| Cow::Borrowed(""))
    }
}

impl<F, B, R> Signature<Awaiting<fn(&Context<'_>, &str, &mut ResponseStream) -> R>> for Awaited<F, B>
where
    F: AsyncFn(&Context<'_>, &str, &mut ResponseStream) -> R,
    B: BlockOn,
    R: Completion,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, _other: Option<Call>) -> Answer<'event> {
        self.1.block_on(self.0(context, event, &mut ResponseStream::new())).into_result().map(|()| Cow::Borrowed(""))
    }
}

impl<F, B, E, R> Signature<Awaiting<fn(&E, &mut ResponseStream) -> R>> for Awaited<F, B>
where
    F: AsyncFn(&E, &mut ResponseStream) -> R,
    B: BlockOn,
    E: FromEvent,
    R: Completion,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, other: Option<Call>) -> Answer<'event> {
        let event = match take::<E>(context, event, other) {
            Ok(event) => event,
            Err(answer) => return answer,
        };
        self.1.block_on(self.0(&event, &mut ResponseStream::new())).into_result().map(|()| Cow::Borrowed(""))
    }
}

impl<F, B, E, R> Signature<Awaiting<fn(&Context<'_>, &E, &mut ResponseStream) -> R>> for Awaited<F, B>
where
    F: AsyncFn(&Context<'_>, &E, &mut ResponseStream) -> R,
    B: BlockOn,
    E: FromEvent,
    R: Completion,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, other: Option<Call>) -> Answer<'event> {
        let event = match take::<E>(context, event, other) {
            Ok(event) => event,
            Err(answer) => return answer,
        };
        self.1.block_on(self.0(context, &event, &mut ResponseStream::new())).into_result().map(|()| Cow::Borrowed(""))
    }
}

/// An `async` handler with its executor, in the place of the handler in [`register!`](crate::register).
///
/// - `awaited!(function::lambda_handler, function::block_on)`: the function's own executor, `fn block_on<F: Future>(future: F) -> F::Output`.
/// - `awaited!(function::lambda_handler, tokio)`: a current-thread runtime of the crate `tokio`, with all drivers that its features have. The first invocation makes it,
///   and it lives as long as the process: connections that a function keeps stay with it.
/// - `awaited!(function::lambda_handler)`: the thread sleeps while the future waits. This is enough for futures that other threads wake.
///
/// The last two are for crates with the real `std`.
#[macro_export]
macro_rules! awaited {
    ($handler:expr) => {{
        fn block_on<F: ::core::future::Future>(future: F) -> F::Output {
            struct Unpark(::std::thread::Thread);
            impl ::std::task::Wake for Unpark {
                fn wake(self: ::std::sync::Arc<Self>) {
                    self.0.unpark();
                }
            }
            let waker = ::std::task::Waker::from(::std::sync::Arc::new(Unpark(::std::thread::current())));
            let mut context = ::core::task::Context::from_waker(&waker);
            let mut future = ::core::pin::pin!(future);
            loop {
                match future.as_mut().poll(&mut context) {
                    ::core::task::Poll::Ready(value) => return value,
                    ::core::task::Poll::Pending => ::std::thread::park(),
                }
            }
        }
        $crate::awaited!($handler, block_on)
    }};
    ($handler:expr, tokio) => {{
        fn block_on<F: ::core::future::Future>(future: F) -> F::Output {
            static RUNTIME: ::std::sync::OnceLock<::tokio::runtime::Runtime> = ::std::sync::OnceLock::new();
            let make = || ::tokio::runtime::Builder::new_current_thread().enable_all().build().expect("tokio's runtime starts");
            RUNTIME.get_or_init(make).block_on(future)
        }
        $crate::awaited!($handler, block_on)
    }};
    ($handler:expr, $block_on:path) => {{
        struct Executor;
        impl $crate::BlockOn for Executor {
            fn block_on<F: ::core::future::Future>(&self, future: F) -> F::Output {
                $block_on(future)
            }
        }
        $crate::Awaited($handler, Executor)
    }};
}
