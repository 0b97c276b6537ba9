#!/usr/bin/env python3
"""Starts stand-ins for AWS and calls of the AWS CLI by forking, for tests that start hundreds of them.

    forkserver.py NAME EMULATOR

Importing moto or the AWS CLI costs half a second of CPU and more; a fork of a process that has imported both costs milliseconds. The server listens
on the abstract Unix socket NAME, prints a line when it does, and ends when its standard input does. A client sends a length of four bytes and:

    nothing
        The connection becomes the standard input and output of `server.py EMULATOR`.
    (ARGUMENTS, ENVIRONMENT, FOLDER), marshalled, with its three standard streams
        `aws ARGUMENTS` is run with these, and its exit status is the answer. `call.py` is that client.
"""

import array
import gc
import marshal
import os
import signal
import socket
import sys
import threading
import traceback

import server
import awscli.clidriver
import botocore.loaders

REQUEST_BYTES_MAX = 16 << 20
# The time limit of a call, which is longer than Lambda lets a function run. SIGALRM ends the process of one
# that hangs, whatever it waits for; its client then fails.
CALL_SECONDS_MAX = 1_000
# Data that the AWS CLI loads for each call, and moto for each server, for the services of
# deployments.
SERVICES = ["lambda", "iam", "logs", "sts", "ec2", "s3", "ecr"]
CLI_SERVICES = ["lambda", "iam", "logs", "sts", "ec2"]
MODELS = ["service-2", "endpoint-rule-set-1", "paginators-1", "waiters-2"]


def preload():
    """Loads data that the imports do not load: moto's backends, and the AWS CLI's models, which are JSON files. Returns the AWS CLI's
    driver, which each call would otherwise build."""
    for service in SERVICES:
        server.create_backend_app(service)
    driver = awscli.clidriver.create_clidriver()
    commands = driver._get_command_table()
    loader = driver.session.get_component("data_loader")
    for service in CLI_SERVICES:
        commands[service]._get_command_table()
        for model in [model for model in MODELS if service in loader.list_available_services(model)]:
            loader.load_service_model(service, model)
        # With an explicit region and keys it looks up neither: both belong to the calls.
        driver.session.create_client(service, "eu-central-1", aws_access_key_id="none", aws_secret_access_key="none")
    # Excludes existing objects from garbage collection, which would copy their pages in each child.
    gc.freeze()
    return driver


def receive(connection):
    """Receives a request and its descriptors."""
    message, descriptors = b"", array.array("i")
    while len(message) < 4 or len(message) < 4 + int.from_bytes(message[:4], "big"):
        piece, control, _, _ = connection.recvmsg(REQUEST_BYTES_MAX, socket.CMSG_SPACE(3 * descriptors.itemsize))
        if not piece:
            raise EOFError("a client closed its connection before the end of its request")
        message += piece
        for _, _, data in control:
            descriptors.frombytes(data)
    return message[4:], list(descriptors)


def serve(connection, listener, emulator, driver):
    """Serves one connection in a separate process, whose exit status is the AWS CLI's."""
    listener.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.alarm(CALL_SECONDS_MAX)
    request, descriptors = receive(connection)
    streams = descriptors if request else [connection.fileno(), connection.fileno()]
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
    if not request:
        signal.alarm(0)  # it ends with its standard input
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # it logs each request
        connection.close()
        server.main(emulator)
        return
    # The call ends when the client ends, like a killed process.
    threading.Thread(target=end_with, args=(connection,), daemon=True).start()
    # The AWS CLI's import sets the path of its data.
    data_path = os.environ["AWS_DATA_PATH"]
    os.environ.clear()
    arguments, environment, folder = marshal.loads(request)
    os.environ.update(environment, AWS_DATA_PATH=data_path)
    os.chdir(folder)
    sys.argv = ["aws", *arguments]
    gc.disable()  # a call is too short for it to pay
    # These were read with another home and another profile.
    driver.session._config = driver.session._profile = driver.session._profile_map = None
    try:
        status = driver.main()
    except SystemExit as end:
        status = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    connection.sendall(bytes([status or 0]))


def end_with(connection):
    if not connection.recv(1):
        os._exit(1)


def main():
    name, emulator = sys.argv[1:]
    driver = preload()
    # A child has the locks that other threads held at the fork, and never gets them.
    threads = os.listdir("/proc/self/task")
    if len(threads) > 1:
        sys.exit(f"{len(threads)} threads after the imports: expected one, since children are forked")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("\0" + name)
    listener.listen(64)
    print("listening", flush=True)
    # Descriptor 0 reaches end of file when the client's process has ended.
    parent = os.getpid()
    if os.fork() == 0:
        listener.close()
        sys.stdin.read()
        os.kill(parent, signal.SIGTERM)
        os._exit(0)
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            status = 1
            try:
                serve(connection, listener, emulator, driver)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        connection.close()


main()
