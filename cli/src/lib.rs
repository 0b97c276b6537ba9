//! The tool `ruchy-lambda`, as a library: a Lambda sandbox on this machine, the packager, the
//! deployer, and the analysis of a bootstrap without running it.
//!
//! - [`command_line`]: the commands. [`arguments`]: values that several of them take.
//! - [`runtime_api`]: the server that a bootstrap asks for events; its rules are the pure state
//!   machine in `runtime_api/machine.rs`.
//! - [`sandbox`]: one bootstrap running against such a server, and [`outcome`], the result of an
//!   invocation.
//! - [`invoke`] and [`serve`]: the two ways to send it events. [`http_event`]: HTTP requests as
//!   events. [`report`] and [`log`]: its log.
//! - [`new`] creates a function; [`test_handlers`] and [`retest`] run its [`fixtures`] once or at
//!   every save.
//! - [`saves`] watches files for [`retest`] and [`serve`]; [`inputs`]: whether the files of a
//!   function have changed.
//! - [`home`]: the functions that a command works on. [`project`]: a project anywhere; [`engine`]
//!   builds its functions, from the sources of [`sdk`].
//! - [`doctor`]: what this machine lacks.
//! - [`locate`]: the source lines of addresses, and stacks of processes.
//! - [`local`] and [`link`]: a function linked to run here; [`build`]: the file that ships.
//! - [`check`], [`transpile`] and [`explain`]: the Ruchy compiler without rustc.
//! - [`compile`]: plain programs. [`preset`]: the optimisation of programs and functions.
//!   [`processor`]: the processor features that a linked file needs.
//! - [`measure`]: exact counts by callgrind. [`bigo`]: how they grow with the input. [`profile`]:
//!   by line and function. [`memory`]: the heap. [`compare`], [`bench`](mod@bench): versions.
//!   [`pgo`]: optimisation by profiles. [`coverage`]: the lines that fixtures reach. [`optimize`]:
//!   loops, caches and branches by line. [`statistics`]: percentiles and intervals.
//! - [`package`] and [`size`]: the file that ships, packed and measured. [`start`]: what it does
//!   before its first request, counted by [`tracer`].
//! - [`budget`] and [`agreed`]: compare those with the budgets.
//! - [`image`]: the same as a container image. [`deploy`]: a function on AWS, by way of the AWS
//!   CLI.
//!
//! It shares no code with the bootstrap, so that it checks the protocol independently. It imports
//! nothing from `bench/`, which uses it as a library.

#![deny(unsafe_code)]

pub mod agreed;
pub mod architecture;
pub mod arguments;
pub mod bench;
pub mod bigo;
pub mod budget;
pub mod build;
pub mod check;
pub mod command_line;
pub mod compare;
pub mod compile;
pub mod conditions;
pub mod coverage;
pub mod deploy;
pub mod doctor;
pub mod elf;
pub mod emulation;
pub mod encoding;
pub mod engine;
pub mod env_file;
pub mod environment;
pub mod error;
pub mod event;
pub mod examples;
pub mod explain;
pub mod fixtures;
pub mod functions;
pub mod home;
pub mod html;
pub mod http_event;
pub mod image;
pub mod inputs;
pub mod interrupted;
pub mod invoke;
pub mod link;
pub mod local;
pub mod locate;
pub mod log;
pub mod measure;
pub mod memory;
pub mod new;
pub mod number;
pub mod optimize;
pub mod outcome;
pub mod package;
pub mod pgo;
pub mod preset;
pub mod process;
pub mod processor;
pub mod profile;
pub mod progress;
pub mod project;
pub mod report;
pub mod retest;
pub mod runtime_api;
pub mod sandbox;
pub mod saves;
pub mod sdk;
pub mod serve;
pub mod shield;
pub mod signals;
pub mod size;
pub mod stand_in;
pub mod start;
pub mod statistics;
pub mod template;
pub mod test_handlers;
pub mod tracer;
pub mod transpile;
pub mod variables;

pub use error::Error;
pub use handlers_build::recipe;
