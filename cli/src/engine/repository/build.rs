//! The calls of cargo of one link, and their messages for the author.

use super::job::Job;
use crate::Error;
use crate::engine::cargo::{Call, Outcome};
use crate::engine::flags::{self, Flags};
use crate::engine::mode::{Link, Mode};
use crate::engine::options::Purpose;
use crate::engine::passes::{self, Attempt};
use crate::engine::recipe::RealStd;
use crate::engine::remarks::Remark;
use crate::engine::toolchain::Toolchain;
use crate::engine::{mentions, refusal, std_users};
use crate::project::settings::Optimize;
use crate::project::{MANIFEST, Package};
use crate::sdk::Sdk;
use crate::shield;
use handlers_build::function::Function as Source;
use handlers_build::rewrite::Passes;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// The file, in the folder of rewritten functions, that the build script writes the compiler's
/// warnings to.
const WARNINGS: &str = "warnings.txt";
/// The folder for reports of compiler faults.
const REPORTS: &str = "target/compiler-faults";

/// The packages of this workspace that functions are linked with.
const LIBRARIES: [&str; 9] =
    ["ruchy-lambda-runtime", "registry", "ruchy-std", "ruchy-support", "lambda", "events", "events-json", "outbound", "aws"];

/// One link, ready to run.
pub struct Build<'a> {
    pub job: &'a Job<'a>,
    pub toolchain: &'a Toolchain,
    pub link: Link,
    pub functions: &'a [Source],
    pub target: &'a Path,
}

/// The linked file, and what the compilers reported.
#[derive(Debug)]
pub struct Built {
    pub path: PathBuf,
    pub warnings: String,
    pub remarks: Vec<Remark>,
}

