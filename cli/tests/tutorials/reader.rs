//! A reader of tutorials: an empty folder, the tool on the PATH, and the stand-in for AWS.

use crate::links::write_program;
use crate::page::{self, Step};
use crate::stand_in::{PROGRAM, StandIn, root};
use std::fs::{self, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The address in tutorials. A free port replaces it, since tests run side by side.
const ADDRESS: &str = "http://127.0.0.1:9000";

pub struct Reader {
    aws: StandIn,
    folder: TempDir,
    programs: TempDir,
    /// The current folder.
    here: PathBuf,
    /// The output of the last commands.
    printed: String,
    /// The command that stays, and its address.
    serving: Option<(Child, String)>,
}

impl Reader {
    pub fn new() -> Self {
        let [folder, programs] = std::array::from_fn(|_| tempfile::tempdir().unwrap());
        symlink(PROGRAM, programs.path().join("ruchy-lambda")).unwrap();
        symlink(root().join(".venv/aws/bin/moto_server"), programs.path().join("moto_server")).unwrap();
        let here = folder.path().to_owned();
        let aws = StandIn::start();
        // The AWS CLI calls the stand-in. Local commands see no endpoint, as on a reader's machine.
        let cli = aws.command("aws").get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path).unwrap().to_owned();
        let call = format!("#!/bin/sh\nAWS_ENDPOINT_URL={} PATH='{}' exec aws \"$@\"\n", aws.url, cli.display());
        write_program(&programs.path().join("aws"), call.as_bytes());
        Self { aws, folder, programs, here, printed: String::new(), serving: None }
    }

    /// Follows the page `docs/PAGE`.
    pub fn follow(mut self, page: &str) {
        let text = fs::read_to_string(root().join("docs").join(page)).unwrap();
        let steps = page::steps(&text);
        assert!(steps.len() > 4, "{page} has too few steps: {steps:?}");
        for step in steps {
            self.take(step);
        }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Write { path, text } => {
                let path = self.here.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            Step::Add { path, text } => {
                let mut file = OpenOptions::new().append(true).open(self.here.join(path)).unwrap();
                file.write_all(text.as_bytes()).unwrap();
            }
            Step::Run(commands) => self.run(&commands),
            Step::Serve(command) => self.serve(command.trim()),
            Step::Output(expected) => {
                assert!(page::matches(&expected, &self.printed), "expected:\n{expected}\nprinted:\n{}", self.printed);
            }
        }
    }

    /// A command in the current folder. Builds need this machine's toolchain and crates, and share
    /// a cache.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let of_aws = self.aws.command(program);
        for (name, value) in of_aws.get_envs().filter(|(name, _)| !["AWS_ENDPOINT_URL", "HOME", "PATH"].iter().any(|other| name == other)) {
            command.env(name, value.unwrap_or_default());
        }
        let own = std::env::var_os("PATH").unwrap();
        let paths = std::iter::once(self.programs.path().to_owned()).chain(std::env::split_paths(&own));
        command.env("PATH", std::env::join_paths(paths).unwrap()).current_dir(&self.here);
        command.env("RUCHY_LAMBDA_CACHE", root().join("target/tests/tutorials")).env_remove("RUCHY_LAMBDA_ARCH").env_remove("AWS_PROFILE");
        command.env_remove("AWS_ENDPOINT_URL").env("AWS_DEFAULT_REGION", "eu-central-1");
        command
    }

    fn run(&mut self, commands: &str) {
        let address = self.serving.as_ref().map_or(ADDRESS, |(_, address)| address);
        let commands = commands.replace(ADDRESS, address);
        let folder = self.programs.path().join("here");
        let script =
            format!("set -euo pipefail\ntrap 'echo \"failed: $BASH_COMMAND\" >&2' ERR\n{commands}\npwd > '{}'\n", folder.display());
        let output = self.command("bash").args(["-c", &script]).stdin(Stdio::null()).output().unwrap();
        self.printed = String::from_utf8(output.stdout).unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{commands}\n{}\n{error}", self.printed);
        self.here = fs::read_to_string(folder).unwrap().trim().into();
    }

    /// Starts `command` at a free port, and waits for its address. What was started before ends.
    fn serve(&mut self, command: &str) {
        self.stop();
        let program = format!("exec {command} 0 2>&1");
        let mut bash = self.command("bash");
        let mut child = bash.args(["-c", &program]).stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let line = lines.find(|line| line.contains("http://127.0.0.1:")).unwrap_or_else(|| panic!("{command} prints no address"));
        let port: String = line.split("http://127.0.0.1:").nth(1).unwrap().chars().take_while(char::is_ascii_digit).collect();
        // It ends when its output has no reader.
        std::thread::spawn(move || lines.for_each(drop));
        self.serving = Some((child, format!("http://127.0.0.1:{port}")));
    }

    fn stop(&mut self) {
        if let Some((mut child, _)) = self.serving.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.stop();
        assert!(self.folder.path().exists());
    }
}
