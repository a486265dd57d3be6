"""What can be measured of a tree's bot/ by reading it; nothing is imported or run.

Everything is without the playground, but for import cycles, which are looked for everywhere.
"""

import ast
import io
import statistics
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

KINDS = ("REVOKE", "DENY", "LIFT", "DELETE", "SHUT_OUT", "PRUNE", "RENAME")
Row = tuple[str, str]


@dataclass(frozen=True)
class Source:
    """One module: its path below bot/, its text, and its syntax tree."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def kinds(self) -> set[str]:
        """The names in `KINDS` that are imported here, or made here by a call; not a text that is called so."""
        imports = [node for node in self.nodes if isinstance(node, ast.ImportFrom)]
        made = [node for node in self.tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)]
        names = {alias.asname or alias.name for node in imports for alias in node.names}
        return (names | {ast.unparse(target) for node in made for target in node.targets}) & set(KINDS)

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @property
    def room(self) -> str:
        """The top folder of bot/, or the file where it lies in none."""
        return self.path.parts[0].removesuffix(".py")

    @property
    def module(self) -> str:
        return ".".join(("bot", *self.path.with_suffix("").parts)).removesuffix(".__init__")


def rows(root: Path) -> Iterator[Row]:
    """Each measure's name and value for the tree at `root`."""
    everything = [
        Source(path.relative_to(root / "bot"), path.read_text()) for path in sorted((root / "bot").rglob("*.py"))
    ]
    sources = [source for source in everything if source.room != "playground"]
    enums = dict(_enums(sources))
    yield "lines", f"{sum(source.lines for source in sources):,}"
    yield from _sizes(sources)
    dicts, sets, strings = _keyed(sources, enums)
    yield "dicts keyed by a kind", str(dicts)
    yield "sets of kinds", str(sets)
    yield "dicts and sets of kinds", str(dicts + sets)
    yield "of kinds written as strings", str(strings)
    yield "state literals in store/", str(_states(sources, enums))
    for word in ("prune", "not_disabled", "elsewhere"):
        found = [source.path for source in sources for _ in _places(source, word)]
        yield f"places of {word}", f"{len(found)} in {len(set(found))} files"
    yield "import cycles at run time", str(_cycles(everything, types=False))
    yield "with imports for types only", str(_cycles(everything, types=True))
    yield from _rooms(sources)


def _sizes(sources: list[Source]) -> Iterator[Row]:
    """A function's length is from `def` to its last line, docstring included, decorators not; nested ones count too."""
    lengths = sorted(
        (node.end_lineno - node.lineno + 1, f"{source.path}:{node.name}")
        for source in sources
        for node in source.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    )
    just = [length for length, _ in lengths]
    yield "functions", f"{len(just):,}"
    yield "lines a function, median", f"{statistics.median(just):g}"
    yield "lines a function, p90", str(just[int(len(just) * 0.9)])
    yield "functions over 25 lines", str(sum(length > 25 for length in just))
    yield "longest function", "{} {}".format(*lengths[-1])
    files = sorted((source.lines, str(source.path)) for source in sources)
    yield "files", str(len(files))
    yield "files over 250 lines", str(sum(lines > 250 for lines, _ in files))
    yield "largest file", "{} {}".format(*files[-1])
    folders = Counter(str(source.path.parent) for source in sources if source.path.name != "__init__.py")
    yield "fullest folders", ", ".join(f"{folder} {count}" for folder, count in folders.most_common(4))


def _rooms(sources: list[Source]) -> Iterator[Row]:
    lines: Counter[str] = Counter()
    for source in sources:
        lines[source.room if len(source.path.parts) > 1 else "at the top"] += source.lines
    for room, count in sorted(lines.items()):
        yield f"lines, {room}", f"{count:,}"


# kinds and states


def _enums(sources: list[Source]) -> Iterator[tuple[str, dict[str, str]]]:
    """The name of each enum, and the value of each of its members."""
    for source in sources:
        for node in source.nodes:
            if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases):
                yield node.name, dict(_members(node))


