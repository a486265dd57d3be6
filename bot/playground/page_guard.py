"""Who may talk to the page's server: only the playground's own page on this machine."""

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = "127.0.0.1"
# A page from another origin cannot set it without a preflight request, which is never granted.
OUR_HEADER = "x-leaverbot-playground"
MOST_BYTES = 65_536
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SAFE = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """Lets only the playground's own page in. Checks the host and, for changes, the origin and our header."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SAFE)
            await send(message)

        refused = _refusal(scope["method"], Headers(scope=scope))
        app = JSONResponse({"error": refused}, status_code=403) if refused else self._app
        await app(scope, receive, safely)


def _refusal(method: str, headers: Mapping[str, str]) -> str:
    """Why this request does not come from the page, or "". Another name that resolves to this machine is not ours."""
    host = headers.get("host", "")
    if host.rpartition(":")[0] not in {HOST, "localhost"}:
        return "This page only answers to 127.0.0.1 and localhost."
    if method in {"GET", "HEAD"}:
        return ""
    if headers.get("origin") != f"http://{host}" or OUR_HEADER not in headers:
        return "Only the playground's own page may do this."
    if int(headers.get("content-length") or MOST_BYTES + 1) > MOST_BYTES:
        return "That text is too long."
    return ""
