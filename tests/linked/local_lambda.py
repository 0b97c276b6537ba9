"""Invokes the function `streams` through boto3: python local_lambda.py ENDPOINT FIFO"""
import base64
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, fifo = sys.argv[1:]
aws = boto3.client(
    "lambda",
    endpoint_url=endpoint,
    region_name="eu-central-1",
    aws_access_key_id="none",
    aws_secret_access_key="none",
    config=Config(retries={"max_attempts": 1}),
)

# Invoke: the response, the tail of the log, and each kind.
reply = aws.invoke(FunctionName="streams", Payload=json.dumps("one|two"), LogType="Tail", ClientContext=base64.b64encode(b"{}").decode())
assert (reply["StatusCode"], reply["ExecutedVersion"], reply["Payload"].read()) == (200, "$LATEST", b'"one two" '), reply
log = base64.b64decode(reply["LogResult"]).decode()
assert log.startswith("START RequestId: ") and "REPORT RequestId: " in log, log
assert aws.invoke(FunctionName="streams", Payload=b'"a"', InvocationType="Event")["StatusCode"] == 202
assert aws.invoke(FunctionName="streams", Payload=b'"a"', InvocationType="DryRun")["StatusCode"] == 204
reply = aws.invoke(FunctionName="arn:aws:lambda:eu-central-1:012345678912:function:streams", Payload=b'"|fail=as asked|"')
assert reply["FunctionError"] == "Unhandled" and json.loads(reply["Payload"].read())["errorMessage"] == "as asked", reply
try:
    aws.invoke(FunctionName="other", Payload=b"1")
    raise AssertionError("a function that does not exist was invoked")
except ClientError as error:
    assert error.response["Error"]["Code"] == "ResourceNotFoundException", error

# InvokeWithResponseStream: the first piece arrives while the function waits for the FIFO.
reply = aws.invoke_with_response_stream(FunctionName="streams", Payload=json.dumps(f"|first|fifo={fifo}|"), LogType="Tail")
events = iter(reply["EventStream"])
received = b""
while b"first" not in received:
    received += next(events)["PayloadChunk"]["Payload"]
with open(fifo, "w") as pipe:
    pipe.write("released")
ended = None
for event in events:
    if "PayloadChunk" in event:
        received += event["PayloadChunk"]["Payload"]
    else:
        ended = event["InvokeComplete"]
assert b"released" in received and "ErrorCode" not in ended and base64.b64decode(ended["LogResult"]).startswith(b"START"), (received, ended)

# A stream that fails midway.
reply = aws.invoke_with_response_stream(FunctionName="streams", Payload=json.dumps("|one|fail=Function.Broken: half|"))
*pieces, last = list(reply["EventStream"])
assert b"one" in b"".join(piece["PayloadChunk"]["Payload"] for piece in pieces), pieces
assert last["InvokeComplete"]["ErrorCode"] == "Unhandled" and "half" in last["InvokeComplete"]["ErrorDetails"], last
