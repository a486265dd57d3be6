"""Implements `ports.Identity`."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.core.errors import AwsRejected
from bot.core.terminal.wishes import PROOF_LASTS

if TYPE_CHECKING:
    from tests.fakes.aws import FakeAws


class FakeIdentity:
    """A proof says in plain words what the real one has in its signature."""

    def __init__(self, aws: "FakeAws", now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._aws, self._now = aws, now
        self._known: dict[tuple[str, str], str] = {}

    def own(self) -> str:
        return str(self._aws.ask("sts.GetCallerIdentity")["Arn"])

    def sign(self, binding: str) -> str:
        proof = f"{self.own()} {self._now().isoformat()} {binding}"
        self._known[proof, binding] = self.own()
        return proof

    def signer(self, proof: str, binding: str) -> str:
        if known := self._known.get((proof, binding)):
            return known
        arn, at, bound = (*proof.split(" "), "", "", "")[:3]
        if not bound:
            raise AwsRejected("The proof is malformed.", operation="sts.GetCallerIdentity")
        if self._now() > datetime.fromisoformat(at) + PROOF_LASTS:
            raise AwsRejected("The proof is too old.", operation="sts.GetCallerIdentity")
        self.own()
        if bound != binding:
            raise AwsRejected("AWS does not confirm the proof.", operation="sts.GetCallerIdentity")
        self._known[proof, binding] = arn
        return arn

    def forget(self, binding: str) -> None:
        for known in [one for one in list(self._known) if one[1] == binding]:
            self._known.pop(known, None)
