"""The test files of a tree: which of them import a module, and which tests they contain."""

from __future__ import annotations

import ast
import posixpath
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from covbot.core.source import imports, parsing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from covbot.core.comparison.view import ReadSource


@frozen(kw_only=True, eq=False)
class SuiteCase:
    """A test, `within` a class ("" for none): the functions that it calls, and the objects that it uses.

    `names` are the names of the methods that it calls, on any object. `objects` are the names, or `self.name`, that are
    assigned from a call of an imported class: (as spelled, dotted class). `own_classes` are the classes of the objects
    that the test itself creates.
    """

    name: str
    within: str
    line: int
    size: int
    called_functions: tuple[ast.expr, ...]
    names: frozenset[str]
    objects: frozenset[tuple[str, str]]
    own_classes: frozenset[str]


@define(kw_only=True, eq=False)
class Suite:
    """A test file: its imported names (`name -> dotted name`), the modules that it imports whole, and its tests."""

    path: str
    names: Mapping[str, str]
    modules: frozenset[str]
    tree: ast.Module
    _tests: list[SuiteCase] | None = field(init=False, default=None)
    _calls: dict[str, set[str]] | None = field(init=False, default=None)

    def imports(self, module: str) -> bool:
        """Whether the file imports a module or a name of it, or uses it as an attribute of its imported package."""
        dotted_prefix = f"{module}."
        if module in self.modules or any(
            name == module or name.startswith(dotted_prefix) for name in self.names.values()
        ):
            return True
        package, _, leaf = module.rpartition(".")
        if package not in self.names.values():
            return False
        attributes = (node for node in ast.walk(self.tree) if isinstance(node, ast.Attribute) and node.attr == leaf)
        return any(self.resolve(node) == module for node in attributes)

    @property
    def classes(self) -> list[str]:
        """The top-level classes of the file that contain tests, in source order."""
        return list(dict.fromkeys(test.within for test in self.tests if test.within))

    def list_classes_calling(self, wanted: Collection[str]) -> list[str]:
        """Return the classes with tests whose own body calls one of these dotted names."""
        if self._calls is None:
            bodies = (node for node in self.tree.body if isinstance(node, ast.ClassDef))
            self._calls = {node.name: self._find_calls(node) for node in bodies}
        return [name for name in self.classes if not self._calls[name].isdisjoint(wanted)]

    def _find_calls(self, holder: ast.ClassDef) -> set[str]:
        aliases = self._find_class_aliases(holder)
        called = [node.func for node in ast.walk(holder) if isinstance(node, ast.Call)]
        return {self.resolve(node) or _resolve_alias(node, aliases) for node in called}

    @property
    def tests(self) -> list[SuiteCase]:
        """The tests outside of classes, and those of each top-level class."""
        if self._tests is None:
            classes = [node for node in self.tree.body if isinstance(node, ast.ClassDef)]
            self._tests = [*self._list_tests(self.tree), *(test for node in classes for test in self._list_tests(node))]
        return self._tests

    def _list_tests(self, holder: ast.Module | ast.ClassDef) -> Iterator[SuiteCase]:
        """Yield the tests directly in a class or module. Objects that the class assigns to `self` are known to all."""
        functions = [node for node in holder.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        nodes_by_function = [(function, [*ast.walk(function)]) for function in functions]
        within = holder.name if isinstance(holder, ast.ClassDef) else ""
        aliases = self._find_class_aliases(holder) if isinstance(holder, ast.ClassDef) else {}
        objects_by_test = [frozenset(self._find_objects(nodes, aliases)) for _, nodes in nodes_by_function]
        shared = self._find_shared_objects(holder) if isinstance(holder, ast.ClassDef) else set()
        for (function, nodes), pairs in zip(nodes_by_function, objects_by_test, strict=True):
            if function.name.startswith("test"):
                yield SuiteCase(
                    name=function.name,
                    within=within,
                    line=function.lineno,
                    size=(function.end_lineno or function.lineno) - function.lineno,
                    called_functions=tuple(node.func for node in nodes if isinstance(node, ast.Call)),
                    names=frozenset(_name_methods(nodes)),
                    objects=pairs | shared,
                    own_classes=frozenset(class_ for _, class_ in pairs),
                )

    def _find_class_aliases(self, holder: ast.ClassDef) -> dict[str, str]:
        """Return `self.name` -> dotted name for imported names that a class assigns in its body and nowhere else."""
        assignments = {
            target.id: dotted
            for node in holder.body
            if isinstance(node, ast.Assign) and (dotted := self.resolve(node.value))
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        names = (node for node in (ast.walk(holder) if assignments else ()) if isinstance(node, ast.Attribute))
        assigned = {node.attr for node in names if not isinstance(node.ctx, ast.Load)}
        return {f"self.{name}": dotted for name, dotted in assignments.items() if name not in assigned}

    def _find_shared_objects(self, holder: ast.ClassDef, depth: int = 3) -> set[tuple[str, str]]:
        """Return the objects that are assigned to `self` in a class, or in its base classes in the file."""
        aliases = self._find_class_aliases(holder)
        nodes = [node for node in holder.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        own = {pair for node in nodes for pair in self._find_objects(ast.walk(node), aliases) if _is_on_self(pair[0])}
        if not depth or not holder.bases:
            return own
        assigned = {node.attr for node in ast.walk(holder) if isinstance(node, ast.Attribute) and _is_assigned(node)}
        bases = {base.id for base in holder.bases if isinstance(base, ast.Name)}
        origins = [node for node in self.tree.body if isinstance(node, ast.ClassDef) and node.name in bases]
        inherited = {pair for origin in origins for pair in self._find_shared_objects(origin, depth - 1)}
        return own | {pair for pair in inherited if pair[0].removeprefix("self.") not in assigned}

    def _find_objects(self, nodes: Iterable[ast.AST], aliases: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        for node in nodes:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                class_ = self.resolve(node.value.func) or _resolve_alias(node.value.func, aliases)
                if class_:
                    yield from ((ast.unparse(target), class_) for target in node.targets)

    def resolve(self, node: ast.expr) -> str:
        """Return the dotted name of an expression by the imports of the file, empty if they do not define it."""
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
    """The test files of a tree. Each is read once and parsed once, when it is first asked for."""

    paths: frozenset[str]
    source: ReadSource
    _importers: dict[str, list[str]] | None = field(init=False, default=None)
    _texts: dict[str, str] = field(init=False, factory=dict)
    _parsed: dict[str, Suite] = field(init=False, factory=dict)

    def find_importers(self, module: str) -> list[str]:
        """Return the paths of the test files that seem to import a module, by its dotted name or via its package."""
        index, package = self._index_imports(), module.rpartition(".")[0]
        spelled = ".".join(module.split(".")[-2:])
        via_package = [path for path in index.get(package, []) if spelled in self.read_text(path)]
        return list(dict.fromkeys([*index.get(module, []), *via_package]))

    def find_package_importers(self, package: str) -> list[str]:
        """Return the paths of the test files that seem to import a package, by its dotted name, or anything in it."""
        index, dotted_prefix = self._index_imports(), f"{package}."
        return sorted({path for name in index if f"{name}.".startswith(dotted_prefix) for path in index[name]})

    def _index_imports(self) -> dict[str, list[str]]:
        if self._importers is None:
            self._importers = {}
            for path in sorted(filter(is_test_path, self.paths)):
                for name in imports.find_imported_names(self.read_text(path), path):
                    self._importers.setdefault(name, []).append(path)
        return self._importers

    def read_text(self, path: str) -> str:
        """Return the text of a file, empty if it is not available."""
        if path not in self._texts:
            self._texts[path] = self.source(path) or ""
        return self._texts[path]

    def parse(self, path: str) -> Suite:
        """Return a test file with its names and tests."""
        if path not in self._parsed:
            tree = parsing.parse(self.read_text(path)).tree
            whole = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
            modules = frozenset(alias.name for node in whole for alias in node.names)
            self._parsed[path] = Suite(path=path, names=dict(_list_bindings(tree, path)), modules=modules, tree=tree)
        return self._parsed[path]


def _name_methods(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def _is_on_self(spelled: str) -> bool:
    return spelled.startswith("self.")


def _is_assigned(node: ast.Attribute) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _resolve_alias(node: ast.expr, aliases: Mapping[str, str]) -> str:
    """Return the dotted name of `self.name`, or of an attribute of it, by the aliases of a class; else empty."""
    match node:
        case ast.Attribute(value=value, attr=name):
            outer = _resolve_alias(value, aliases)
            return f"{outer}.{name}" if outer else aliases.get(ast.unparse(node), "")
        case _:
            return ""


def is_test_path(path: str) -> bool:
    """Whether a path has the name of a test file."""
    name = posixpath.basename(path)
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))


def _list_bindings(tree: ast.Module, path: str) -> Iterator[tuple[str, str]]:
    """Yield each name that an import of a file binds, with its dotted name."""
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
