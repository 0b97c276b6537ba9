"""Runs the AWS CLI by `forkserver.py`: python3 -I -S call.py NAME ARGUMENTS...

Only modules that are built in or small: each import would cost every call milliseconds.
"""

import _socket
import array
import marshal
import os
import sys

request = marshal.dumps((sys.argv[2:], dict(os.environ), os.getcwd()))
connection = _socket.socket(_socket.AF_UNIX)
connection.connect("\0" + sys.argv[1])
message = len(request).to_bytes(4, "big") + request
sent = connection.sendmsg([message], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))])
connection.sendall(message[sent:])
answer = connection.recv(1)
os._exit(answer[0] if answer else 1)
