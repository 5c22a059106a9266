"""The test files of a tree: which of them import a module, and what tests they hold."""

from __future__ import annotations

import ast
import posixpath
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from covbot.core.source import imports, regions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from covbot.core.comparison.view import ReadSource


@frozen(kw_only=True, eq=False)
class SuiteCase:
    """A test, `within` a class ("" for none): the functions that it calls, and the objects that it can tell of.

    `names` are those of the methods that it calls, whatever of. `objects` are what a name, or `self.name`, was given by
    the call of an imported class: (as spelled, dotted class).
    """

    name: str
    within: str
    line: int
    size: int
    called: tuple[ast.expr, ...]
    names: frozenset[str]
    objects: frozenset[tuple[str, str]]
    own: frozenset[str]


@define(kw_only=True, eq=False)
class Suite:
    """One test file: what its names stand for (`name -> dotted name`), the modules it imports whole, and its tests."""

    path: str
    names: Mapping[str, str]
    modules: frozenset[str]
    tree: ast.Module
    _tests: list[SuiteCase] | None = field(init=False, default=None)
    _calls: dict[str, set[str]] | None = field(init=False, default=None)

    def imports(self, module: str) -> bool:
        """Whether a module, or something of it, is imported, or reached by the name of a package that is."""
        inside = f"{module}."
        if module in self.modules or any(name == module or name.startswith(inside) for name in self.names.values()):
            return True
        package, _, leaf = module.rpartition(".")
        if package not in self.names.values():
            return False
        attributes = (node for node in ast.walk(self.tree) if isinstance(node, ast.Attribute) and node.attr == leaf)
        return any(self.resolve(node) == module for node in attributes)

    @property
    def classes(self) -> list[str]:
        """The classes at the top of the file that hold tests, in the order of the source."""
        return list(dict.fromkeys(test.within for test in self.tests if test.within))

    def making(self, wanted: Collection[str]) -> list[str]:
        """Those of the classes with tests in whose own body one of these dotted names is called."""
        if self._calls is None:
            bodies = (node for node in self.tree.body if isinstance(node, ast.ClassDef))
            self._calls = {node.name: self._find_calls(node) for node in bodies}
        return [name for name in self.classes if not self._calls[name].isdisjoint(wanted)]

    def _find_calls(self, holder: ast.ClassDef) -> set[str]:
        held = self._find_held(holder)
        called = [node.func for node in ast.walk(holder) if isinstance(node, ast.Call)]
        return {self.resolve(node) or _follow(node, held) for node in called}

    @property
    def tests(self) -> list[SuiteCase]:
        """The tests in no class, and those of each class at the top of the file."""
        if self._tests is None:
            classes = [node for node in self.tree.body if isinstance(node, ast.ClassDef)]
            self._tests = [*self._read(self.tree), *(test for node in classes for test in self._read(node))]
        return self._tests

    def _read(self, holder: ast.Module | ast.ClassDef) -> Iterator[SuiteCase]:
        """The tests right within a class or module; what a class gives to `self` anywhere is known to all of them."""
        functions = [node for node in holder.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        walked = [(function, [*ast.walk(function)]) for function in functions]
        within = holder.name if isinstance(holder, ast.ClassDef) else ""
        held = self._find_held(holder) if isinstance(holder, ast.ClassDef) else {}
        made = [frozenset(self._find_objects(nodes, held)) for _, nodes in walked]
        shared = self._find_shared(holder) if isinstance(holder, ast.ClassDef) else set()
        for (function, nodes), pairs in zip(walked, made, strict=True):
            if function.name.startswith("test"):
                yield SuiteCase(
                    name=function.name,
                    within=within,
                    line=function.lineno,
                    size=(function.end_lineno or function.lineno) - function.lineno,
                    called=tuple(node.func for node in nodes if isinstance(node, ast.Call)),
                    names=frozenset(_name_methods(nodes)),
                    objects=pairs | shared,
                    own=frozenset(class_ for _, class_ in pairs),
                )

    def _find_held(self, holder: ast.ClassDef) -> dict[str, str]:
        """What a class says in its body that `self.name` stands for, by the file's imports, and nowhere else again."""
        said = {
            target.id: dotted
            for node in holder.body
            if isinstance(node, ast.Assign) and (dotted := self.resolve(node.value))
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        names = (node for node in (ast.walk(holder) if said else ()) if isinstance(node, ast.Attribute))
        given = {node.attr for node in names if not isinstance(node.ctx, ast.Load)}
        return {f"self.{name}": dotted for name, dotted in said.items() if name not in given}

    def _find_shared(self, holder: ast.ClassDef, depth: int = 3) -> set[tuple[str, str]]:
        """What is given to `self` somewhere in a class, or in those of the file that it is made from."""
        held = self._find_held(holder)
        nodes = [node for node in holder.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        own = {pair for node in nodes for pair in self._find_objects(ast.walk(node), held) if _is_of_self(pair[0])}
        if not depth or not holder.bases:
            return own
        given = {node.attr for node in ast.walk(holder) if isinstance(node, ast.Attribute) and _is_given(node)}
        bases = {base.id for base in holder.bases if isinstance(base, ast.Name)}
        origins = [node for node in self.tree.body if isinstance(node, ast.ClassDef) and node.name in bases]
        inherited = {pair for origin in origins for pair in self._find_shared(origin, depth - 1)}
        return own | {pair for pair in inherited if pair[0].removeprefix("self.") not in given}

    def _find_objects(self, nodes: Iterable[ast.AST], held: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        for node in nodes:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                class_ = self.resolve(node.value.func) or _follow(node.value.func, held)
                if class_:
                    yield from ((ast.unparse(target), class_) for target in node.targets)

    def resolve(self, node: ast.expr) -> str:
        """The dotted name of what an expression names by the file's imports, empty where they do not tell."""
        match node:
            case ast.Name(id=name):
                return self.names.get(name, "")
            case ast.Attribute(value=value, attr=name):
                outer = self.resolve(value)
                return f"{outer}.{name}" if outer else ""
            case _:
                return ""


@define(kw_only=True, eq=False)
class SuiteIndex:
    """The test files of one tree; each is read once, and parsed once, when it is first asked for."""

    paths: frozenset[str]
    source: ReadSource
    _importers: dict[str, list[str]] | None = field(init=False, default=None)
    _texts: dict[str, str] = field(init=False, factory=dict)
    _parsed: dict[str, Suite] = field(init=False, factory=dict)

    def importing(self, module: str) -> list[str]:
        """The paths of the test files that seem to import a module, by its dotted name, or its package and its name."""
        index, package = self._index(), module.rpartition(".")[0]
        spelled = ".".join(module.split(".")[-2:])
        through = [path for path in index.get(package, []) if spelled in self.text(path)]
        return list(dict.fromkeys([*index.get(module, []), *through]))

    def importing_within(self, package: str) -> list[str]:
        """Those of the test files that seem to import a package, by its dotted name, or whatever lies in it."""
        index, inside = self._index(), f"{package}."
        return sorted({path for name in index if f"{name}.".startswith(inside) for path in index[name]})

    def _index(self) -> dict[str, list[str]]:
        if self._importers is None:
            self._importers = {}
            for path in sorted(filter(is_test_path, self.paths)):
                for name in imports.find_imported_names(self.text(path), path):
                    self._importers.setdefault(name, []).append(path)
        return self._importers

    def text(self, path: str) -> str:
        """The text of a file, empty if it cannot be had."""
        if path not in self._texts:
            self._texts[path] = self.source(path) or ""
        return self._texts[path]

    def parsed(self, path: str) -> Suite:
        """A file with its names and tests."""
        if path not in self._parsed:
            tree = regions.parse_source(self.text(path))
            whole = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
            modules = frozenset(alias.name for node in whole for alias in node.names)
            self._parsed[path] = Suite(path=path, names=dict(_bind(tree, path)), modules=modules, tree=tree)
        return self._parsed[path]


def _name_methods(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def _is_of_self(spelled: str) -> bool:
    return spelled.startswith("self.")


def _is_given(node: ast.Attribute) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _follow(node: ast.expr, held: Mapping[str, str]) -> str:
    """The dotted name of `self.name`, or of something of it, where a class holds that; else empty."""
    match node:
        case ast.Attribute(value=value, attr=name):
            outer = _follow(value, held)
            return f"{outer}.{name}" if outer else held.get(ast.unparse(node), "")
        case _:
            return ""


def is_test_path(path: str) -> bool:
    """Whether a path is that of a file with tests, as its name says."""
    name = posixpath.basename(path)
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))


def _bind(tree: ast.Module, path: str) -> Iterator[tuple[str, str]]:
    """Every name that an import of a file binds, with the dotted name that it stands for."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    first = alias.name.partition(".")[0]
                    yield (alias.asname, alias.name) if alias.asname else (first, first)
            case ast.ImportFrom(module=module, names=names, level=level):
                origin = imports.resolve_origin("." * level + (module or ""), path)
                for alias in names:
                    yield alias.asname or alias.name, f"{origin}.{alias.name}"
            case _:
                pass
