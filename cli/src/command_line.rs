//! The command line: its commands, and the modules that run them.

use crate::architecture::Architecture;
use crate::home::Home;
use crate::package::manifest::Origin;
use crate::package::project::Ready;
use crate::package::repository;
use crate::project::Project;
use crate::project::settings::Settings;
use crate::signals::Interrupts;
use crate::{
    Error, bench, bigo, build, check, compare, compile, coverage, deploy, doctor, explain, image, invoke, link, locate, memory, new,
    optimize, package, pgo, profile, retest, serve, size, start, template, test_handlers, transpile,
};
use clap::{Arg, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The version of the package and the commit.
static VERSION: std::sync::LazyLock<String> =
    std::sync::LazyLock::new(|| format!("{} ({})", env!("CARGO_PKG_VERSION"), crate::sdk::COMMIT));

/// Creates, runs, tests, packages and deploys functions for AWS Lambda
#[derive(Debug, Parser)]
#[command(name = "ruchy-lambda", version = VERSION.as_str())]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Invoke a function once on this machine, and print its response
    Invoke(invoke::Options),
    /// Serve functions where curl and AWS SDKs can invoke them, and rebuild them at every save
    Watch(serve::Options),
    /// Build functions once, and serve them as `watch` does
    #[command(override_usage = "ruchy-lambda serve [NAME…] [PORT] [OPTIONS]")]
    Serve(serve::Options),
    /// Print the functions and source lines of addresses in logs and crash reports
    Locate(locate::Options),
    /// Create a project or, in one, a function, with an event and the expected response
    New(new::Options),
    /// Run every fixture through the functions, and the unit tests of a project
    #[command(name = "test", alias = "test-handlers")]
    TestHandlers(test_handlers::Options),
    /// Report errors and warnings of functions, without building them
    Check(check::Options),
    /// Print the Rust that the compiler generates for a function in Ruchy
    Transpile(transpile::Options),
    /// Explain an error or a warning of the compiler
    Explain(explain::Options),
    /// Link the file that ships
    Build(build::Options),
    /// Compile a plain program, one with a `main`, to a static file
    Compile(compile::Options),
    /// Compile a plain program and run it
    Run(compile::Run),
    /// Measure how the instructions of a function grow with the size of its input
    Bigo(bigo::Options),
    /// Count the instructions of a function or a program by line and by function, and time it
    Profile(profile::Options),
    /// Show the heap allocations of a function by line, and report leaks
    Memory(memory::Options),
    /// Optimise a function with a profile of its runs, if a measurement shows a gain
    Pgo(pgo::Options),
    /// Show loops, remaining calls, cache misses and mispredicted branches of a function by line
    Optimize(optimize::Options),
    /// Show the lines of a function that its fixtures do not reach
    Coverage(coverage::Options),
    /// Measure two versions of a function or of a program, and report if they differ
    Compare(compare::Options),
    /// Measure a function, and compare it with a baseline that was saved
    Bench(bench::Options),
    /// Link functions and package them for deployment
    Package(Package),
    /// Link a function and package it as a container image
    Image(image::Options),
    /// Link, package and create a function on AWS, or update it
    Deploy(Box<deploy::Options>),
    /// Write templates of functions for AWS SAM, Terraform or the CDK
    Template(template::Options),
    /// Move an alias of a function on AWS back to its previous version
    Rollback(deploy::rollback::Options),
    /// Invoke a function on AWS once, and print its response
    InvokeAws(deploy::call::Invoke),
    /// Print the log of a function on AWS
    LogsAws(deploy::call::Logs),
    /// Measure cold starts of functions on AWS and of peers
    BenchAws(deploy::bench::Options),
    /// Check `minimal` and `fibonacci` on AWS, in eleven tests
    TestAws(deploy::validate::Options),
    /// Delete a function on AWS, its log, and the role that was created for it
    Destroy(deploy::remove::Options),
    /// Check what this machine lacks, and print the fix
    Doctor,
    /// Print the completions of a shell
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or, with FOLDER, write it and those of all commands there
    Manual {
        /// The folder
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
    /// Show where the bytes of functions are, and compare them with budgets
    Size(size::command::Options),
    /// Count what functions do before their first request, and compare it with budgets
    Start(start::Options),
    /// Link functions of this repository into one file
    #[command(hide = true)]
    Link(link::Options),
}

#[derive(Debug, Args)]
#[command(override_usage = "ruchy-lambda package [NAME…] [--arch x86_64|arm64]")]
struct Package {
    /// The functions of the project, which are built first; all when none is named
    #[arg(value_name = "NAME", conflicts_with = "bootstrap")]
    names: Vec<String>,
    /// Pack this file
    #[arg(long, value_name = "FILE", requires = "out")]
    bootstrap: Option<PathBuf>,
    /// The archive to write: dist/NAME.zip
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The processor that it is for; default: that of Cargo.toml, or `x86_64`
    #[arg(long, value_name = "NAME", env = "RUCHY_LAMBDA_ARCH", value_enum)]
    arch: Option<Architecture>,
}

/// The definition of the command line, for pages that are generated from it.
#[must_use]
pub fn definition() -> clap::Command {
    CommandLine::command()
}

/// The whole program.
#[must_use]
pub fn run() -> ExitCode {
    let matches = CommandLine::command().mut_subcommands(|command| command.mut_args(unset_where_empty)).get_matches();
    let line = CommandLine::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match dispatch(line.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// A variable that is set to an empty string counts as unset, because shared scripts set variables
/// to empty strings.
fn unset_where_empty(argument: Arg) -> Arg {
    let is_empty = argument.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    if is_empty { argument.env(None) } else { argument }
}

fn dispatch(command: Command) -> Result<ExitCode, Error> {
    match command {
        Command::Invoke(options) => block_on(invoke::run(&options)),
        Command::Locate(options) => block_on(interruptible(locate::run(&options))),
        Command::Serve(options) => block_on(serve::run(options, false)),
        Command::New(options) => {
            print(&new::run(&options)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Watch(options) => block_on(serve::run(options, true)),
        Command::TestHandlers(options) if options.watch => block_on(retest::run(&options)),
        Command::TestHandlers(options) => block_on(interruptible(test_handlers::run(&options))),
        Command::Check(options) => check::run(&options),
        Command::Transpile(options) => transpile::run(&options),
        Command::Explain(options) => done(explain::run(&options)),
        Command::Build(options) => block_on(interruptible(build::run(&options))),
        Command::Bigo(options) => block_on(interruptible(bigo::run(&options))),
        Command::Profile(options) => block_on(interruptible(profile::run(&options))),
        Command::Compare(options) => block_on(interruptible(compare::run(&options))),
        Command::Bench(options) => block_on(interruptible(bench::run(&options))),
        Command::Memory(options) => block_on(interruptible(memory::run(&options))),
        Command::Pgo(options) => block_on(interruptible(pgo::run(&options))),
        Command::Coverage(options) => block_on(interruptible(coverage::run(&options))),
        Command::Optimize(options) => block_on(interruptible(optimize::run(&options))),
        Command::Compile(options) => block_on(interruptible(compile::run(&options))),
        Command::Run(options) => block_on(compile::run_program(&options)),
        Command::Package(Package { bootstrap: Some(bootstrap), out: Some(out), arch, .. }) => {
            let arch = arch.unwrap_or(Architecture::X86_64);
            done(package::run(&bootstrap, &out, arch, None, &Origin::default()).map(|line| line + "\n"))
        }
        Command::Package(Package { names, out, arch, .. }) if Home::is_repository() => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            done(repository::run(&names, out.as_deref(), arch.unwrap_or(Architecture::X86_64)).map(|line| line + "\n"))
        }
        Command::Package(Package { names, out, arch, .. }) => package_project(&names, out.as_deref(), arch),
        Command::Doctor => {
            let (report, is_well) = doctor::run()?;
            print(&report)?;
            Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut CommandLine::command(), "ruchy-lambda", &mut script);
            print(&String::from_utf8_lossy(&script))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Manual { folder: Some(folder) } => {
            std::fs::create_dir_all(&folder)
                .and_then(|()| clap_mangen::generate_to(CommandLine::command(), &folder))
                .map_err(|error| Error::file(&folder, error))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Manual { folder: None } => {
            let mut page = Vec::new();
            clap_mangen::Man::new(CommandLine::command()).render(&mut page).map_err(Error::system("printing"))?;
            print(&String::from_utf8_lossy(&page))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Image(options) => done(image::run(&options)),
        Command::Deploy(options) => deploy(&options),
        Command::Template(options) => done(template::run(&options)),
        Command::Rollback(options) => done(deploy::rollback::run(&options)),
        Command::InvokeAws(options) => deploy::call::run(&options),
        Command::LogsAws(options) => done(deploy::call::logs(&options)),
        Command::BenchAws(options) => done(deploy::bench::run(&options)),
        Command::TestAws(options) => checked(deploy::validate::run(&options)?),
        Command::Destroy(options) => done(deploy::remove::run(&options)),
        Command::Size(options) => checked(size::command::run(&options)?),
        Command::Start(options) => checked(start::run(&options)?),
        Command::Link(options) => block_on(interruptible(link::run(&options))),
    }
}

/// Prints the findings. The command fails if a check failed.
fn checked((text, is_within): (String, bool)) -> Result<ExitCode, Error> {
    print(&text)?;
    Ok(if is_within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The functions of a project, built; or the exit code of a build that a signal ended.
fn built(names: &[String], out: Option<&Path>, arch: Option<Architecture>) -> Result<Result<(Vec<Ready>, bool), ExitCode>, Error> {
    let mut built = None;
    let code = block_on(interruptible(async {
        built = Some(package::project::build_all(names, out, arch).await?);
        Ok(ExitCode::SUCCESS)
    }))?;
    Ok(built.ok_or(code))
}

/// Packs functions of a project.
fn package_project(names: &[String], out: Option<&Path>, arch: Option<Architecture>) -> Result<ExitCode, Error> {
    let (ready, all_right) = match built(names, out, arch)? {
        Ok(built) => built,
        Err(code) => return Ok(code),
    };
    for ready in ready {
        print(&format!("{}\n", ready.pack()?))?;
    }
    Ok(if all_right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Deploys one function or all. The functions are built and packed before the first is deployed.
fn deploy(options: &deploy::Options) -> Result<ExitCode, Error> {
    let Some(targets) = targets(options)? else { return Ok(ExitCode::FAILURE) };
    let mut code = ExitCode::SUCCESS;
    for target in &targets {
        match deploy::run(options, target) {
            Ok(arn) => print(&arn)?,
            Err(error) if options.all => {
                eprintln!("{}: {error}", target.handler);
                code = ExitCode::FAILURE;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(code)
}

/// The functions to deploy; `None` if one does not compile.
fn targets(options: &deploy::Options) -> Result<Option<Vec<deploy::Target>>, Error> {
    let is_built = options.archive.is_none() && options.image_uri.is_none();
    let name = Some(options.handler.as_str()).filter(|name| !name.is_empty());
    if let (false, Some(handler)) = (is_built, name) {
        let settings = Project::here()?.map(|project| project.settings_of(handler).clone()).unwrap_or_default();
        let architecture = options.arch.or(settings.architecture).unwrap_or(Architecture::X86_64);
        return Ok(Some(vec![deploy::Target { handler: handler.to_owned(), architecture, archive: options.archive.clone(), settings }]));
    }
    let home = Home::here()?;
    let names: Vec<String> = if options.all {
        home.functions(&[])?.into_iter().map(|function| function.name).collect()
    } else {
        vec![home.function(name)?.name]
    };
    if let Home::Repository = home {
        let architecture = options.arch.unwrap_or(Architecture::X86_64);
        let pack = |handler: String| {
            eprintln!("{}", repository::run(&[&handler], None, architecture)?);
            let archive = Some(repository::archive(&[&handler]));
            Ok(deploy::Target { handler, architecture, archive, settings: Settings::default() })
        };
        return Ok(Some(names.into_iter().map(pack).collect::<Result<_, Error>>()?));
    }
    let Ok((ready, true)) = built(&names, None, options.arch)? else { return Ok(None) };
    let pack = |ready: Ready| {
        // Standard output has the ARN and nothing else.
        eprintln!("{}", ready.pack()?);
        Ok(deploy::Target {
            handler: ready.name,
            architecture: ready.linked.architecture,
            archive: Some(ready.out),
            settings: ready.settings,
        })
    };
    Ok(Some(ready.into_iter().map(pack).collect::<Result<_, Error>>()?))
}

/// Prints the result.
fn done(output: Result<String, Error>) -> Result<ExitCode, Error> {
    print(&output?)?;
    Ok(ExitCode::SUCCESS)
}

fn print(text: &str) -> Result<(), Error> {
    std::io::stdout().write_all(text.as_bytes()).map_err(Error::system("printing"))
}

/// The tool runs on one thread, so that the measured function has the other processor.
fn block_on(work: impl Future<Output = Result<ExitCode, Error>>) -> Result<ExitCode, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::system("starting"))?;
    runtime.block_on(work)
}

/// Runs `work` until it ends or a signal arrives; then stops all processes that it started.
async fn interruptible(work: impl Future<Output = Result<ExitCode, Error>>) -> Result<ExitCode, Error> {
    let mut interrupts = Interrupts::ending_with_parent()?;
    tokio::select! {
        code = work => code,
        code = interrupts.received() => Ok(ExitCode::from(code)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, CommandLine};
    use clap::{CommandFactory as _, Parser as _};
    use std::time::Duration;

    #[test]
    fn command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    fn invoke(arguments: &[&str]) -> Result<crate::invoke::Options, clap::Error> {
        let line = ["ruchy-lambda", "invoke"].iter().chain(arguments);
        let Command::Invoke(options) = CommandLine::try_parse_from(line)?.command else { panic!("not invoke") };
        Ok(options)
    }

    #[test]
    fn invoke_defaults_are_lambdas() {
        let options = invoke(&["minimal"]).unwrap();
        assert_eq!((options.local.name.as_deref(), options.event, options.raw), (Some("minimal"), None, false));
    }

    #[test]
    fn invoke_takes_options_before_and_after_the_event() {
        for arguments in [["minimal", "7", "--timeout", "30"], ["--timeout", "30", "minimal", "7"], ["minimal", "--timeout", "30", "7"]] {
            let options = invoke(&arguments).unwrap();
            assert_eq!((options.event.as_deref(), options.local.timeout), (Some("7"), Some(Duration::from_secs(30))), "{arguments:?}");
        }
        assert!(invoke(&["minimal", "{}", "--timeuot", "30"]).unwrap_err().to_string().contains("'--timeout'"));
        assert!(
            invoke(&["minimal", "--memory", "64"])
                .unwrap_err()
                .to_string()
                .contains("'64' for '--memory <MB>': expected a whole number from 128 to 10240")
        );
    }

    #[test]
    fn numbers_are_parsed_as_the_types_of_their_fields() {
        for line in [
            "invoke minimal --memory 128",
            "serve --memory 128 --concurrency 2",
            "profile minimal --iterations 2",
            "memory minimal --iterations 2",
            "deploy minimal --memory 128 --timeout 3 --role-wait 1 --ephemeral-storage 512 --cors-max-age 0",
            "rollback minimal --to 1",
            "logs-aws minimal --since 1",
            "bench-aws minimal --rounds 2 --seed 3",
            "test-aws --rounds 2 --memory-max 16",
        ] {
            let words = ["ruchy-lambda"].into_iter().chain(line.split(' '));
            assert!(CommandLine::try_parse_from(words).is_ok(), "{line}");
        }
    }

    #[test]
    fn invoke_takes_events_that_begin_with_a_hyphen() {
        for event in ["-", "-1", "-1.5e3", "@file"] {
            assert_eq!(invoke(&["minimal", event]).unwrap().event.as_deref(), Some(event));
        }
        assert_eq!(invoke(&["minimal", "--raw", "--", "--help"]).unwrap().event.as_deref(), Some("--help"));
    }

    #[test]
    fn accept_needs_budgets() {
        let line = ["ruchy-lambda", "size", "--bootstrap", "b", "--accept"];
        assert!(CommandLine::try_parse_from(line).is_err());
    }
}
