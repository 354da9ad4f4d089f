"""From a port of 127.0.0.1, which it prints, to a Unix socket: for drivers that know no such sockets."""
import socket
import sys
import threading


def pump(source, target):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            target.sendall(data)
    except OSError:
        pass
    try:
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    client, _ = server.accept()
    unix = socket.socket(socket.AF_UNIX)
    unix.connect(sys.argv[1])
    for ends in ((client, unix), (unix, client)):
        threading.Thread(target=pump, args=ends, daemon=True).start()
