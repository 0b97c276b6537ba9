#!/usr/bin/env python3
"""Runs programs that read an item of a DynamoDB table under AWS's own emulator, with moto instead of DynamoDB, and checks their answers.

    .venv/aws/bin/python bench/sdk/check.py EMULATOR NAME=FILE...
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import time

import boto3
from moto.server import ThreadedMotoServer

PATIENCE_SECONDS = 60


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def invoke(port, event):
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
            connection.request("POST", "/2015-03-31/functions/function/invocations", json.dumps(event))
            return json.loads(connection.getresponse().read())
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise


def main():
    emulator, *programs = sys.argv[1:]
    credentials = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    os.environ.update(credentials)
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    moto.start()
    host, port = moto.get_host_and_port()
    endpoint = "http://%s:%d" % (host, port)
    table = boto3.resource("dynamodb", endpoint_url=endpoint).create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table.put_item(Item={"id": "a", "note": "a note with é"})
    failed = 0
    for program in programs:
        name, file = program.split("=", 1)
        runtime_api, own = free_port(), free_port()
        command = [emulator, "--runtime-api-address", "127.0.0.1:%d" % runtime_api]
        command += ["--runtime-interface-emulator-address", "127.0.0.1:%d" % own, os.path.abspath(file), name]
        child = subprocess.Popen(command, env={**os.environ, "AWS_ENDPOINT_URL": endpoint}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            answers = [invoke(own, event) for event in ({"id": "a"}, {"id": "a"}, {"id": "none"}, {})]
        finally:
            child.terminate()
            child.wait()
        right = answers[:3] == [{"note": "a note with é"}] * 2 + [{"note": None}] and "errorType" in answers[3]
        failed += not right
        print("%s %s: %s" % ("ok" if right else "FAILED", file, answers))
    moto.stop()
    sys.exit(failed)


if __name__ == "__main__":
    main()
