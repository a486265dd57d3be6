"""What the controls of a bulk carry: the id of the list that it is asked for in, or its own."""

from bot.core.kinds import Kind
from bot.slack.payloads import decode, decode_id, encode

# The dialog with the plan of a bulk, its field for the number of people, and the buttons of its message.
COUNT_BLOCK_ID, COUNT_ACTION_ID = "count", "typed"
BULK_PLAN = "bulk_plan"
STOP_BULK, DELETE_NEXT = "bulk_stop", "bulk_delete_next"

_OLD_BULK = "This button is from an older version of leaverbot. Use /leavers for a fresh list."


def bulk_id(kind: Kind) -> str:
    """What Slack calls the button of a list that asks for this of everybody selected."""
    return f"bulk_{kind.name}"


def encode_list(list_id: str) -> str:
    """The value of a button of a list: compact JSON."""
    return encode({"list": list_id})


def decode_list(text: str) -> str:
    """The id of the list. Raises NotFound for anything this version did not write."""
    return decode_id(text, "list", _OLD_BULK)


def encode_bulk(about: str) -> str:
    """The value of a button of a bulk: compact JSON."""
    return encode({"bulk": about})


def decode_bulk(text: str) -> str:
    """The id of the bulk. Raises NotFound for anything this version did not write."""
    return decode_id(text, "bulk", _OLD_BULK)


def encode_plan(about: str, digest: str) -> str:
    """The private metadata of the dialog with the plan of a bulk: compact JSON. `digest`: of what it shows."""
    return encode({"bulk": about, "plan": digest})


def decode_plan(text: str) -> tuple[str, str]:
    """The id of the bulk, and the digest of the plan that was shown. Raises NotFound as `decode_bulk` does."""
    digest = decode(text, _OLD_BULK).get("plan")
    return decode_bulk(text), digest if isinstance(digest, str) else ""
