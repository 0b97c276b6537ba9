//! `async` handlers, for functions that are linked with the real `std`: the future of each
//! invocation runs to completion on the serving thread.

use super::{Answer, Call, Completion, Outcome, Signature, parse_event};
use std::borrow::Cow;
use std::lambda::{Context, FromEvent, IntoAnswer, ResponseStream};
use std::marker::PhantomData;

/// An executor: runs a future on this thread to completion.
pub trait BlockOn {
    /// Returns the output of `future`.
    fn block_on<F: Future>(&self, future: F) -> F::Output;
}

/// The `async` handler `F` with the executor `B`, created by [`awaited!`](crate::awaited). It may
/// have all signatures of a synchronous handler except the one that returns a part of the event.
#[derive(Clone, Copy, Debug)]
pub struct Awaited<F, B>(pub F, pub B);

/// The shape of an `async` handler with the parameters and result of `Shape`.
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
        let event = match parse_event::<E>(context, event, other) {
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
        let event = match parse_event::<E>(context, event, other) {
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
        let event = match parse_event::<E>(context, event, other) {
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
        let event = match parse_event::<E>(context, event, other) {
            Ok(event) => event,
            Err(answer) => return answer,
        };
        self.1.block_on(self.0(context, &event, &mut ResponseStream::new())).into_result().map(|()| Cow::Borrowed(""))
    }
}

/// Combines an `async` handler with an executor, as the handler of [`register!`](crate::register).
///
/// - `awaited!(function::lambda_handler, function::block_on)` uses the function's executor, `fn
///   block_on<F: Future>(future: F) -> F::Output`.
/// - `awaited!(function::lambda_handler, tokio)` uses a current-thread runtime of the crate
///   `tokio`, with all drivers that its features enable. The first invocation creates it, and it
///   lives as long as the process, so connections can be reused.
/// - `awaited!(function::lambda_handler)` parks the thread while the future is pending. This is
///   sufficient for futures that other threads wake.
///
/// The last two require the real `std`.
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
            let make = || ::tokio::runtime::Builder::new_current_thread().enable_all().build().expect("cannot start the tokio runtime");
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
