"""Random deny documents as people write them, and what a change must make of them, put together independently."""

import json
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from bot.core.deny.policy_document import Denied
from bot.core.deny.statements import DocumentKind
from tests.core import strategies as our

ROLES = "arn:*:iam::*:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_*"
KINDS = st.sampled_from(DocumentKind)
IDS = [f"{number:08x}-0000-4000-8000-00000000000{number}" for number in range(5)]
IDS += [f"1234567890-{user_id}" for user_id in IDS[:2]]
# What older versions may have written: each matches nothing but itself.
SAFE_NAMES = [
    "jane",
    "jane@example.com",
    "zoë",
    "日本",
    "\U0001d54f",
    'q"uo\\te',
    "$",
    "a:b",
    "$x{",
    "\u202eevil",
    "n" * 128,
]
UNSAFE_NAMES = ["*", "j*ne", "jan?", "${aws:username}", "a${", "tab\there", "nul\0", "half\ud800", "\x7f", "\x85"]


# Few of each, so that ids and names meet again.
some_ids = st.sampled_from(IDS)
denied = st.builds(
    Denied, some_ids, st.sampled_from(["", *SAFE_NAMES, *SAFE_NAMES, *UNSAFE_NAMES]) | st.text(max_size=4)
)


def people(**sizes):
    return st.lists(denied, **sizes)


def matchable(name):
    """Whether a role session can have this name (AWS STS, RoleSessionName), written independently of the module."""
    return 2 <= len(name) <= 64 and all(
        letter.isascii() and (letter.isalnum() or letter in "_+=,.@-") for letter in name
    )


# --- text as people write it --------------------------------------------------------------------------------------


def sloppy(value, random):
    """The value as JSON with white space and escapes wherever JSON allows some, keys in the order they have."""

    def space():
        return random.choice(["", "", "", " ", "\n", "\t", "\r\n  "])

    def text(value):
        letters = []
        for letter in value:
            plain = json.dumps(letter, ensure_ascii=0xD800 <= ord(letter) < 0xE000)[1:-1]
            escaped = "".join(f"\\u{unit:04{random.choice('xX')}}" for unit in units(letter))
            letters.append(random.choice([plain, plain, plain, escaped, "\\/" if letter == "/" else plain]))
        return '"' + "".join(letters) + '"'

    def write(value):
        if isinstance(value, str):
            return text(value)
        if isinstance(value, list):
            return "[" + space() + f"{space()},{space()}".join(map(write, value)) + space() + "]"
        if isinstance(value, dict):
            pairs = (f"{text(key)}{space()}:{space()}{write(item)}" for key, item in value.items())
            return "{" + space() + f"{space()},{space()}".join(pairs) + space() + "}"
        return json.dumps(value)

    return write(value)


def units(letter):
    data = letter.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2)]


# --- documents ----------------------------------------------------------------------------------------------------


