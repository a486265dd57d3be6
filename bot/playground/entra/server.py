"""The token endpoint and Graph on one local port, over TLS, served from threads of its own."""

import ssl
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from bot.playground.entra.answers import Answer, GraphError, LoginError, json_answer
from bot.playground.entra.certificates import make_authority, make_server_certificate
from bot.playground.entra.faults import Fault, Faults
from bot.playground.entra.graph import OPERATIONS, Graph
from bot.playground.entra.login import Login
from bot.playground.entra.tenant import Tenant

# In bytes; no client needs more.
_LONGEST_BODY = 64_000


class EntraServer:
    """One tenant for real clients.

    calls       Counter of the calls by operation: "discovery", "token", "users", "deletedItems"
    queries     the query of every call of Graph, as it was sent
    complaints  answers that a correct client never gets: an address that does not exist, a query that Graph refuses
    faults      the faults that are ordered
    """

    def __init__(self, tenant: Tenant, host: str = "127.0.0.1", port: int = 0) -> None:
        self.tenant = tenant
        self.calls: Counter[str] = Counter()
        self.queries: list[str] = []
        self.complaints: list[str] = []
        self.faults = Faults()
        self._folder = tempfile.TemporaryDirectory(prefix="leaverbot-entra-")
        self._authority = make_authority()
        self.ca_file = Path(self._folder.name) / "ca.pem"
        self.ca_file.write_text(self._authority.certificate_pem)
        self._http = _Http((host, port), self)
        self._http.socket = self._context().wrap_socket(
            self._http.socket, server_side=True, do_handshake_on_connect=False
        )
        self.login = Login(tenant, self.url)
        self.graph = Graph(tenant, self.login, self.url)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address of both: of the login and of Graph."""
        return f"https://localhost:{self._http.server_address[1]}"

    def environment(self, client_id: str, secret: str = "", certificate: str = "") -> dict[str, str]:
        """The variables with which leaverbot reads this tenant as that application."""
        given = {
            "LEAVERBOT_ENTRA_TENANT": self.tenant.id,
            "LEAVERBOT_ENTRA_CLIENT_ID": client_id,
            "LEAVERBOT_ENTRA_CLIENT_SECRET": secret,
            "LEAVERBOT_ENTRA_CERTIFICATE": certificate,
            "LEAVERBOT_ENTRA_LOGIN_URL": self.url,
            "LEAVERBOT_ENTRA_GRAPH_URL": self.url,
            "SSL_CERT_FILE": str(self.ca_file),
        }
        return {name: value for name, value in given.items() if value}

    def start(self) -> None:
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), name="entra", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the port. Harmless if not running."""
        if self._thread:
            self._http.shutdown()
            self._thread.join()
            self._thread = None
        self._http.server_close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def answer(self, method: str, target: str, headers: dict[str, str], body: str) -> Answer | None:
        """The answer to one request; None: close the connection."""
        parts = urlsplit(target)
        operation = _operation(method, parts.path)
        if operation is None:
            self.complaints.append(f"{method} {parts.path}")
            return json_answer({"error": {"code": "BadRequest", "message": "Resource not found."}}, 404)
        self.calls[operation] += 1
        fault = self.faults.take(operation)
        if fault:
            time.sleep(fault.seconds)
            if fault.drop:
                return None
            if not fault.seconds:
                return self._faulty(operation, fault)
        try:
            return json_answer(self._carry_out(operation, parts.path, parts.query, headers, body))
        except LoginError as error:
            return error.answer(self.tenant.now())
        except GraphError as error:
            if error.status in {400, 414}:
                self.complaints.append(f"{parts.path}?{parts.query}: {error.message}")
            return error.answer(self.tenant.now())

    def _carry_out(self, operation: str, path: str, query: str, headers: dict[str, str], body: str) -> Any:
        tenant = path.split("/")[1]
        if operation == "discovery":
            return self.login.discovery(tenant)
        if operation == "token":
            return self.login.token(tenant, dict(parse_qsl(body, keep_blank_values=True)), self.url)
        self.queries.append(query)
        return self.graph.get(path, query, headers)

    def _faulty(self, operation: str, fault: Fault) -> Answer:
        if fault.body is not None:
            return Answer(fault.status, fault.body, {"Content-Type": "application/json"})
        if operation in OPERATIONS.values():
            return GraphError(fault.status, fault.code, fault.message, fault.retry_after).answer(self.tenant.now())
        retry = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        return json_answer({"error": fault.code, "error_description": fault.message}, fault.status, retry)

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        file = Path(self._folder.name) / "server.pem"
        file.write_text(make_server_certificate(self._authority).pem)
        context.load_cert_chain(file)
        file.unlink()
        return context


def _operation(method: str, path: str) -> str | None:
    if method == "GET" and path.endswith("/v2.0/.well-known/openid-configuration"):
        return "discovery"
    if method == "POST" and path.endswith("/oauth2/v2.0/token"):
        return "token"
    return OPERATIONS.get(path) if method == "GET" else None


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], simulated: EntraServer) -> None:
        super().__init__(address, _Handler)
        self.simulated = simulated

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no trouble of the server."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._respond("")

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length", "0")), _LONGEST_BODY)
        self._respond(self.rfile.read(length).decode())

    def _respond(self, body: str) -> None:
        server = self.server
        assert isinstance(server, _Http)
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = server.simulated.answer(self.command, self.path, headers, body)
        if answer is None:
            self.close_connection = True
            return
        sent = answer.body.encode()
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(sent))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: Any) -> None:
        """Nothing goes to the terminal."""