def _members(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            yield line.targets[0].id, line.value.value if isinstance(line.value, ast.Constant) else ""


def _member(node: ast.AST | None, names: Iterable[str]) -> bool:
    """Whether this is `Name.MEMBER` of one of these enums."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names


def _keyed(sources: list[Source], enums: dict[str, dict[str, str]]) -> tuple[int, int, int]:
    """Dicts with a kind of action among their keys, sets with a kind of action or of operation among their elements,
    and either with two kinds written as strings.

    A kind of action is a member of an enum that has at least three of the names in `KINDS`, or one of these names
    itself, by its name or in a module (`REVOKE`, `actions.REVOKE`).
    """
    actions = {name for name, members in enums.items() if len(members.keys() & set(KINDS)) >= 3}
    written = {name.lower() for name in KINDS}

    def kind(node: ast.AST | None, names: set[str]) -> bool:
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) not in enums:
            return node.attr in KINDS
        return _member(node, actions) or (isinstance(node, ast.Name) and node.id in names)

    dicts = sets = strings = 0
    for source, node in ((each, node) for each in sources for node in each.nodes):
        if isinstance(node, ast.Dict):
            dicts += any(kind(key, source.kinds) for key in node.keys)
        elif isinstance(node, ast.Set):
            sets += any(kind(element, source.kinds) or _member(element, {"OperationKind"}) for element in node.elts)
        else:
            continue
        held = node.keys if isinstance(node, ast.Dict) else node.elts
        strings += sum(isinstance(key, ast.Constant) and key.value in written for key in held) >= 2
    return dicts, sets, strings


def _states(sources: list[Source], enums: dict[str, dict[str, str]]) -> int:
    """States of a case, an action or an operation named in store/: as a member of their enum, or as a string of their
    value that is neither a column's name nor a mapping's key.

    Not counted: SQL text (the conditions of indexes), and "asked", which is the audit's word too.
    """
    states = {
        name: members for name, members in enums.items() if name in {"CaseState", "ActionState", "OperationState"}
    }
    written = {value for members in states.values() for value in members.values()} - {"asked"}
    return sum(
        _member(node, states) or (isinstance(node, ast.Constant) and node.value in written and id(node) not in names)
        for source in sources
        if source.room == "store"
        for names in [set(_names(source))]
        for node in source.nodes
    )


def _names(source: Source) -> Iterator[int]:
    """The strings that name something: a subscript, a key, a column."""
    for node in source.nodes:
        if isinstance(node, ast.Subscript):
            yield id(node.slice)
        if isinstance(node, ast.Dict):
            yield from map(id, node.keys)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Column"):
            yield from map(id, node.args)


def _places(source: Source, word: str) -> Iterator[int]:
    """The lines of code with a name or a string that holds the word; neither comments nor docstrings."""
    prose = {
        line
        for node in source.nodes
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    tokens = tokenize.generate_tokens(io.StringIO(source.text).readline)
    found = {
        token.start[0]
        for token in tokens
        if token.type in {tokenize.NAME, tokenize.STRING} and word in token.string.lower()
    }
    yield from sorted(found - prose)


# imports


def _cycles(sources: list[Source], *, types: bool) -> int:
    """How many circles of modules import one another at module level; `types`: `if TYPE_CHECKING` too."""
    modules = {source.module for source in sources}
    needs = {source.module: set(_imports(source.tree.body, modules, types=types)) & modules for source in sources}
    reach = {module: _reached(module, needs) for module in needs}
    circles = {frozenset(other for other in reach[module] if module in reach[other]) for module in needs}
    return sum(len(circle) > 1 for circle in circles)


def _reached(module: str, needs: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    left = [module]
    while left:
        new = needs[left.pop()] - found
        found |= new
        left += new
    return found


def _imports(body: Iterable[ast.stmt], modules: set[str], *, types: bool) -> Iterator[str]:
    """The modules that are imported: `from a import b` is a.b where that is one, else a."""
    for node in body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                below = f"{node.module}.{alias.name}"
                yield below if below in modules else node.module
        elif isinstance(node, ast.Try) or (
            isinstance(node, ast.If) and (types or "TYPE_CHECKING" not in ast.unparse(node.test))
        ):
            yield from _imports(node.body, modules, types=types)
