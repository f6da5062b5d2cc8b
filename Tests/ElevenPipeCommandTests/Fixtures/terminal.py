"""Runs a program on a terminal of its own, 100 columns wide, and copies to standard output what it shows there.

usage: terminal.py PROGRAM [ARGUMENT]...
"""
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

leader, follower = pty.openpty()
fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
child = subprocess.Popen(sys.argv[1:], stdin=follower, stdout=follower, stderr=follower, close_fds=True)
os.close(follower)
while True:
    try:
        shown = os.read(leader, 65536)
    except OSError:
        break
    if not shown:
        break
    sys.stdout.buffer.write(shown)
    sys.stdout.buffer.flush()
sys.exit(child.wait())
