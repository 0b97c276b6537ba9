//! Functions that see the real std. The build of a project generates such a crate.

mod awaits;
mod awaits_alone;
mod crashes;
mod standard;
mod threads;

registry::register!("awaits", ".handlers.awaits", awaits, registry::awaited!(awaits::lambda_handler, tokio));
registry::register!("awaits_alone", ".handlers.awaits_alone", awaits_alone, registry::awaited!(awaits_alone::lambda_handler));
registry::register!("crashes", ".handlers.crashes", crashes, crashes::lambda_handler);
registry::register!("standard", ".handlers.standard", standard, standard::lambda_handler, before_snapshot, after_restore, on_terminate);
registry::register!("threads", ".handlers.threads", threads, threads::lambda_handler);
