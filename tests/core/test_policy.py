"""Who may do what to whom."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core import kinds
from bot.core.authorization import (
    Allowed,
    Ask,
    DenyRules,
    DenyStrategy,
    Refused,
    Rules,
    Unsaid,
    may_act_on,
    may_ask,
    may_begin,
    may_view,
    protected,
)
from bot.core.belonging import Caller, Home, Standing
from bot.core.kinds import DELETE, DENY, LIFT, PRUNE, RENAME, REVOKE, SHUT_OUT, Role
from bot.core.models import PermissionSet, User, UserStatus
from bot.core.plans.plan import subject_of
from bot.slack.wording.reasons import sentence
from tests.core import strategies as our

KINDS = st.sampled_from(list(kinds.KINDS.values()))
# Those that let somebody out.
FREEING = {LIFT, RENAME}
SLACK_IDS = st.sampled_from(["UALICE", "UBOB", "UMALLORY", "SOPS", "SSEC", "SALL"])
ID_SETS = st.frozensets(SLACK_IDS, max_size=4)
POLICIES = st.sampled_from([(), ("p-1",), ("p-1", "p-2")])
DENY_RULES = st.builds(DenyRules, POLICIES, st.sampled_from(DenyStrategy), st.booleans(), st.integers(12, 48))
RULES = st.builds(Rules, responders=ID_SETS, admins=ID_SETS, deny=DENY_RULES, dry_run=st.booleans())
WISHES = st.builds(Ask, KINDS, st.frozensets(st.sampled_from(Role)), st.booleans(), st.booleans())
READY = DenyRules()


def is_for_admins(wish):
    """What the documentation keeps for admins."""
    return (
        wish.kind in {DELETE, PRUNE}
        or (wish.kind is SHUT_OUT and wish.with_delete)
        or (wish.kind is DENY and wish.not_disabled)
    )


@given(WISHES, ID_SETS)
def test_with_nobody_configured_nobody_may_do_anything(wish, person):
    rules = Rules(deny=READY)
    assert rules.watch_only
    assert rules.roles(person) == frozenset()
    refused = may_ask(rules, wish)
    assert isinstance(refused, Refused)
    assert refused.ask == ()
    assert "LEAVERBOT_RESPONDERS" in sentence(refused.reason)


@given(RULES, WISHES, ID_SETS)
def test_only_named_people_and_members_of_named_groups_may_act_and_some_acts_are_for_admins(rules, wish, person):
    admin, responder = bool(person & rules.admins), bool(person & rules.responders)
    allowed = admin or (responder and not is_for_admins(wish))
    assert isinstance(may_ask(rules, replace(wish, roles=rules.roles(person))), Allowed) == allowed


@given(RULES, ID_SETS)
def test_an_admin_is_a_responder_too(rules, person):
    roles = rules.roles(person)
    assert Role.ADMIN not in roles or Role.RESPONDER in roles


@given(RULES, WISHES, ID_SETS)
def test_a_refusal_says_whom_to_ask_and_never_names_somebody_who_could_not_do_it(rules, wish, person):
    decision = may_ask(rules, replace(wish, roles=rules.roles(person)))
    assume(isinstance(decision, Refused))
    able = rules.admins if is_for_admins(wish) else rules.admins | rules.responders
    assert set(decision.ask) == able or (rules.watch_only and decision.ask == ())
    assert list(decision.ask) == sorted(decision.ask)
    for helper in decision.ask:
        assert may_ask(rules, replace(wish, roles=rules.roles([helper]))) == Allowed()


@given(KINDS, st.booleans(), st.booleans())
def test_somebody_without_any_role_is_refused_by_default(kind, with_delete, not_disabled):
    wish = Ask(kind, with_delete=with_delete, not_disabled=not_disabled)
    assert isinstance(may_ask(Rules(admins=frozenset({"UALICE"})), wish), Refused)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Ask(DELETE), "Only admins may delete a user."),
        (Ask(SHUT_OUT, with_delete=True), "Only admins may delete a user."),
        (Ask(PRUNE), "Only admins may delete a permission set."),
        (Ask(DENY, not_disabled=True), "Only admins may deny somebody who is not disabled."),
        (Ask(SHUT_OUT), "You can see this case, but only responders may shut out."),
    ],
)
def test_a_refusal_names_what_was_wanted_in_words(wish, said):
    roles = frozenset({Role.RESPONDER}) if is_for_admins(wish) else frozenset()
    refused = may_ask(Rules(frozenset({"UBOB"}), frozenset({"UALICE"})), replace(wish, roles=roles))
    assert isinstance(refused, Refused)
    assert sentence(refused.reason) == f"{said}"


@given(DENY_RULES)
def test_a_deny_is_ready_when_there_is_a_place_that_the_strategy_allows(deny):
    assert deny.scp == (bool(deny.policy_ids) and deny.strategy in {DenyStrategy.AUTO, DenyStrategy.SCP})
    assert deny.inline == (deny.strategy in {DenyStrategy.AUTO, DenyStrategy.INLINE})
    assert Rules(deny=deny).deny_ready == deny.ready == (deny.scp or deny.inline)


def test_without_any_settings_a_deny_is_not_ready_and_with_those_of_the_environment_it_is():
    assert not Rules().deny_ready
    assert (READY.strategy, READY.hours, READY.names, READY.ready, READY.scp) == (
        DenyStrategy.AUTO,
        12,
        True,
        True,
        False,
    )


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


@given(KINDS, st.sampled_from(UserStatus), st.booleans(), DENY_RULES, st.data())
def test_protection_wins_over_everything_but_what_lets_somebody_out(kind, status, not_disabled, deny, data):
    user = User(data.draw(our.user_ids), data.draw(PLAIN_NAMES), status=status)
    patterns = [*data.draw(st.lists(our.names.filter(bool), max_size=2)), data.draw(ways_to_protect(user))]
    rules = Rules(protected=tuple(data.draw(st.permutations(patterns))), deny=deny)
    own_name = data.draw(st.sampled_from(["", user.user_name, "leaverbot"]))
    assert rules.is_protected(user)
    refused = may_act_on(rules, kind, user, not_disabled=not_disabled, own_name=own_name)
    if kind in FREEING:
        assert refused == Allowed()
        return
    assert refused == protected(user)
    assert "LEAVERBOT_PROTECTED_USERS" in sentence(refused.reason)


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


@given(RULES, KINDS, our.users(), st.booleans())
def test_only_a_user_known_to_be_disabled_may_be_acted_on_but_an_admin_may_deny_and_anybody_may_be_lifted(
    rules, kind, user, not_disabled
):
    denies = kind is DENY
    allowed = kind in FREEING or (
        (user.status is UserStatus.DISABLED or (denies and not_disabled)) and (not denies or rules.deny_ready)
    )
    decision = may_act_on(rules, kind, user, not_disabled=not_disabled)
    assert isinstance(decision, Allowed) == allowed


@given(KINDS, our.users(status=st.sampled_from([UserStatus.ENABLED, UserStatus.UNKNOWN])))
def test_what_an_admin_knows_of_somebody_not_disabled_allows_a_deny_and_nothing_else(kind, user):
    rules = Rules(deny=READY)
    assume(kind not in {DENY, *FREEING})
    assert may_act_on(rules, DENY, user, not_disabled=True) == Allowed()
    assert isinstance(may_act_on(rules, DENY, user), Refused)
    assert may_act_on(rules, kind, user, not_disabled=True) == may_act_on(rules, kind, user)
    assert isinstance(may_act_on(rules, kind, user), Refused)


@given(RULES, KINDS, our.users().filter(lambda user: user.user_name), st.booleans(), st.data())
def test_leaverbot_never_locks_out_the_user_whose_session_it_runs_with(rules, kind, user, not_disabled, data):
    name = data.draw(
        st.sampled_from([user.user_name, user.user_name.casefold(), unicodedata.normalize("NFD", user.user_name)])
    )
    decision = may_act_on(rules, kind, user, not_disabled=not_disabled, own_name=name)
    if kind in {DENY, SHUT_OUT}:
        assert isinstance(decision, Refused)
        assert "leaverbot itself runs with a session of" in sentence(decision.reason)
    else:
        assert decision == may_act_on(rules, kind, user, not_disabled=not_disabled)


def test_capitals_do_not_hide_leaverbots_own_name():
    user = User("1", "Renée@Example.com", status=UserStatus.DISABLED)
    for name in ("renée@example.com", "RENÉE@EXAMPLE.COM", unicodedata.normalize("NFD", "Renée@example.com")):
        assert isinstance(may_act_on(Rules(deny=READY), DENY, user, own_name=name), Refused)
    assert may_act_on(Rules(deny=READY), DENY, user, own_name="renee@example.com") == Allowed()


@given(RULES, KINDS, our.users(), st.booleans(), st.sampled_from(["", "somebody-else"]))
def test_running_as_a_role_of_its_own_or_as_somebody_else_changes_nothing(rules, kind, user, not_disabled, own_name):
    """A user without a name is not taken for the role without one."""
    decision = may_act_on(rules, kind, user, not_disabled=not_disabled, own_name=own_name)
    assert decision == may_act_on(rules, kind, user, not_disabled=not_disabled)


def test_what_stands_for_a_permission_set_is_nobody_who_can_be_acted_on():
    subject = subject_of(PermissionSet("arn:aws:sso:::permissionSet/ssoins-1/ps-1", "Billing"))
    all_kinds = set(kinds.KINDS.values()) - FREEING
    assert all(isinstance(may_act_on(Rules(deny=READY), kind, subject), Refused) for kind in all_kinds)


@given(our.users(status=st.sampled_from([UserStatus.ENABLED, UserStatus.UNKNOWN])))
def test_the_reason_tells_enabled_from_unknown(user):
    for kind in (REVOKE, SHUT_OUT, DELETE):
        refused = may_act_on(Rules(), kind, user)
        assert isinstance(refused, Refused)
        enabled = ("is enabled in Identity Center", "Disable the account in your directory first")
        unknown = ("AWS did not say", "nothing was changed")
        assert all(
            said in sentence(refused.reason) for said in (enabled if user.status is UserStatus.ENABLED else unknown)
        )


@given(our.users(), st.booleans())
def test_a_deny_without_a_place_names_the_setting_and_the_way_out(user, not_disabled):
    refused = may_act_on(Rules(), DENY, user, not_disabled=not_disabled)
    assert isinstance(refused, Refused)
    for word in ("LEAVERBOT_DENY_SCP_ID", "LEAVERBOT_DENY_STRATEGY", "leaverbot denies setup"):
        assert word in sentence(refused.reason)


IDS = st.sampled_from(["", "T1", "T2", "T3", "E1", "E2", "E3"])
STANDINGS = st.sampled_from([None, *Standing])
INSIDE = st.sampled_from([None, True, False])


@given(RULES, st.frozensets(st.sampled_from(Role), min_size=1), STANDINGS, INSIDE)
def test_responders_and_admins_may_look_whatever_slack_says(rules, roles, standing, inside):
    assert isinstance(may_view(rules, roles, "UALICE", inside=inside, standing=standing), Allowed)


@given(ID_SETS, STANDINGS, INSIDE)
def test_without_a_role_only_members_known_to_be_inside_and_those_named_by_id_may_look(viewers, standing, inside):
    named = "UALICE" in viewers and standing not in {Standing.STRANGER, Standing.GONE}
    allowed = named or (inside is True and standing is Standing.MEMBER)
    rules = Rules(viewers=viewers, admins=frozenset({"UBOB"}))
    decision = may_view(rules, frozenset(), "UALICE", inside=inside, standing=standing)
    assert isinstance(decision, Allowed) == allowed
    assert allowed or decision.ask == ("UBOB",)


HOMES = st.builds(Home, st.sampled_from(["T1", "E1", ""]), st.sampled_from(["", "E1"]))


@given(HOMES, IDS, IDS, st.booleans())
def test_nobody_is_ours_of_whom_nothing_is_what_slack_told_the_bot_itself(home, team, enterprise, named):
    assume({team, enterprise}.isdisjoint({home.team, home.enterprise} - {""}))
    assert not home.has(Caller(team, enterprise), named=named)


@given(HOMES, IDS, st.booleans())
def test_people_of_the_bots_own_workspace_are_ours_whatever_else_is_claimed(home, enterprise, named):
    assume(home.team)
    assert home.has(Caller(home.team, enterprise), named=named)


@given(HOMES, IDS)
def test_whom_the_settings_name_is_ours_in_every_workspace_of_the_bots_organization(home, team):
    assume(home.enterprise and not team.startswith("E"))
    assert home.has(Caller(team, home.enterprise), named=True)
    assert home.has(Caller(home.enterprise, ""), named=False)


@given(HOMES, IDS)
def test_our_organization_in_the_request_of_somebody_of_another_workspace_makes_nobody_ours(home, team):
    """A stranger in a shared channel may carry it."""
    assume(team not in {home.team, home.enterprise})
    assert not home.has(Caller(team, home.enterprise), named=False)


@given(HOMES, st.sampled_from(["E2", "E3"]), IDS)
def test_who_stands_for_another_organization_is_never_ours_whatever_the_request_claims(home, team, enterprise):
    assert not home.has(Caller(team, enterprise), named=True)


@given(st.sampled_from(["T1", "E1"]), IDS, IDS, st.booleans())
def test_without_an_organization_only_the_workspace_counts(team, other, enterprise, named):
    assert Home(team).has(Caller(other, enterprise), named=named) == (other == team)


GROUPS = st.dictionaries(st.sampled_from(["SOPS", "SSEC", "SALL"]), st.none() | ID_SETS, max_size=3)


@given(RULES, WISHES, SLACK_IDS, GROUPS)
def test_what_may_begin_is_what_may_be_asked_for_with_the_groups_as_they_are(rules, wish, asker, groups):
    said = may_begin(rules, wish, asker, groups)
    known = {asker, *(group for group, members in groups.items() if members and asker in members)}
    every = known | {group for group, members in groups.items() if members is None}
    allowed = [isinstance(may_ask(rules, replace(wish, roles=rules.roles(ids))), Allowed) for ids in (known, every)]
    assert type(said) is {(True, True): Allowed, (False, True): Unsaid, (False, False): Refused}[tuple(allowed)]


def test_somebody_named_by_id_begins_whatever_slack_says_or_does_not_say():
    rules = Rules(responders=frozenset({"U1", "S1"}), admins=frozenset({"S2"}))
    revoke, delete = Ask(REVOKE), Ask(DELETE)
    assert may_begin(rules, revoke, "U1", {"S1": None, "S2": None}) == Allowed()
    assert may_begin(rules, revoke, "U2", {"S1": None, "S2": frozenset()}) == Unsaid(("S1",))
    # Responders may not delete, so it does not matter who they are.
    assert isinstance(may_begin(rules, delete, "U1", {"S1": None, "S2": frozenset()}), Refused)
    assert may_begin(rules, delete, "U2", {"S1": None, "S2": frozenset({"U2"})}) == Allowed()
