"""Two bots and an administrator write the same policy, each with requests of their own."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import boto3

from bot.core.deny.policy_document import denied_users
from bot.services.kinds.deny.expiry import check_denies
from tests.databases import quick_store
from tests.services.denials import Denials, denials


def _statement(sid: str) -> dict[str, object]:
    return {"Sid": sid, "Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}


def _sids(here: Denials, number: int = 0) -> set[str]:
    return {statement.get("Sid", "") for statement in json.loads(here.text(number))["Statement"]}


def test_two_lines_and_an_outsider_who_all_look_what_they_wrote_lose_nothing(tmp_path: Path) -> None:
    """A real race: two bots that share no queue, and an administrator, each with requests of their own."""
    with denials(tmp_path, wire=True) as here:
        mine, theirs = [here.leaver(f"mine-{n}") for n in range(5)], [here.leaver(f"theirs-{n}") for n in range(5)]
        second = tmp_path / "second"
        second.mkdir()
        other = _on_another_database(here, second)
        policy_id, done = here.policy_ids[0], threading.Event()

        def administrator() -> None:
            for number in range(6):
                while f"Theirs{number}" not in _sids(here):
                    _add_by_request(policy_id, f"Theirs{number}")
            done.set()

        threads = [
            threading.Thread(target=_deny_one_by_one, args=(here, mine)),
            threading.Thread(target=_deny_one_by_one, args=(other, theirs)),
            threading.Thread(target=administrator),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert done.is_set()
        # What another write met in the moment that AWS leaves open, is noticed by whoever looks again.
        for lost in {f"Theirs{number}" for number in range(6)} - _sids(here):
            _add_by_request(policy_id, lost)
        _look_again(here, mine)
        _look_again(other, theirs)
        assert denied_users(here.text()) == {*mine, *theirs}
        assert {f"Theirs{number}" for number in range(6)} <= _sids(here)
        other.context.store.close()


def _on_another_database(here: Denials, folder: Path) -> Denials:
    again = here.again()
    store = quick_store(folder / "denials.db")
    return replace(again, context=replace(again.context, store=store), folder=folder)


def _deny_one_by_one(here: Denials, users: list[str]) -> None:
    for user in users:
        here.carry_out(user)


def _add_by_request(policy_id: str, sid: str) -> None:
    """An administrator's own read, change and write, over the wire."""
    client = boto3.client("organizations")
    document = json.loads(client.describe_policy(PolicyId=policy_id)["Policy"]["Content"])
    document["Statement"].append(_statement(sid))
    client.update_policy(PolicyId=policy_id, Content=json.dumps(document))


def _look_again(here: Denials, users: list[str]) -> None:
    """What the next scan does: whoever was overwritten after being read back is found, and put back."""
    check_denies(here.context)
    for deny in here.context.store.denies():
        if deny.missing:
            here.carry_out(deny.user.id)
    for user in users:
        if here.context.store.deny(user) is None:
            here.carry_out(user)
