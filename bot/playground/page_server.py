"""The page's small web server: only on this machine, only for this page."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.playground.page_guard import HOST, Guard
from bot.playground.scene import SHOWN, Json, Scene
from bot.playground.slack_workspace import Answer

PAGE = Path(__file__).parent / "page"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
TICK_SECONDS = 0.1
# An occasional line keeps the connection open when nothing happens.
SILENCE_TICKS = 150


class BadRequest(Exception):
    """The page asked for something that makes no sense. The message is for a person."""


class PageServer:
    """Serves one scene until stopped, and says what is being built until there is one.

    `open_port` binds the socket, so a port in use is noticed early.
    """

    def __init__(self, scene: Scene | None, listening: socket.socket, building: str = "") -> None:
        """Without a scene, the page says `building` until `show` brings one."""
        self._shown, self._building, self._socket = scene, building, listening
        self._closing = threading.Event()
        app = Guard(Starlette(routes=self._routes(), exception_handlers={BadRequest: _say_why}))
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=2
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="page", daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._socket.getsockname()[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._closing.set()
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()

    def show(self, scene: Scene) -> None:
        """From now on this is what the page is about."""
        self._shown = scene

    @property
    def _scene(self) -> Scene:
        """Raises BadRequest before there is one."""
        if self._shown is None:
            raise BadRequest(self._building)
        return self._shown

    def _routes(self) -> list[BaseRoute]:
        looks: dict[str, Callable[[Request], Any]] = {
            "about": lambda _request: self._scene.about(),
            "channel": lambda request: self._scene.channel(self._viewer(request.query_params)),
            "directory": lambda request: self._scene.directory(
                request.query_params.get("search", "")[:200],
                disabled=request.query_params.get("disabled") == "1",
                with_access=request.query_params.get("access") == "1",
                shown=_number(request.query_params.get("shown", "")) or SHOWN,
                including=request.query_params.get("including", ""),
            ),
            "entry": lambda request: self._scene.entry(request.query_params.get("user", "")),
        }
        acts: dict[str, Callable[[Json], Any]] = {
            "press": self._press,
            "say": lambda given: _answer(self._scene.say(self._viewer(given), _text(given, "text"))),
            "submit": self._submit,
            "close": lambda given: _answer(
                self._scene.workspace.close_view(self._viewer(given), all_of_them=bool(given.get("all")))
            ),
            "delete": lambda given: self._scene.workspace.delete_message(self._scene.channel_id, _text(given, "ts")),
            "status": lambda given: self._scene.set_status(_text(given, "user"), _text(given, "status")),
            "trouble": lambda given: self._scene.trouble.make(_text(given, "name")),
            "calm": lambda _given: self._scene.trouble.clear(),
        }
        return [
            *(Route(f"/api/{name}", _look(look), methods=["GET"]) for name, look in looks.items()),
            *(Route(f"/api/{name}", _act(act), methods=["POST"]) for name, act in acts.items()),
            Route("/api/events", self._events, methods=["GET"]),
            Route("/", lambda _request: _file("index.html"), methods=["GET"]),
            Route("/{name:path}", lambda request: _file(request.path_params["name"]), methods=["GET"]),
        ]

    def _viewer(self, given: Mapping[str, Any]) -> str:
        viewer = given.get("as")
        if viewer not in {person.id for person in self._scene.people}:
            raise BadRequest("Nobody by that id works here.")
        return str(viewer)

    def _press(self, given: Json) -> Json:
        place = given.get("place")
        if not isinstance(place, dict):
            raise BadRequest("The request does not say where that button is.")
        block_id = given.get("block_id")
        pressed = self._scene.press(
            self._viewer(given),
            place,
            _text(given, "action_id"),
            str(block_id) if block_id else None,
            given.get("value"),
        )
        return _answer(pressed)

    def _submit(self, given: Json) -> Json:
        values = given.get("values") or {}
        if not isinstance(values, dict):
            raise BadRequest("The form's values are missing.")
        return _answer(self._scene.submit(self._viewer(given), values))

    async def _events(self, request: Request) -> Response:
        """A line whenever something changes. The page then asks what."""

        async def lines() -> AsyncIterator[str]:
            last, silent = "", 0
            while not self._closing.is_set() and not await request.is_disconnected():
                now = json.dumps(self._shown.tick() if self._shown else {"building": self._building})
                silent += 1
                if now != last or silent >= SILENCE_TICKS:
                    last, silent = now, 0
                    yield f"data: {now}\n\n"
                await asyncio.sleep(TICK_SECONDS)

        return StreamingResponse(lines(), media_type="text/event-stream")


def open_port(port: int) -> socket.socket:
    """A socket that listens only on this machine. Raises OSError if the port is taken."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def _look(look: Callable[[Request], Any]) -> Callable[[Request], Any]:
    async def handle(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(_checked, look, request))

    return handle


def _act(act: Callable[[Json], Any]) -> Callable[[Request], Any]:
    async def handle(request: Request) -> Response:
        try:
            given = json.loads(await request.body())
        except ValueError:
            raise BadRequest("That was not JSON.") from None
        if not isinstance(given, dict):
            raise BadRequest("That was not a JSON object.")
        return JSONResponse(await run_in_threadpool(_checked, act, given) or {"ok": True})

    return handle


def _checked(work: Callable[[Any], Any], given: Any) -> Any:
    """Do it. Unknown names and bad values become a message for a person."""
    try:
        return work(given)
    except KeyError:
        raise BadRequest("That no longer exists.") from None
    except ValueError as problem:
        raise BadRequest(str(problem)) from None


def _answer(answer: Answer) -> Json:
    return {
        "ok": answer.ok,
        "error": answer.error,
        "errors": answer.errors,
        "closed": answer.closed,
        "shown": answer.shown,
        "seconds": round(answer.seconds, 2),
    }


def _number(text: str) -> int:
    """A number of people; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("10000") else 0


def _text(given: Json, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str):
        raise BadRequest(f"{name} is missing.")
    return value


def _file(name: str) -> Response:
    """A file of the page. Only what is found in its folder is served, so no path leads out of it."""
    files = (path for path in PAGE.rglob("*") if path.suffix in TYPES)
    path = next((path for path in files if path.relative_to(PAGE).as_posix() == name), None)
    return FileResponse(path, media_type=TYPES[path.suffix]) if path else Response("Not found", status_code=404)


async def _say_why(_request: Request, problem: Exception) -> Response:
    return JSONResponse({"error": str(problem)}, status_code=400)