@dataclass
class Layout:
    """A document in pieces: raw members before and after the statements, and statements: a raw text of others',
    or a dict that is ours.
    """

    before: list[str]
    statements: list[str | dict]
    after: list[str]

    @property
    def denied_ids(self):
        return {value for item in self.statements for value in named(item, "StringEquals") if value in IDS}

    @property
    def denied_names(self):
        return {value.removeprefix("*:") for item in self.statements for value in named(item, "StringLike")}

    @property
    def others(self):
        return [item for item in self.statements if isinstance(item, str)]

    def text(self, random=None, *, single=False):
        """The whole, minified, or with odd white space around what is not others'."""

        def space():
            return random.choice(["", " ", "\n\t", "\r\n"]) if random else ""

        mine = [
            item if isinstance(item, str) else sloppy(item, random) if random else small(item)
            for item in self.statements
        ]
        listed = (
            mine[0] if single and len(mine) == 1 else "[" + space() + f"{space()},{space()}".join(mine) + space() + "]"
        )
        members = [*self.before, f'"Statement"{space()}:{space()}{listed}', *self.after]
        return space() + "{" + space() + f"{space()},{space()}".join(members) + space() + "}" + space()

    def naming(self, ids, names, kind, placeholder="Add user ID here"):
        """The text a change must make for these ids and names: ours in the places of the first of ours."""
        wanted = {}
        if ids or kind is DocumentKind.SCP:
            first = next((item for item in self.statements if named(item, "StringEquals", None) is not None), None)
            first = first or statement_by_id([])
            key = next(iter(first["Condition"]["StringEquals"]))
            wanted["StringEquals"] = {**first, "Condition": {"StringEquals": {key: sorted(ids) or placeholder}}}
        if names:
            wanted["StringLike"] = statement_by_name(sorted(names))
        made = []
        for item in self.statements:
            if isinstance(item, str):
                made.append(item)
            elif (found := next(iter(item["Condition"]))) in wanted:
                made.append(wanted.pop(found))
        made += wanted.values()
        if not made and kind is DocumentKind.INLINE:
            return ""
        return replace(self, statements=made).text()


def small(value):
    return json.dumps(value, separators=(",", ":"))


def named(item, operator, missing=()):
    """What a statement of ours compares the user with; `missing` for any other."""
    if isinstance(item, str) or operator not in item["Condition"]:
        return missing
    value = next(iter(item["Condition"][operator].values()))
    return [value] if isinstance(value, str) else value


def statement_by_id(values, sid="LeaverbotEmergencyDeny", key="identitystore:userId"):
    condition = {"StringEquals": {key: values}}
    return {"Sid": sid, "Effect": "Deny", "Action": ["*"], "Resource": "*", "Condition": condition}


def statement_by_name(names, arn=ROLES):
    condition = {"StringLike": {"aws:userid": [f"*:{name}" for name in names]}, "ArnLike": {"aws:PrincipalArn": arn}}
    return {
        "Sid": "LeaverbotEmergencyDenyByName",
        "Effect": "Deny",
        "Action": ["*"],
        "Resource": "*",
        "Condition": condition,
    }


seeds = st.randoms(use_true_random=False)


def others():
    """Statements that are not ours: ordinary ones, near misses of both forms, and anything."""
    near = [
        statement_by_name(["jane"]) | {"Sid": "Mine"},
        statement_by_name(["jane"], "*") | {"Sid": "Mine"},
        statement_by_name(["*"]) | {"Sid": "Mine"},
        {"Sid": "Q\ud83d\ude00/", "Effect": "Allow", "Action": ["*"], "Resource": "*", "x": ['"]}', "\\", "\ud800"]},
    ]
    return our.others_statements() | st.sampled_from(near)


several_ids = st.lists(some_ids, min_size=1, max_size=4, unique=True) | some_ids
ours_of = {
    kind: our.ours_with(several_ids | our.placeholders if kind is DocumentKind.SCP else several_ids)
    for kind in DocumentKind
}
at_most_one_by_name = st.lists(st.lists(st.sampled_from(SAFE_NAMES), min_size=1, max_size=3, unique=True), max_size=1)
one_or_two = st.integers(1, 2)


@st.composite
def layouts(draw, kind=DocumentKind.SCP, others=others(), max_others=3):  # noqa: B008 - strategies are values
    random = draw(seeds)
    statements = [sloppy(item, random) for item in draw(st.lists(others, max_size=max_others))]
    statements += draw(ours_of[kind])
    statements += [statement_by_name(found) for found in draw(at_most_one_by_name)]
    members = {"Version": "2012-10-17", "Id": draw(our.finite_json_values)}
    raw = [f"{sloppy(key, random)}:{sloppy(value, random)}" for key, value in members.items()]
    raw = raw[: draw(one_or_two)]
    cut = draw(st.integers(0, len(raw)))
    return Layout(raw[:cut], draw(st.permutations(statements)), raw[cut:])
