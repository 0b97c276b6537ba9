//! `ruchy-lambda image`: builds a container image as an OCI layout, without a container engine: one
//! layer, which contains only the bootstrap. The same bytes for the same file.
//!
//! Source: the OCI image format,
//! <https://github.com/opencontainers/image-spec/blob/v1.1.0/spec.md>.

use crate::architecture::Architecture;
use crate::deploy::function;
use crate::home::Home;
use crate::number::grouped;
use crate::package::manifest::{hexadecimal, sha256};
use crate::package::{handlers, repository, write_whole};
use crate::project::Project;
use crate::{Error, elf};
use clap::Args;
use serde_json::{Value, json};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tar::{Builder, EntryType, Header};
use zopfli::{Format, Options as Compression};

/// The path of the bootstrap in Lambda's own base images and documentation.
const BOOTSTRAP: &str = "var/runtime/bootstrap";
/// The folders that have to be there.
const FOLDERS: [&str; 3] = ["var/", "var/runtime/", "var/task/"];
/// The working directory of a function.
const WORKING_DIRECTORY: &str = "/var/task";
/// The tag of the image in its layout.
const TAG: &str = "latest";
/// Nothing in an image has a time of its own.
const CREATED: &str = "1970-01-01T00:00:00Z";
const LAYOUT: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;
const MANIFEST_TYPE: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG_TYPE: &str = "application/vnd.oci.image.config.v1+json";
const LAYER_TYPE: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// The label by which an image allows SnapStart (AWS Lambda, "Implementing SnapStart hooks for
/// container images").
const SNAP_START: (&str, &str) = ("com.amazonaws.lambda.feature.snapstart", "Allow");

/// The command-line options.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "ruchy-lambda image NAME [--arch x86_64|arm64]")]
pub struct Options {
    /// The function that the image is for, which is linked first
    #[arg(value_name = "NAME", value_parser = function::name)]
    pub handler: String,
    /// Package this file; do not link the function
    #[arg(long, value_name = "FILE")]
    pub bootstrap: Option<PathBuf>,
    /// The folder to write, which is replaced; default: dist/NAME.oci
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// The processor that it is for; default: that of Cargo.toml, or `x86_64`
    #[arg(long, value_name = "NAME", env = "RUCHY_LAMBDA_ARCH", value_enum)]
    pub arch: Option<Architecture>,
    /// Label the image for SnapStart; also if Cargo.toml has `snap-start = true`
    #[arg(long)]
    pub snap_start: bool,
}

/// A part of the image, by the digest of its bytes.
struct Blob {
    digest: String,
    bytes: Vec<u8>,
}

impl Blob {
    fn new(bytes: Vec<u8>) -> Self {
        Self { digest: hexadecimal(&sha256(&bytes)), bytes }
    }

    fn descriptor(&self, media_type: &str) -> Value {
        json!({ "mediaType": media_type, "digest": format!("sha256:{}", self.digest), "size": self.bytes.len() })
    }
}

/// Writes the layout, and returns the text for the developer.
///
/// # Errors
/// [`Error::NotDeployable`], [`Error::NoHandler`], [`Error::File`].
pub fn run(options: &Options) -> Result<String, Error> {
    let handler = &options.handler;
    let (bootstrap, arch) = linked(options)?;
    let arch = &arch;
    let bootstrap = crate::process::executable(&bootstrap)?;
    let out = options.out.clone().unwrap_or_else(|| format!("dist/{handler}.oci").into());
    let bytes = fs::read(&bootstrap).map_err(|error| Error::file(&bootstrap, error))?;
    elf::check_deployable(&bootstrap, &bytes, *arch)?;
    if arch.is_this_machines()
        && let handlers::Start::Refused(reason) = handlers::start(&bootstrap, handler)?
    {
        return Err(Error::NoHandler { path: bootstrap, handler: handler.clone(), reason });
    }
    let settings = Project::here()?.map(|project| project.settings_of(handler).clone()).unwrap_or_default();
    let has_snap_start = options.snap_start || settings.cloud.snap_start == Some(true);
    let files = layout(&bytes, handler, *arch, has_snap_start).map_err(Error::system("packing"))?;
    // Blobs of an earlier image would never be removed: nothing refers to them.
    match fs::remove_dir_all(out.join("blobs")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Error::file(&out, error)),
        _ => {}
    }
    let total: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    for (name, bytes) in files {
        write_whole(&out.join(name), &bytes)?;
    }
    Ok(format!("{}  {} bytes (bootstrap {} bytes)\n", out.display(), grouped(total as u64), grouped(bytes.len() as u64)))
}

