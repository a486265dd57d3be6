"""Who may do what to whom."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.models import User, UserStatus
from bot.core.plans import ActionKind
from bot.core.policy import Allowed, Ask, Refused, Role, Rules, may_ask, may_touch
from tests.core import strategies as our

KINDS = st.sampled_from(ActionKind)
SLACK_IDS = st.sampled_from(["UALICE", "UBOB", "UMALLORY", "SOPS", "SSEC", "SALL"])
ID_SETS = st.frozensets(SLACK_IDS, max_size=4)
RULES = st.builds(Rules, responders=ID_SETS, admins=ID_SETS, deny_ready=st.booleans(), dry_run=st.booleans())


@given(KINDS, ID_SETS, st.frozensets(st.sampled_from(Role)))
def test_with_nobody_configured_nobody_may_do_anything(kind, person, roles):
    rules = Rules(deny_ready=True)
    assert rules.watch_only
    assert rules.roles(person) == frozenset()
    refused = may_ask(rules, Ask(kind, roles))
    assert isinstance(refused, Refused)
    assert "LEAVERBOT_RESPONDERS" in refused.reason


@given(RULES, KINDS, ID_SETS)
def test_only_named_people_and_members_of_named_groups_may_act_and_only_admins_may_delete(rules, kind, person):
    admin, responder = bool(person & rules.admins), bool(person & rules.responders)
    allowed = admin or (responder and kind is not ActionKind.DELETE)
    assert isinstance(may_ask(rules, Ask(kind, rules.roles(person))), Allowed) == allowed


@given(RULES, ID_SETS)
def test_an_admin_is_a_responder_too(rules, person):
    roles = rules.roles(person)
    assert Role.ADMIN not in roles or Role.RESPONDER in roles


@given(RULES, KINDS, ID_SETS)
def test_a_refusal_says_whom_to_ask_and_never_names_somebody_who_could_not_do_it(rules, kind, person):
    decision = may_ask(rules, Ask(kind, rules.roles(person)))
    assume(isinstance(decision, Refused))
    assert decision.reason.endswith("This attempt was noted.")
    able = rules.admins if kind is ActionKind.DELETE else rules.admins | rules.responders
    assert set(decision.ask) == able
    assert list(decision.ask) == sorted(decision.ask)
    for helper in decision.ask:
        assert may_ask(rules, Ask(kind, rules.roles([helper]))) == Allowed()


@given(KINDS)
def test_somebody_without_any_role_is_refused_by_default(kind):
    assert isinstance(may_ask(Rules(admins=frozenset({"UALICE"})), Ask(kind)), Refused)


@st.composite
def ways_to_protect(draw, user):
    """A pattern that names the user: the name or id, in any case, or a glob over the name."""
    name = user.user_name
    exact = st.sampled_from([name, user.id])
    glob = st.sampled_from(["*", name[:2] + "*", "?*" if name else "*"])
    pattern = draw(exact | glob if name else st.sampled_from([user.id, "*"]))
    return draw(st.sampled_from([pattern, pattern.upper(), pattern.lower(), pattern.title()]))


# Only letters whose capitals are one letter too: what `upper` does to "ß" is not a question of case.
PLAIN_NAMES = st.text("abzABZäöéÉñ0-._@+", max_size=12)


@given(KINDS, st.sampled_from(UserStatus), st.data())
def test_a_protected_user_is_refused_for_every_action_lifting_included(kind, status, data):
    user = User(data.draw(our.user_ids), data.draw(PLAIN_NAMES), status=status)
    patterns = [*data.draw(st.lists(our.names.filter(bool), max_size=2)), data.draw(ways_to_protect(user))]
    rules = Rules(protected=tuple(data.draw(st.permutations(patterns))), deny_ready=True)
    assert rules.is_protected(user)
    refused = may_touch(rules, kind, user)
    assert isinstance(refused, Refused)
    assert "LEAVERBOT_PROTECTED_USERS" in refused.reason


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_protection_does_not_depend_on_how_an_accent_is_encoded(form):
    """A settings file typed on one system and a directory filled by another may differ in just that."""
    for pattern in ("renée@example.com", "REN\u00c9E*", "ren?e@example.com"):
        rules = Rules(protected=(unicodedata.normalize(form, pattern),))
        assert rules.is_protected(User("u", unicodedata.normalize("NFC", "Renée@example.com")))
        assert rules.is_protected(User("u", unicodedata.normalize("NFD", "Renée@example.com")))


@given(our.users(), st.lists(our.names.filter(lambda text: bool(text) and not set("*?[") & set(text)), max_size=4))
def test_a_pattern_without_wildcards_protects_nobody_else(user, patterns):
    def plain(text):
        return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())

    named = any(plain(pattern) in {plain(user.user_name), plain(user.id)} for pattern in patterns)
    assert Rules(protected=tuple(patterns)).is_protected(user) == named


def test_globs_are_over_user_names_only_and_match_the_whole_name():
    rules = Rules(protected=("break-glass-*", "ceo@example.com", "00000000-0000-4000-8000-00000000000?"))
    assert rules.is_protected(User("1", "Break-Glass-1"))
    assert not rules.is_protected(User("1", "not-break-glass-1"))
    assert not rules.is_protected(User("1", "ceo@example.com.evil.example"))
    assert not rules.is_protected(User("1", "", "CEO@example.com", "ceo@example.com"))
    assert not rules.is_protected(User("00000000-0000-4000-8000-000000000001", "x"))
    assert not rules.is_protected(User("break-glass-1", "x"))


def test_a_user_name_with_brackets_can_be_protected_by_naming_it():
    assert Rules(protected=("svc[prod]",)).is_protected(User("1", "SVC[prod]"))


def test_a_pattern_that_means_everybody_protects_a_user_without_a_name_too():
    assert Rules(protected=("*",)).is_protected(User("1"))
    assert not Rules(protected=("?*", "a*")).is_protected(User("1"))


@given(our.users())
def test_without_a_pattern_nobody_is_protected(user):
    assert not Rules().is_protected(user)


@given(RULES, KINDS, our.users())
def test_only_a_user_known_to_be_disabled_may_be_acted_on_and_a_deny_may_be_lifted_from_anybody(rules, kind, user):
    allowed = kind is ActionKind.LIFT or (
        user.status is UserStatus.DISABLED and (kind is not ActionKind.DENY or rules.deny_ready)
    )
    decision = may_touch(rules, kind, user)
    assert isinstance(decision, Allowed) == allowed


@given(our.users(status=st.sampled_from([UserStatus.ENABLED, UserStatus.UNKNOWN])))
def test_the_reason_tells_enabled_from_unknown(user):
    refused = may_touch(Rules(), ActionKind.REVOKE, user)
    assert isinstance(refused, Refused)
    said = "is enabled in Identity Center" if user.status is UserStatus.ENABLED else "AWS did not say"
    assert said in refused.reason
    assert "nothing was changed" in refused.reason


def test_a_deny_without_a_policy_names_the_setting():
    refused = may_touch(Rules(), ActionKind.DENY, User("1", status=UserStatus.DISABLED))
    assert isinstance(refused, Refused)
    assert "LEAVERBOT_DENY_SCP_ID" in refused.reason
