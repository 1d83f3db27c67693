"""Passes a PostgreSQL client's bytes on to a server: proxy.py SOCKET SERVER_SOCKET [CUT]

With CUT the first connection that commits a change is cut: "before-commit" does not pass the COMMIT
on, "after-commit" does and keeps the answer back.
"""

import os
import socket
import sys
import threading

here, there = sys.argv[1:3]
cut = sys.argv[3] if len(sys.argv) > 3 else None
COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
lock = threading.Lock()


def take_cut():
    """The point at which this connection is cut; for the first that asks only."""
    global cut
    with lock:
        taken, cut = cut, None
        return taken


def close(*ends):
    for end in ends:
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def pump(source, target, from_client):
    try:
        while data := source.recv(65536):
            if from_client and cut and data == COMMIT:
                point = take_cut()
                if point == "after-commit":
                    # Read here what the client will not see: then it has taken effect.
                    target.sendall(data)
                    wait_for_answer.wait(10)
                close(source, target)
                return
            if not from_client and data.startswith(b"C\x00\x00\x00\x0bCOMMIT\x00"):
                wait_for_answer.set()
                if holding_back.is_set():
                    return
            target.sendall(data)
    except OSError:
        pass
    finally:
        close(source, target)


wait_for_answer = threading.Event()
holding_back = threading.Event()
if cut == "after-commit":
    holding_back.set()

listener = socket.socket(socket.AF_UNIX)
listener.bind(here)
os.chmod(here, 0o777)
listener.listen()
while True:
    client, _ = listener.accept()
    server = socket.socket(socket.AF_UNIX)
    server.connect(there)
    for ends in ((client, server, True), (server, client, False)):
        threading.Thread(target=pump, args=ends, daemon=True).start()