/// The file, linked unless it is named, and its processor.
fn linked(options: &Options) -> Result<(PathBuf, Architecture), Error> {
    let arch = options.arch.unwrap_or(Architecture::X86_64);
    if let Some(bootstrap) = &options.bootstrap {
        return Ok((bootstrap.clone(), arch));
    }
    let home = Home::here()?;
    if matches!(home, Home::Repository) {
        return Ok((repository::linked(&[&options.handler], arch)?, arch));
    }
    let (_, linked) = home.link_one(std::slice::from_ref(&options.handler), options.arch)?;
    Ok((linked.bootstrap, linked.architecture))
}

/// The files of the layout, by their paths in it.
fn layout(bootstrap: &[u8], handler: &str, architecture: Architecture, has_snap_start: bool) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let archive = archive(bootstrap)?;
    let config = Blob::new(config(&archive, handler, architecture, has_snap_start).to_string().into_bytes());
    let layer = Blob::new(compressed(&archive)?);
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": config.descriptor(CONFIG_TYPE),
        "layers": [layer.descriptor(LAYER_TYPE)],
    });
    let manifest = Blob::new(manifest.to_string().into_bytes());
    let mut listed = manifest.descriptor(MANIFEST_TYPE);
    listed["annotations"] = json!({ "org.opencontainers.image.ref.name": TAG });
    listed["platform"] = json!({ "architecture": architecture.image_name(), "os": "linux" });
    let index = json!({ "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [listed] });
    let blobs = Path::new("blobs/sha256");
    let mut files: Vec<(PathBuf, Vec<u8>)> =
        [config, layer, manifest].into_iter().map(|blob| (blobs.join(blob.digest), blob.bytes)).collect();
    files.push(("oci-layout".into(), LAYOUT.as_bytes().to_vec()));
    // The index is last, so that the files that it names exist before it.
    files.push(("index.json".into(), index.to_string().into_bytes()));
    Ok(files)
}

/// The configuration by which Lambda, or an engine, starts the image. Lambda passes the
/// handler's name to base images as an argument; this image has it in the variable that the
/// runtime reads.
fn config(archive: &[u8], handler: &str, architecture: Architecture, has_snap_start: bool) -> Value {
    let mut config = json!({
        "created": CREATED,
        "architecture": architecture.image_name(),
        "os": "linux",
        "config": {
            "Entrypoint": [format!("/{BOOTSTRAP}")],
            "Cmd": [handler],
            "Env": [format!("_HANDLER={handler}"), format!("LAMBDA_TASK_ROOT={WORKING_DIRECTORY}"), "LAMBDA_RUNTIME_DIR=/var/runtime".to_owned()],
            "WorkingDir": WORKING_DIRECTORY,
        },
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{}", hexadecimal(&sha256(archive)))] },
        "history": [{ "created": CREATED, "created_by": "ruchy-lambda image" }],
    });
    if has_snap_start {
        config["config"]["Labels"] = json!({ SNAP_START.0: SNAP_START.1 });
    }
    config
}

/// The unpacked layer: folders, and the bootstrap, readable and executable by all users.
fn archive(bootstrap: &[u8]) -> io::Result<Vec<u8>> {
    let mut archive = Builder::new(Vec::new());
    let header = |kind: EntryType, bytes: usize| {
        let mut header = Header::new_ustar();
        header.set_entry_type(kind);
        header.set_mode(0o755);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(bytes as u64);
        header
    };
    for folder in FOLDERS {
        archive.append_data(&mut header(EntryType::Directory, 0), folder, io::empty())?;
    }
    archive.append_data(&mut header(EntryType::Regular, bootstrap.len()), BOOTSTRAP, bootstrap)?;
    archive.into_inner()
}

fn compressed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    zopfli::compress(Compression::default(), Format::Gzip, bytes, &mut packed)?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::{archive, layout};
    use crate::architecture::Architecture;
    use serde_json::Value;
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    fn files() -> BTreeMap<PathBuf, Vec<u8>> {
        layout(b"the bootstrap", "minimal", Architecture::X86_64, false).unwrap().into_iter().collect()
    }

    fn json(bytes: &[u8]) -> Value {
        serde_json::from_slice(bytes).unwrap()
    }

    #[test]
    fn image_parts_refer_by_digest() {
        let files = files();
        let blob = |descriptor: &Value| {
            let digest = descriptor["digest"].as_str().unwrap().strip_prefix("sha256:").unwrap();
            let bytes = &files[&PathBuf::from("blobs/sha256").join(digest)];
            assert_eq!(descriptor["size"].as_u64(), Some(bytes.len() as u64));
            bytes
        };
        let index = json(&files[&PathBuf::from("index.json")]);
        let manifest = json(blob(&index["manifests"][0]));
        let config = json(blob(&manifest["config"]));
        assert_eq!((&config["architecture"], &config["os"]), (&"amd64".into(), &"linux".into()));
        assert_eq!(config["config"]["Entrypoint"], serde_json::json!(["/var/runtime/bootstrap"]));
        assert_eq!(config["config"]["Cmd"], serde_json::json!(["minimal"]));
        assert_eq!(config["config"]["Env"][0], "_HANDLER=minimal");
        let packed = blob(&manifest["layers"][0]);
        // A gzip member of zopfli's: ten bytes of head without a time, eight of checksum and size.
        assert_eq!(&packed[..8], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
        let unpacked = miniz_oxide::inflate::decompress_to_vec(&packed[10..packed.len() - 8]).unwrap();
        assert_eq!(unpacked, archive(b"the bootstrap").unwrap());
    }

    #[test]
    fn image_uses_processor_names_of_oci() {
        for (architecture, name) in [(Architecture::X86_64, "amd64"), (Architecture::Arm64, "arm64")] {
            let files: BTreeMap<PathBuf, Vec<u8>> = layout(b"it", "minimal", architecture, false).unwrap().into_iter().collect();
            let blob = |descriptor: &Value| {
                let digest = descriptor["digest"].as_str().unwrap().replace(':', "/");
                json(&files[&PathBuf::from("blobs").join(digest)])
            };
            let listed = &json(&files[&PathBuf::from("index.json")])["manifests"][0];
            let config = blob(&blob(listed)["config"]);
            assert_eq!((&listed["platform"]["architecture"], &config["architecture"]), (&name.into(), &name.into()));
        }
    }

    #[test]
    fn layer_diff_id_is_the_hash_of_the_unpacked_tar() {
        let files = files();
        let config = files.values().filter_map(|bytes| serde_json::from_slice::<Value>(bytes).ok()).find(|file| file["rootfs"].is_object());
        let unpacked = super::hexadecimal(&super::sha256(&archive(b"the bootstrap").unwrap()));
        assert_eq!(config.unwrap()["rootfs"]["diff_ids"], serde_json::json!([format!("sha256:{unpacked}")]));
    }

    #[test]
    fn config_has_the_label_of_snap_start_if_it_is_asked_for() {
        let labels = |has_snap_start| super::config(b"", "minimal", Architecture::X86_64, has_snap_start)["config"]["Labels"].clone();
        assert_eq!(labels(true), serde_json::json!({"com.amazonaws.lambda.feature.snapstart": "Allow"}));
        assert!(labels(false).is_null());
    }

    #[test]
    fn image_is_reproducible() {
        assert_eq!(files(), files());
    }

    #[test]
    fn image_layer_contains_only_the_bootstrap() {
        let archive = archive(b"the bootstrap").unwrap();
        let mut read = tar::Archive::new(archive.as_slice());
        let entry = |entry: std::io::Result<tar::Entry<&[u8]>>| {
            let entry = entry.unwrap();
            let header = entry.header();
            (entry.path().unwrap().display().to_string(), header.mode().unwrap(), header.mtime().unwrap(), header.entry_type().is_file())
        };
        let entries: Vec<_> = read.entries().unwrap().map(entry).collect();
        assert!(entries.iter().all(|(_, mode, time, _)| (*mode, *time) == (0o755, 0)), "{entries:?}");
        let files: Vec<_> = entries.iter().filter(|(.., is_file)| *is_file).map(|(path, ..)| path.as_str()).collect();
        assert_eq!((files, entries.len()), (vec!["var/runtime/bootstrap"], 4));
    }
}
