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
# What the AWS CLI loads anew for each call, and moto for each server, of the services that functions are deployed with.
SERVICES = ["lambda", "iam", "logs", "sts", "ec2", "s3", "ecr"]
CLI_SERVICES = ["lambda", "iam", "logs", "sts", "ec2"]
MODELS = ["service-2", "endpoint-rule-set-1", "paginators-1", "waiters-2"]


def preload():
    """Loads what is not yet loaded after the imports: moto's backends, and the models of the AWS CLI, which are files of JSON. Returns the AWS CLI's
    driver, which each call would build of them."""
    for service in SERVICES:
        server.create_backend_app(service)
    driver = awscli.clidriver.create_clidriver()
    commands = driver._get_command_table()
    loader = driver.session.get_component("data_loader")
    for service in CLI_SERVICES:
        commands[service]._get_command_table()
        for model in [model for model in MODELS if service in loader.list_available_services(model)]:
            loader.load_service_model(service, model)
        # With a region and keys of its own it looks up neither: both are the calls'.
        driver.session.create_client(service, "eu-central-1", aws_access_key_id="none", aws_secret_access_key="none")
    # What exists by now is never collected: a collector that looks at it would copy its pages in each child.
    gc.freeze()
    return driver


def receive(connection):
    """The request, and the descriptors that came with it."""
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
    """In a process of its own, whose exit status is the AWS CLI's."""
    listener.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    request, descriptors = receive(connection)
    streams = descriptors if request else [connection.fileno(), connection.fileno()]
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
    if not request:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # it logs each request
        connection.close()
        server.main(emulator)
        return
    # The end of the client is the end of the call, as it would be for a process that is killed.
    threading.Thread(target=end_with, args=(connection,), daemon=True).start()
    # Where its import says that the AWS CLI's own data is.
    data_path = os.environ["AWS_DATA_PATH"]
    os.environ.clear()
    arguments, environment, folder = marshal.loads(request)
    os.environ.update(environment, AWS_DATA_PATH=data_path)
    os.chdir(folder)
    sys.argv = ["aws", *arguments]
    gc.disable()  # a call ends before it would pay
    # These were read where there was another home and another profile.
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
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("\0" + name)
    listener.listen(64)
    print("listening", flush=True)
    # Descriptor 0 is at its end when the client's process has ended.
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
