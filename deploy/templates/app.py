# A function on provided.al2023, for the AWS CDK. From the repository, once `just package minimal` has made the archive:
#   pip install aws-cdk-lib && npx aws-cdk deploy --app "python3 deploy/templates/app.py"
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_lambda as functions
from aws_cdk import aws_logs as logs

ARCHIVE = Path(__file__).parents[2] / "dist/minimal.zip"

app = App()
stack = Stack(app, "Minimal")
log = logs.LogGroup(stack, "Log", retention=logs.RetentionDays.TWO_WEEKS, removal_policy=RemovalPolicy.DESTROY)
function = functions.Function(
    stack,
    "Function",
    runtime=functions.Runtime.PROVIDED_AL2023,
    architecture=functions.Architecture.X86_64,
    handler="minimal",
    code=functions.Code.from_asset(str(ARCHIVE)),
    memory_size=128,
    timeout=Duration.seconds(3),
    log_group=log,
)
CfnOutput(stack, "Arn", value=function.function_arn)
app.synth()
