"""Who somebody is to AWS, and how one process proves it to another."""

from typing import Protocol


class Identity(Protocol):
    """AWS identities, by their ARNs as STS gives them."""

    def own(self) -> str:
        """What this process runs as. Raises AwsError."""
        ...

    def sign(self, binding: str) -> str:
        """A proof that whoever runs this process wants what `binding` (hexadecimal) stands for; it is good for 15
        minutes, and for nothing else. Raises AwsError.
        """
        ...

    def signer(self, proof: str, binding: str) -> str:
        """Who made this proof for this binding.

        Of a proof that this process made itself, or has seen confirmed, that is known without asking AWS. Raises
        AwsRejected for one that is malformed, too old, bound to something else or not confirmed by AWS; AwsUnavailable
        while AWS cannot be asked.
        """
        ...
