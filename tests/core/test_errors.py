"""The exception tree."""

import inspect
import re

from bot.core import errors


def drawn() -> dict[str, str]:
    """Class name -> name of its parent, read off the tree in the docstring."""
    parents: dict[str, str] = {}
    branch: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.fullmatch(r" {4}((?:│   |    |├── |└── )*)(\w+)(?: {2,}.*)?", line)
        if not found:
            continue
        depth = len(found[1]) // 4
        branch[depth:] = [found[2]]
        parents[found[2]] = branch[depth - 1] if depth else "Exception"
    return parents


def test_the_tree_drawn_in_the_docstring_is_the_tree_of_the_classes():
    classes = {
        name: item.__bases__[0].__name__
        for name, item in inspect.getmembers(errors, inspect.isclass)
        if item.__module__ == errors.__name__
    }
    assert drawn() == classes
    assert len(classes) > 15


def test_every_error_says_when_it_is_raised():
    undocumented = [name for name in drawn() if not getattr(errors, name).__dict__.get("__doc__")]
    assert not undocumented


def test_the_text_of_an_error_is_what_a_person_reads():
    assert str(errors.SettingsError(["A is missing.", "B is wrong."])) == "A is missing.\nB is wrong."
    throttled = errors.AwsUnavailable("Try later.", operation="identitystore.ListUsers", code="ThrottlingException")
    assert (str(throttled), throttled.operation, throttled.code) == (
        "Try later.",
        "identitystore.ListUsers",
        "ThrottlingException",
    )
    assert (str(errors.ChatError("No.", code="not_in_channel")), errors.ChatError("No.").code) == ("No.", "")
    again = errors.AlreadyUnderWay("A revoke runs already.", "a-1")
    assert (str(again), again.action_id) == ("A revoke runs already.", "a-1")
