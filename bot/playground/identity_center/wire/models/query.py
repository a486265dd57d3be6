"""AWS's query protocol (STS, IAM): parameters come as a form, answers go back as XML."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import ListShape, OperationModel, Shape, StructureShape


def parameters(operation: OperationModel, form: dict[str, str]) -> dict[str, Any]:
    """The members in the form, in the types of the model; a name that the model does not have stays as it came."""
    shape = operation.input_shape
    return _members(shape, form) if shape else dict(form)


def _members(shape: StructureShape, form: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, below in _by_first_part(form).items():
        member = shape.members.get(name)
        found[name] = _value(member, below) if member else next(iter(below.values()))
    return found


def _value(shape: Shape, form: dict[str, str]) -> Any:
    """The value whose parts are in `form`, by what stands after its own name; "" is the name itself."""
    if isinstance(shape, StructureShape):
        return _members(shape, form)
    if isinstance(shape, ListShape):
        # Filter.member.1=User; an empty list is a name without a value.
        items = _by_first_part(form).get("member", {})
        numbered = sorted(_by_first_part(items).items(), key=lambda item: int(item[0]) if item[0].isdigit() else 0)
        return [_value(shape.member, below) for _, below in numbered]
    text = form.get("", "")
    if shape.type_name in {"integer", "long"}:
        return int(text) if text.lstrip("-").isdigit() else text
    return {"true": True, "false": False}.get(text, text) if shape.type_name == "boolean" else text


def _by_first_part(form: dict[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for key, value in form.items():
        first, _, rest = key.partition(".")
        if first:
            found.setdefault(first, {})[rest] = value
    return found


def answer_xml(operation: OperationModel, answer: dict[str, Any], request_id: str) -> bytes:
    """The whole answer. A time is a number of seconds in `answer`, and text of ISO 8601 in the XML."""
    shape = operation.output_shape
    wrapper = shape.serialization["resultWrapper"] if shape else f"{operation.name}Result"
    result = "".join(_xml_members(shape, answer)) if shape else ""
    namespace = operation.service_model.metadata["xmlNamespace"]
    name = f"{operation.name}Response"
    about = f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
    return f'<{name} xmlns="{namespace}"><{wrapper}>{result}</{wrapper}>{about}</{name}>'.encode()


def error_xml(operation: OperationModel, code: str, message: str, *, sender: bool, request_id: str) -> bytes:
    namespace = operation.service_model.metadata["xmlNamespace"]
    fault = f"<Type>{'Sender' if sender else 'Receiver'}</Type>"
    error = f"<Error>{fault}<Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    return f'<ErrorResponse xmlns="{namespace}">{error}<RequestId>{request_id}</RequestId></ErrorResponse>'.encode()


def _xml_members(shape: StructureShape, members: dict[str, Any]) -> Iterator[str]:
    for name, value in members.items():
        yield _xml(shape.members[name], name, value)


def _xml(shape: Shape, name: str, value: Any) -> str:
    if isinstance(shape, StructureShape):
        inside = "".join(_xml_members(shape, value))
    elif isinstance(shape, ListShape):
        inside = "".join(_xml(shape.member, "member", item) for item in value)
    elif shape.type_name == "timestamp":
        inside = f"{datetime.fromtimestamp(value, UTC):%Y-%m-%dT%H:%M:%SZ}"
    else:
        inside = str(value).lower() if isinstance(value, bool) else escape(str(value))
    return f"<{name}>{inside}</{name}>"
