"""Which names a deny holds, over any history of renames, deletions and new users of the same name."""

from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.deny import policy_document
from bot.core.deny.evaluation import Session, denies
from bot.core.deny.statements import DocumentKind
from bot.core.deny.user_names import Holders, name_changes
from bot.core.models import User
from bot.core.typed_names import fold

ROLE = "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef"
NAMES = ("dana", "Dana", "dana.new", "li", "li@example.com")
IDS = [f"00000000-0000-4000-8000-{number:012}" for number in range(4)]
DENIED = IDS[0]


@dataclass
class Directory:
    """User id to user name; no two are called the same, as the directory compares."""

    names: dict[str, str] = field(default_factory=dict)

    def give(self, user_id: str, name: str) -> bool:
        taken = {fold(other) for one, other in self.names.items() if one != user_id}
        if fold(name) in taken:
            return False
        self.names[user_id] = name
        return True


def after_the_list(text: str, theirs: list[str], directory: Directory) -> str:
    """What the next list of users makes of the document."""
    holders = Holders.of(theirs)
    for user_id, name in directory.names.items():
        holders.note(User(user_id, name))
    found = name_changes(text, DENIED, theirs, theirs, holders)
    text = policy_document.change(
        text, kind=DocumentKind.INLINE, remove=[policy_document.Denied("", name) for name in found.out]
    )
    return policy_document.change(
        text, kind=DocumentKind.INLINE, add=[policy_document.Denied(DENIED, name) for name in found.into]
    )


moves = st.lists(
    st.tuples(st.sampled_from(["rename", "delete", "list"]), st.sampled_from(IDS), st.sampled_from(NAMES)), max_size=12
)


@settings(max_examples=300)
@given(st.sampled_from(NAMES), moves)
def test_after_a_list_nobody_else_is_denied_and_the_denied_person_is_by_id_and_every_name_nobody_else_has(
    first: str, history: list[tuple[str, str, str]]
) -> None:
    directory = Directory({DENIED: first})
    theirs = [first]
    text = policy_document.change("", kind=DocumentKind.INLINE, add=[policy_document.Denied(DENIED, first)])
    for move, user_id, name in [*history, ("list", DENIED, first)]:
        if move == "delete":
            directory.names.pop(user_id, None)
        elif move == "rename" and (user_id != DENIED or DENIED in directory.names):
            directory.give(user_id, name)
        if move != "list":
            continue
        if DENIED in directory.names:
            theirs = list(dict.fromkeys([*theirs, directory.names[DENIED]]))
        text = after_the_list(text, theirs, directory)
        held = {fold(other) for one, other in directory.names.items() if one != DENIED}
        for one, other in directory.names.items():
            assert denies(text, Session(one, other, ROLE)) == (one == DENIED)
        for known in theirs:
            assert denies(text, Session(DENIED, known, ROLE))
            by_name = denies(text, Session(DENIED, known, ROLE), id_key=False)
            assert by_name == (fold(known) not in held)


def test_a_name_stays_in_for_somebody_else_who_is_denied_in_the_same_document() -> None:
    other = User(IDS[1], "dana")
    text = policy_document.change(
        "",
        kind=DocumentKind.INLINE,
        add=[policy_document.Denied(DENIED, "dana"), policy_document.Denied(other.id, "dana")],
    )
    holders = Holders.of(["dana"])
    holders.note(other)
    assert not name_changes(text, DENIED, ["dana"], ["dana"], holders)


def test_a_list_that_shows_both_the_old_and_the_new_holder_lets_the_new_one_out() -> None:
    """Somebody was renamed while the pages were read."""
    text = policy_document.change("", kind=DocumentKind.INLINE, add=[policy_document.Denied(DENIED, "dana")])
    holders = Holders.of(["dana"])
    new = User(IDS[1], "dana")
    for user in (new, replace(new, id=DENIED)):
        holders.note(user)
    assert name_changes(text, DENIED, ["dana"], ["dana"], holders).out == {"dana": new}


def test_no_name_goes_in_where_the_users_id_was_taken_out_by_hand() -> None:
    text = policy_document.change("", kind=DocumentKind.INLINE, add=[policy_document.Denied(IDS[1], "li")])
    assert not name_changes(text, DENIED, ["dana"], ["dana"], Holders.of(["dana"]))
