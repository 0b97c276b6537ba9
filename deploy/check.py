#!/usr/bin/env python3
"""Checks the templates, the policy and the container image with the tools that users have.

`just templates-check` runs it. What a machine lacks is named as not checked; what is wrong ends it with status 1.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import hcl2
from samcli.yamlhelper import yaml_parse

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "deploy/templates"
TOOLS = Path(sys.executable).parent
# The variable that names a folder of Terraform's providers, which `terraform init` uses instead of its own sources.
MIRROR = "TERRAFORM_PROVIDERS"
# The values that every template must have for the function.
EXPECTED = {"Handler": "minimal", "Runtime": "provided.al2023", "Architectures": ["x86_64"], "MemorySize": 128, "Timeout": 3}
# Invalid credentials, and no telemetry.
ENVIRONMENT = {
    **os.environ,
    "PATH": f"{TOOLS}:{os.environ['PATH']}",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "SAM_CLI_TELEMETRY": "0",
    "CDK_DISABLE_VERSION_CHECK": "1",
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
    "CHECKPOINT_DISABLE": "1",
}

failed = 0


def run(*command, **options):
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, cwd=ROOT, **options)


def say(what, problem=""):
    global failed
    failed += bool(problem)
    print(f"{'WRONG' if problem else 'right'}        {what}{': ' if problem else ''}{problem}", flush=True)


def not_checked(what, why):
    print(f"NOT CHECKED  {what}: {why}", flush=True)


def ran(what, *command):
    """Runs a tool and reports whether it succeeded."""
    done = run(*command)
    say(what, (done.stdout + done.stderr).strip() if done.returncode else "")
    return done


def differs(found, expected=None):
    """Returns the differences as text; empty if there are none."""
    return "; ".join(f"{key} is {found.get(key)!r}, expected {value!r}" for key, value in (expected or EXPECTED).items() if found.get(key) != value)


# Settings that need a later version of Terraform's AWS provider than others, and what takes their place in a project without them.
LATER = {
    'access = "public"': 'access = "iam"',
    "timeout = 5400\n": "timeout = 900\n",
    'capacity-provider = { provider = "batch-machines", concurrency = 8, memory-per-cpu = 2 }\n': "",
}


def project(folder, change=lambda text: text):
    """Creates a project with every setting, as `change` returns them, and the templates that `ruchy-lambda template` writes for it."""
    folder.mkdir()
    (folder / "functions").mkdir()
    (folder / "dist").mkdir()
    (folder / "Cargo.toml").write_text(change((TEMPLATES / "every-setting.toml").read_text()))
    for name in ("orders", "clean"):
        (folder / f"functions/{name}.rs").write_text("pub fn lambda_handler(event: &str) -> String { event.to_owned() }\n")
        shutil.copy(ROOT / "dist/minimal.zip", folder / f"dist/{name}.zip")
    for tool, name in (("sam", "template.yaml"), ("terraform", "main.tf"), ("cdk", "app.py")):
        subprocess.run([ROOT / "target/debug/ruchy-lambda", "template", tool, "--out", name], cwd=folder, check=True, capture_output=True)
    return folder


def without_later(text):
    text = text.split("[package.metadata.ruchy-lambda.capacity-providers.")[0]
    for setting, other in LATER.items():
        assert setting in text, setting
        text = text.replace(setting, other)
    return text


def check_sam(folder):
    template = str(folder / "template.yaml")
    ran(f"sam validate --lint: {folder.name}", "sam", "validate", "--lint", "--template-file", template)
    ran(f"cfn-lint: the SAM template of {folder.name}", "cfn-lint", "--non-zero-exit-code", "warning", template)


def check_sam_function():
    # Both accept a runtime that does not exist.
    resources = yaml_parse((TEMPLATES / "template.yaml").read_text())["Resources"].values()
    say("the SAM template's function", differs(next(resource["Properties"] for resource in resources if resource["Type"] == "AWS::Serverless::Function")))


def terraform_environment(scratch):
    """Returns the environment of Terraform, which finds providers as it does for users: in the mirrors that its configuration names, in its own
    folders, or in its registry. A provider that is downloaded is kept in `scratch` for the next template."""
    configuration = ENVIRONMENT.get("TF_CLI_CONFIG_FILE")
    environment = {**ENVIRONMENT, "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
    if configuration and not os.path.exists(configuration):
        del environment["TF_CLI_CONFIG_FILE"]
    if "TF_PLUGIN_CACHE_DIR" not in environment and MIRROR not in environment:
        environment["TF_PLUGIN_CACHE_DIR"] = scratch
    return environment


def validate_terraform(tool, folder, scratch):
    """Validates main.tf with the AWS provider, if one can be had that has a version which main.tf asks for."""
    what = f"{Path(tool).name} validate: main.tf of {folder.name}"
    environment = terraform_environment(scratch)
    with tempfile.TemporaryDirectory() as copy:
        # The archives are in a folder of the project, or two folders above the template.
        module = Path(copy) / "deploy/templates"
        module.mkdir(parents=True)
        shutil.copy(folder / "main.tf", module)
        os.symlink(ROOT / "dist", Path(copy) / "dist")
        os.symlink(folder / "dist", module / "dist")
        mirror = [f"-plugin-dir={os.path.abspath(environment[MIRROR])}"] if environment.get(MIRROR) else []
        call = lambda *arguments: subprocess.run([tool, f"-chdir={module}", *arguments], env=environment, capture_output=True, text=True)
        begun = call("init", "-backend=false", "-no-color", *mirror)
        if begun.returncode and "Failed to query available provider packages" in begun.stderr:
            reason = " ".join(begun.stderr.replace("\u2502", " ").replace("\u2575", " ").replace("\u2577", " ").split())
            not_checked(what, f"{reason} {MIRROR} can name a folder of providers, laid out as `terraform providers mirror` writes it.")
        elif begun.returncode:
            say(what, begun.stderr.strip())
        else:
            done = call("validate", "-no-color")
            version = re.search(r'version *= *"(.*)"', (module / ".terraform.lock.hcl").read_text()).group(1)
            say(f"{what}, with version {version} of the provider", (done.stdout + done.stderr).strip() if done.returncode else "")


def check_terraform(folder, scratch):
    parsed = hcl2.loads((folder / "main.tf").read_text())
    functions = [resource for resource in parsed["resource"] if any("aws_lambda_function" == kind.strip('"') for kind in resource)]
    say(f"hcl2: main.tf of {folder.name}", "" if functions else "it has no function")
    if folder == TEMPLATES:
        function = next(iter(next(iter(functions[0].values())).values()))
        plain = lambda value: value.strip('"') if isinstance(value, str) else [item.strip('"') for item in value] if isinstance(value, list) else value
        found = {key: plain(function.get(key)) for key in ("runtime", "architectures", "memory_size", "timeout")}
        say("its function", differs(found, {"runtime": "provided.al2023", "architectures": ["x86_64"], "memory_size": 128, "timeout": 3}))
    tool = shutil.which("terraform") or shutil.which("tofu")
    if not tool:
        not_checked("terraform fmt and validate", "terraform and tofu are missing")
        return
    ran(f"{Path(tool).name} fmt: main.tf of {folder.name}", tool, "fmt", "-check", "-diff", str(folder / "main.tf"))
    validate_terraform(tool, folder, scratch)


def check_cdk(folder):
    if not shutil.which("node"):
        not_checked("the CDK app", "node is missing")
        return
    with tempfile.TemporaryDirectory() as out:
        ENVIRONMENT["CDK_OUTDIR"] = out
        done = run(sys.executable, str(folder / "app.py"))
        if done.returncode:
            say(f"the CDK app of {folder.name}", done.stderr.strip())
            return
        template = Path(out) / "RuchyLambda.template.json"
        resources = json.loads(template.read_text())["Resources"].values()
        functions = [resource["Properties"] for resource in resources if resource["Type"] == "AWS::Serverless::Function"]
        say(f"the CDK app of {folder.name} is synthesised", "" if functions else "it has no function")
        if folder == TEMPLATES:
            say("its function", differs(functions[0]))
        # The CDK repeats dependencies that follow from references, which W3005 reports.
        ran(f"cfn-lint: the CDK app of {folder.name}", "cfn-lint", "--ignore-checks", "W3005", "--", str(template))


def check_policy():
    """Checks the policy as a CloudFormation resource, because cfn-lint knows its actions."""
    policy = json.loads((ROOT / "deploy/policy.json").read_text())
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "policy.json"
        template.write_text(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Policy": resource}}))
        ran("cfn-lint: policy.json", "cfn-lint", "--non-zero-exit-code", "warning", str(template))


def check_image():
    layout = "dist/minimal.oci"
    if not shutil.which("skopeo"):
        not_checked("the container image", "skopeo is missing (Debian: skopeo)")
        return
    config = ran("skopeo inspect: the container image", "skopeo", "inspect", "--config", f"oci:{layout}:latest")
    if config.returncode == 0:
        config = json.loads(config.stdout)
        found = {"architecture": config["architecture"], "os": config["os"], **config["config"]}
        expected = {"architecture": "amd64", "os": "linux", "Entrypoint": ["/var/runtime/bootstrap"], "Cmd": ["minimal"], "WorkingDir": "/var/task"}
        say("its configuration", differs(found, expected))
    with tempfile.TemporaryDirectory() as folder:
        # Reads and unpacks each blob, and checks it against its digests.
        copied = f"docker-archive:{folder}/image.tar:minimal:latest"
        ran("skopeo copy: its blobs", "skopeo", "--insecure-policy", "copy", "--quiet", f"oci:{layout}:latest", copied)
        if shutil.which("umoci"):
            unpacked = ran("umoci unpack: its layer", "umoci", "unpack", "--rootless", "--image", f"{layout}:latest", f"{folder}/unpacked")
            if unpacked.returncode == 0:
                bootstrap = Path(folder) / "unpacked/rootfs/var/runtime/bootstrap"
                same = bootstrap.read_bytes() == (ROOT / "dist/bootstrap").read_bytes() and os.access(bootstrap, os.X_OK)
                files = [path for path in (Path(folder) / "unpacked/rootfs").rglob("*") if path.is_file()]
                say("in it the bootstrap, and no other file", "" if same and files == [bootstrap] else str(files))
        else:
            not_checked("umoci unpack", "umoci is missing (Debian: umoci)")


with tempfile.TemporaryDirectory() as scratch:
    projects = [project(Path(scratch) / "every-setting"), project(Path(scratch) / "without-later-settings", without_later)]
    providers = Path(scratch) / "providers"
    providers.mkdir()
    for folder in (TEMPLATES, *projects):
        check_sam(folder)
        check_terraform(folder, str(providers))
        check_cdk(folder)
for check in (check_sam_function, check_policy, check_image):
    check()
sys.exit(1 if failed else 0)