impl Build<'_> {
    /// The linked file, or the messages for the author.
    ///
    /// # Errors
    /// As [`Call::run`]; [`Error::File`].
    pub async fn run(&self) -> Result<Result<Built, String>, Error> {
        let recipe = self.job.recipe;
        let asked = Passes { lower: recipe.lowers, inline_levels: recipe.levels() };
        let (Attempt { outcome, .. }, used) = passes::compile(asked, async |passes| self.attempt(passes).await).await?;
        if !outcome.is_success {
            return self.refused(&outcome).map(Err);
        }
        let mut warnings = fs::read_to_string(self.rewritten().join(WARNINGS)).unwrap_or_default();
        warnings += &outcome.report.of_level(false).map(|warning| warning.rendered.as_str()).collect::<String>();
        let linked = outcome.report.executable(self.binary())?;
        let (path, warnings) = (linked.to_owned(), passes::warning(asked, used) + &relative(&warnings));
        Ok(Ok(Built { path, warnings, remarks: outcome.report.remarks }))
    }

    async fn attempt(&self, passes: Passes) -> Result<Attempt<()>, Error> {
        let Job { root, names, recipe } = self.job;
        let folders =
            std::env::join_paths(self.job.folders()?).map_err(|error| Error::Refused(format!("folders of functions: {error}")))?;
        let variables: Vec<(&str, OsString)> = vec![
            ("RUCHY_LAMBDA_HANDLERS", names.join(" ").into()),
            ("RUCHY_LAMBDA_FUNCTIONS", if recipe.folders.is_empty() { OsString::new() } else { folders }),
            ("RUCHY_LAMBDA_LAID_OUT", self.rewritten().into()),
            ("RUCHY_LAMBDA_INLINE", passes.inline_levels.to_string().into()),
            ("RUCHY_LAMBDA_LOWER", u8::from(passes.lower).to_string().into()),
        ];
        let call = Call {
            folder: root,
            selection: self.selection()?,
            profile: recipe.purpose().profile(),
            triple: self.triple(),
            target_folder: self.target,
            flags: &self.flags(),
            variables,
            what: if names.is_empty() { "linking all functions".to_owned() } else { format!("linking {}", names.join(", ")) },
        };
        let outcome = call.run().await?;
        Ok(Attempt { rejects_rewritten: !outcome.is_success && self.names_rewritten_file(&outcome), outcome, input: () })
    }

    fn triple(&self) -> &'static str {
        self.link.triple(self.job.recipe.architecture())
    }

    fn binary(&self) -> &'static str {
        if self.job.recipe.std.is_some() { "bootstrap-std" } else { "bootstrap" }
    }

    /// The package, the binary and its features.
    fn selection(&self) -> Result<Vec<OsString>, Error> {
        let recipe = self.job.recipe;
        if let Some(RealStd::Package(folder)) = &recipe.std {
            let folder = std::path::absolute(folder).map_err(|error| Error::file(folder, error))?;
            return Ok(vec!["--manifest-path".into(), folder.join(MANIFEST).into(), "--bin".into(), self.binary().into()]);
        }
        let mut features: Vec<String> = ["deploy"].into_iter().chain(self.crates()).map(str::to_owned).collect();
        if recipe.std.is_some() {
            features.push("std".to_owned());
        }
        features.extend(recipe.options.runtime_features.iter().map(|feature| format!("ruchy-lambda-runtime/{feature}")));
        let mut selection: Vec<OsString> =
            ["--package", "bootstrap", "--bin", self.binary(), "--features", &features.join(",")].map(Into::into).into();
        let changes = recipe.options.changes(recipe.purpose().profile());
        selection.extend(changes.into_iter().flat_map(|change| [OsString::from("--config"), change.into()]));
        if let Some(preset) = recipe.options.preset {
            let changes = preset.changes(recipe.purpose().profile(), &["handlers"], &LIBRARIES);
            selection.extend(changes.into_iter().flat_map(|change| [OsString::from("--config"), change.into()]));
        } else if recipe.options.optimize == Some(Optimize::Size) && recipe.purpose() == Purpose::Shipped {
            for package in ["handlers", "events"] {
                selection.extend(["--config".into(), format!("profile.release-ultra.package.{package}.opt-level='z'").into()]);
            }
        }
        Ok(selection)
    }

    /// Features of the crate `handlers`: crates that few functions use, so that no other file
    /// compiles or links them.
    fn crates(&self) -> impl Iterator<Item = &'static str> {
        let mentions = mentions::of_functions(self.functions);
        [("outbound", "handlers/outbound"), ("aws", "handlers/aws")]
            .into_iter()
            .filter(move |(name, _)| mentions.contains(*name))
            .map(|(_, feature)| feature)
    }

    /// The folder of the functions that the build rewrites: one for each processor and profile,
    /// since cargo keeps their builds apart.
    fn rewritten(&self) -> PathBuf {
        self.target.join("laid-out").join(self.triple()).join(self.job.recipe.purpose().profile())
    }

    /// Its folders of files that are read as they were written, and of those with copies in them.
    pub fn rewritten_folders(&self) -> [PathBuf; 2] {
        ["plain", "inlined"].map(|name| self.rewritten().join(name))
    }

    fn flags(&self) -> Flags {
        let recipe = self.job.recipe;
        let profile = recipe.purpose().profile();
        // Files that build scripts write are named from their folder, and functions that the build
        // rewrites as their sources.
        let scripts = self.target.join(self.triple()).join(profile).join("build");
        let [plain, inlined] = self.rewritten_folders();
        let mut flags = flags::flags(&flags::Inputs {
            sdk: &Sdk { root: self.job.root.to_owned() },
            link: self.link,
            architecture: recipe.architecture(),
            mode: self.job.mode(),
            purpose: recipe.purpose(),
            optimize: recipe.options.optimize.unwrap_or_default(),
            preset: recipe.options.preset,
            linker: recipe.linker,
            hidden_folders: &[self.job.root, &shield::registry_sources(), &scripts, &plain, &inlined],
            lld_folder: &self.toolchain.lld_folder(),
            has_build_script: self.job.mode() == Mode::Facade,
        });
        flags.all.extend(recipe.options.rustc_flags.iter().cloned());
        flags.linked.extend(recipe.options.link_flags.iter().cloned());
        flags
    }

    /// Returns true if rustc refuses a file that a pass has changed.
    fn names_rewritten_file(&self, outcome: &Outcome) -> bool {
        let inlined = self.rewritten().join("inlined");
        let names = files_below(&inlined).into_iter().filter_map(|path| Some(format!("{}:", path.strip_prefix(&inlined).ok()?.display())));
        names.into_iter().any(|name| outcome.report.of_level(true).any(|message| message.rendered.contains(&name)))
    }

    fn refused(&self, outcome: &Outcome) -> Result<String, Error> {
        if outcome.report.needs_std()
            && let Some(hash) = self.toolchain.std_hash(self.triple())
        {
            let folder = self.job.root.join("handlers");
            let package = Package::of(&folder, &["--offline"])?;
            // The others are of this repository, and no author's choice.
            let chosen = package.dependencies.iter().filter(|dependency| dependency.path.is_none());
            let crates = chosen.map(|dependency| dependency.name.clone()).collect();
            let users = std_users::find(&outcome.report.artifacts, &crates, &hash);
            if !users.is_empty() {
                return Ok(refusal::handlers_need_std(&users, &package));
            }
        }
        let errors = refusal::errors(&outcome.report, "");
        let messages = if errors.is_empty() { relative(&outcome.stderr) } else { errors };
        refusal::explained(&messages, self.functions, &self.job.root.join(REPORTS))
    }
}

/// `text` without the current folder before the names of files, as rustc names them.
fn relative(text: &str) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    text.replace(&format!("{}/", current.display()), "")
}

/// The files in `folder` and in the folders below it.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}
