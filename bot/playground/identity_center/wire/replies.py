"""What goes back over the connection, and the bodies that are not awsJson."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.records import dump
from bot.playground.identity_center.wire.faults import Fault

_STS_XML = "https://sts.amazonaws.com/doc/2011-06-15/"


@dataclass(slots=True)
class Reply:
    """What goes back over the connection; `drop` closes it instead. `by_aws` adds the headers AWS sends.

    With `look`, this is no answer yet: `look` gives one once there is one, None until then.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    delay: float = 0.0
    drop: bool = False
    by_aws: bool = True
    look: "Callable[[], Reply | None] | None" = None


def page(fault: Fault) -> Reply:
    """What a proxy in between answers."""
    return Reply(fault.status, {"Content-Type": "text/html"}, fault.page.encode(), by_aws=False)


def rest_error(error: AwsError, status: int) -> Reply:
    headers = {"x-amzn-ErrorType": error.code, "Content-Type": "application/json"}
    return Reply(status, headers, dump({"message": error.message}))


def sts_error(error: AwsError) -> bytes:
    return (
        f'<ErrorResponse xmlns="{_STS_XML}"><Error><Type>Sender</Type><Code>{escape(error.code)}</Code>'
        f"<Message>{escape(error.message)}</Message></Error><RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
    ).encode()
