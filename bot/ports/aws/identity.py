"""AWS identities, and how one process proves its identity to another."""

from typing import Protocol


class Identity(Protocol):
    """AWS identities, by their ARNs as STS gives them."""

    def own(self) -> str:
        """What this process runs as. Raises AwsError."""
        ...

    def sign(self, binding: str) -> str:
        """A proof that this process's identity asks for what `binding` (hexadecimal) stands for. It is valid for 15
        minutes, and for nothing else. Raises AwsError.
        """
        ...

    def signer(self, proof: str, binding: str) -> str:
        """Who made this proof for this binding.

        Proofs that this process made, or has seen confirmed, need no request to AWS. Raises
        AwsRejected for one that is malformed, too old, bound to something else or not confirmed by AWS; AwsUnavailable
        while AWS cannot be asked.
        """
        ...

    def forget(self, binding: str) -> None:
        """From now on a proof for this binding is worth only what AWS says of it, so it is too old after 15 minutes."""
        ...
