"""Which tests run in one worker. pytest-xdist's own mark for it (3.8, `xdist_group`) has no effect with pytest 9.2."""

from xdist.scheduler.loadscope import LoadScopeScheduling


class ByServer(LoadScopeScheduling):
    """Those that share a PostgreSQL or a browser stay together and come first; of the others each goes where it may."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith("tests/browser/"):
            return "browser"
        return "postgresql" if "postgresql" in nodeid.partition("[")[2] else nodeid
