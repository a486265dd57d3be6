"""Entra ID from the settings to the alert, with the real bot, a tenant over TLS, and a Graph that goes down."""

from bot.playground.entra import EntraServer, Tenant
from tests.world import World, eventually, words


def test_an_alert_says_while_entra_disagrees_and_comes_while_entra_is_down(here: World) -> None:
    tenant = Tenant()
    application = tenant.add_application("8Q~the-secret")
    dana = tenant.add_user("dana@example.com", "Dana", "dana@example.com")
    role = (here.org.add_account("payments-prod"), here.org.add_permission_set("PowerUserAccess"))
    here.leaver("dana", role)
    with EntraServer(tenant) as entra:
        here.settings |= entra.environment(application.client_id, application.secret)
        here.start()
        here.alert("dana", "Entra ID disagrees: the account is active there")

        tenant.delete(dana)
        here.workspace.slash(here.alice, here.channel, "scan")
        eventually(lambda: "Entra ID disagrees" not in words(here.alert("dana")), what=here.log)
        here.workspace.slash(here.alice, here.channel, "show dana@example.com")
        here.told(here.alice, "this account is deleted there, too")

        entra.faults.add("*", drop=True, times=None)
        here.leaver("greta", role)
        here.workspace.slash(here.alice, here.channel, "scan")
        here.alert("greta")
        eventually(lambda: "the source directory did not say" in here.log(), what=here.log)
        here.workspace.slash(here.alice, here.channel, "status")
        here.told(here.alice, "not known: Microsoft could not be reached")
        assert "8Q~the-secret" not in here.log()
        assert here.terminate() == 0
        assert entra.complaints == []
