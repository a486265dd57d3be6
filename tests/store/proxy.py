"""Something between the bot and PostgreSQL that can stop to forward, as a balancer in trouble does."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import sqlalchemy as sa


class Proxy:
    """Forwards TCP connections to a server's socket in the file system. `hang`: it takes everything and passes nothing
    on, so that no end of a connection notices anything.
    """

    def __init__(self, server: sa.URL) -> None:
        self._server = f"{server.query['host']}/.s.PGSQL.5432"
        self._open = threading.Event()
        self._open.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def hang(self) -> None:
        self._open.clear()

    def go_on(self) -> None:
        self._open.set()

    def url(self, server: sa.URL) -> sa.URL:
        """The address of the server's database through here."""
        return sa.make_url(f"postgresql+psycopg://{server.username}@127.0.0.1:{self.port}/{server.database}")

    def close(self) -> None:
        self._open.set()
        with contextlib.suppress(OSError):
            # Closed alone, it would take one more.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._open.wait()
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._server)
        threading.Thread(target=self._pump, args=(server, client), daemon=True).start()
        self._pump(client, server)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._open.wait()
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextlib.contextmanager
def between(server: sa.URL) -> Iterator[Proxy]:
    proxy = Proxy(server)
    try:
        yield proxy
    finally:
        proxy.close()
