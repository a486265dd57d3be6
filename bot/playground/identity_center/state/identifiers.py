"""Identifiers in the formats AWS's service models require, from one seeded source."""

import random
import string
from collections.abc import Container

_LETTERS = string.ascii_lowercase + string.digits


class Identifiers:
    def __init__(self, source: random.Random, partition: str, region: str) -> None:
        self._random, self._partition, self._region = source, partition, region

    def _text(self, length: int, letters: str = _LETTERS) -> str:
        return "".join(self._random.choices(letters, k=length))

    def _hex(self, length: int) -> str:
        return f"{self._random.getrandbits(length * 4):0{length}x}"

    def uuid(self) -> str:
        digits = self._hex(32)
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def legacy(self, identity_store_id: str) -> str:
        """The 47-character ids of older instances: they start with the store's ten digits."""
        return f"{identity_store_id.removeprefix('d-')}-{self.uuid()}"

    def revision(self) -> str:
        """An opaque string of digits."""
        return str(self._random.randrange(10**12, 10**13))

    def external(self) -> str:
        return f"00u{self._text(17)}"

    def identity_store(self) -> str:
        return f"d-{self._hex(10)}"

    def instance(self) -> str:
        return f"ssoins-{self._hex(16)}"

    def permission_set(self) -> str:
        return f"ps-{self._hex(16)}"

    def application(self) -> str:
        return f"apl-{self._hex(16)}"

    def access_key(self) -> str:
        """An access key of temporary credentials."""
        return f"ASIA{self._text(16, string.ascii_uppercase + string.digits)}"

    def credential(self) -> str:
        """What CloudTrail calls the credentialId of an access portal session."""
        return self._text(48, string.ascii_letters + string.digits)

    def organization(self) -> str:
        return f"o-{self._text(10)}"

    def root(self) -> str:
        return f"r-{self._text(4)}"

    def unit(self, root_id: str) -> str:
        return f"ou-{root_id.removeprefix('r-')}-{self._text(8)}"

    def policy(self) -> str:
        return f"p-{self._text(10)}"

    def account(self, taken: Container[str]) -> str:
        while True:
            found = str(self._random.randrange(10**11, 10**12))
            if found not in taken:
                return found

    def suffix(self) -> str:
        return self._hex(16)

    def role(self) -> str:
        return f"AROA{self._text(17, string.ascii_uppercase + string.digits)}"

    def role_arn(self, account_id: str, role_name: str) -> str:
        # With the identity source in us-east-1 the path has no region part. (userguide, referencingpermissionsets)
        place = "" if self._region == "us-east-1" else f"{self._region}/"
        return f"arn:{self._partition}:iam::{account_id}:role/aws-reserved/sso.amazonaws.com/{place}{role_name}"
