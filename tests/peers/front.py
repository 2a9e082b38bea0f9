# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Google's host names in front of the emulator, for clients that cannot be told another address.

Such a client is given an HTTPS proxy. The proxy takes the place of every host: it ends TLS with a certificate of its
own, which the client is told to trust, and passes what it reads on to the emulator. No name resolution, no port 443
and no rights of root are needed.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOSTS = "*.googleapis.com"


@contextmanager
def googleapis(url: str, folder: Path):
    """Give the environment variables with which a client takes the emulator at `url` for Google."""
    address, certificate = urlsplit(url), _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self):
            self.send_response(200)
            self.end_headers()
            with (
                suppress(OSError),
                context.wrap_socket(self.connection, server_side=True) as client,
                socket.create_connection((address.hostname, address.port)) as server,
            ):
                _join(client, server)
            self.close_connection = True

        def log_message(self, *_arguments):
            """Nothing: the emulator has a log."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    with Server(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        proxy = f"http://127.0.0.1:{server.server_port}"
        yield {"HTTPS_PROXY": proxy, "NO_PROXY": "", "REQUESTS_CA_BUNDLE": str(certificate)}
        server.shutdown()


def _join(client: ssl.SSLSocket, server: socket.socket) -> None:
    """Pass bytes on in both directions until one side is done."""
    back = Thread(target=_pump, args=(server, client), daemon=True)
    back.start()
    _pump(client, server)
    back.join(1)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _certificate(folder: Path) -> Path:
    """A key and a certificate for Google's hosts, valid for a day."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Google's place in a test")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOSTS)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "googleapis.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
