"""A server that speaks just enough of the service's protocol, independent of the project's own HTTP code.

usage: server.py BODY [--chunk N] [--status CODE] [--type TYPE] [--cut boundary|inside|reset] [--after BYTES]
                 [--delay SECONDS] [--pace BYTES_PER_SECOND] [--log FILE] [--error JSON] [--retry-after S] [--times N]

Prints its port, then answers every POST with the bytes of the file BODY in chunks of N bytes. Appends what it got to FILE
as JSON, a request a line.
"""
import argparse
import json
import socket
import struct
import sys
import threading
import time

options = argparse.ArgumentParser()
options.add_argument("body")
options.add_argument("--chunk", type=int, default=1021)
options.add_argument("--status", type=int, default=200)
options.add_argument("--type", default="audio/mpeg")
options.add_argument("--cut", choices=["boundary", "inside", "reset"])
options.add_argument("--after", type=int, default=0)
options.add_argument("--delay", type=float, default=0)
options.add_argument("--pace", type=float, default=0)
options.add_argument("--log")
options.add_argument("--error", default='{"detail":{"status":"made_up","message":"made up for a test"}}')
options.add_argument("--retry-after")
options.add_argument("--times", type=int, default=1 << 30)
options = options.parse_args()

body = open(options.body, "rb").read() if options.body != "-" else b""
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


def answer(connection):
    global requests
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream = connection.makefile("rb")
    while True:
        request = read_request(stream)
        if request is None:
            return
        with lock:
            requests += 1
            number = requests
            if options.log:
                with open(options.log, "a") as log:
                    line, headers, content = request
                    log.write(json.dumps({"line": line, "headers": headers, "body": content.decode("utf-8")}) + "\n")
        time.sleep(options.delay)
        if options.status != 200 and number <= options.times:
            content = options.error.encode()
            extra = f"Retry-After: {options.retry_after}\r\n" if options.retry_after else ""
            connection.sendall(
                f"HTTP/1.1 {options.status} Made Up\r\nContent-Type: application/json\r\n{extra}"
                f"Content-Length: {len(content)}\r\n\r\n".encode() + content)
            continue
        connection.sendall(
            f"HTTP/1.1 200 OK\r\nContent-Type: {options.type}\r\nrequest-id: abcdefghij0123456789\r\n"
            "character-cost: 42\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        started, sent = time.monotonic(), 0
        end = options.after if options.cut else len(body)
        pieces = []
        for start in range(0, end, options.chunk):
            piece = body[start:min(start + options.chunk, end)]
            pieces.append(b"%x\r\n%s\r\n" % (len(piece), piece))
            sent += len(piece)
            if options.pace or len(pieces) >= 512:
                connection.sendall(b"".join(pieces))
                pieces = []
            if options.pace:
                time.sleep(max(0, started + sent / options.pace - time.monotonic()))
        connection.sendall(b"".join(pieces))
        if options.cut == "inside":
            connection.sendall(b"1000\r\n" + b"x" * 17)
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
threading.Thread(target=lambda: (sys.stdin.read(), __import__("os")._exit(0)), daemon=True).start()
while True:
    threading.Thread(target=guarded, args=(server.accept()[0],), daemon=True).start()
