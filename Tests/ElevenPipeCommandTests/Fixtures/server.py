"""A server that speaks just enough of the service's protocol, independent of the project's own HTTP code.

usage: server.py BODY [--repeat N] [--chunk N] [--status CODE] [--type TYPE] [--cut boundary|inside|reset] [--after BYTES]
                 [--hold BYTES] [--delay SECONDS] [--pace BYTES_PER_SECOND] [--pause BYTES:SECONDS]... [--log FILE]
                 [--error TEXT] [--error-type TYPE] [--header NAME:VALUE]... [--times N] [--echo]

Prints its port, then answers every POST with the bytes of the file BODY, N times over, in chunks of N bytes. With --status
it refuses instead, the first --times requests only. --hold falls silent after so many bytes, --pause for so many seconds.
Appends what it got to FILE as JSON, a request a line; with --echo an upload is answered with its own audio; of a form only what
its part `audio` comes to, as "LENGTH SHA256". Ends when its standard input does.
"""
import argparse
import hashlib
import json
import os
import socket
import struct
import sys
import threading
import time

options = argparse.ArgumentParser()
options.add_argument("body")
options.add_argument("--repeat", type=int, default=1)
options.add_argument("--chunk", type=int, default=1021)
options.add_argument("--status", type=int, default=200)
options.add_argument("--type", default="audio/mpeg")
options.add_argument("--cut", choices=["boundary", "inside", "reset"])
options.add_argument("--after", type=int, default=0)
options.add_argument("--hold", type=int)
options.add_argument("--delay", type=float, default=0)
options.add_argument("--pace", type=float, default=0)
options.add_argument("--pause", action="append", default=[])
options.add_argument("--log")
options.add_argument("--error", default='{"detail":{"status":"made_up","message":"made up for a test"}}')
options.add_argument("--error-type", default="application/json")
options.add_argument("--header", action="append", default=[])
options.add_argument("--times", type=int, default=1 << 30)
options.add_argument("--echo", action="store_true")
options = options.parse_args()

body = open(options.body, "rb").read() if options.body != "-" else b""
extra = "".join(header.replace(":", ": ", 1) + "\r\n" for header in options.header)
requests = 0
lock = threading.Lock()


def read_request(stream):
    line = stream.readline()
    if not line:
        return None
    headers = []
    while True:
        header = stream.readline().rstrip(b"\r\n")
        if not header:
            break
        name, _, value = header.partition(b":")
        headers.append([name.decode("latin-1"), value.strip().decode("latin-1")])
    length = int(dict((n.lower(), v) for n, v in headers).get("content-length", "0"))
    return line.rstrip(b"\r\n").decode("latin-1"), headers, stream.read(length)


def uploaded(headers, content):
    """The part `audio` of a form; None of anything else."""
    kind = dict((n.lower(), v) for n, v in headers).get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        return None
    boundary = kind.split("boundary=", 1)[1].strip('"').encode()
    start = content.index(b"\r\n\r\n", content.index(b'name="audio"')) + 4
    return memoryview(content)[start:content.rindex(b"\r\n--" + boundary + b"--")]


def readable(headers, content):
    """A request's body as text."""
    audio = uploaded(headers, content)
    if audio is None:
        return content.decode("utf-8")
    return f"{len(audio)} {hashlib.sha256(audio).hexdigest()}"


def note(request):
    """Writes a request to the log and returns its number, counted from 1."""
    global requests
    with lock:
        requests += 1
        if options.log:
            line, headers, content = request
            with open(options.log, "a") as log:
                log.write(json.dumps({"line": line, "headers": headers, "body": readable(headers, content)}) + "\n")
        return requests


def pieces(body):
    """The body's slices, one a chunk, up to where it is to end or to fall silent."""
    end = options.after if options.cut else len(body) * options.repeat
    if options.hold is not None:
        end = min(end, options.hold)
    sent = 0
    while sent < end:
        start = sent % len(body)
        piece = body[start:min(start + options.chunk, start + end - sent)]
        sent += len(piece)
        yield piece


def send_body(connection, body):
    started, sent, gathered = time.monotonic(), 0, []
    pauses = sorted((int(at), float(seconds)) for at, seconds in (pause.split(":") for pause in options.pause))
    for piece in pieces(body):
        while pauses and sent >= pauses[0][0]:
            connection.sendall(b"".join(gathered))
            gathered = []
            time.sleep(pauses[0][1])
            started += pauses.pop(0)[1]
        gathered.append(b"%x\r\n%s\r\n" % (len(piece), piece))
        sent += len(piece)
        if options.pace or len(gathered) >= 512:
            connection.sendall(b"".join(gathered))
            gathered = []
        if options.pace:
            time.sleep(max(0, started + sent / options.pace - time.monotonic()))
    connection.sendall(b"".join(gathered))


def answer(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream = connection.makefile("rb")
    while True:
        request = read_request(stream)
        if request is None:
            return
        number = note(request)
        time.sleep(options.delay)
        if options.status != 200 and number <= options.times:
            content = options.error.encode()
            connection.sendall(
                f"HTTP/1.1 {options.status} Made Up\r\nContent-Type: {options.error_type}\r\n{extra}"
                f"Content-Length: {len(content)}\r\n\r\n".encode() + content)
            continue
        connection.sendall(
            f"HTTP/1.1 200 OK\r\nContent-Type: {options.type}\r\nrequest-id: abcdefghij0123456789\r\n"
            f"character-cost: 42\r\n{extra}Transfer-Encoding: chunked\r\n\r\n".encode())
        _, headers, content = request
        send_body(connection, uploaded(headers, content) if options.echo else body)
        if options.hold is not None:
            time.sleep(3600)
        if options.cut == "inside":
            connection.sendall(b"1000\r\n" + body[options.after:options.after + 17])
        if options.cut == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if options.cut:
            stream.close()
            connection.close()
            return
        connection.sendall(b"0\r\n\r\n")


def guarded(connection):
    try:
        answer(connection)
    except OSError:
        pass


server = socket.create_server(("127.0.0.1", 0), backlog=64)
print(server.getsockname()[1], flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
while True:
    threading.Thread(target=guarded, args=(server.accept()[0],), daemon=True).start()
