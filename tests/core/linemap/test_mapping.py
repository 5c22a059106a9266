"""Law: whatever is edited, moved, renamed, re-indented or reordered, a statement that did not change is found again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.linemap import mapping
from covbot.core.linemap.file_versions import SourceFile
from covbot.core.lines import Lines

if TYPE_CHECKING:
    from covbot.core.linemap.linemap import Run

FORMS = (
    "self.{0} = {0}",
    "for {0} in found:\n    total += {0}",
    "if not {0}:\n    raise Wrong({0})",
    "log.info(\n    'seen %s',\n    {0},\n)",
    "with lock, {0}:\n    {0}.run()",
    'text = """\ndef {0}():\n"""',
)
WORDS = ("host", "node", "disk", "port", "size", "name")


@frozen(kw_only=True)
class Statement:
    """A statement with an identity of its own; `text` may be that of another in another function."""

    mark: int
    text: str


@frozen(kw_only=True)
class Function:
    """A function of a generated module."""

    name: str
    body: tuple[Statement, ...]
    decorated: bool = False


Module = tuple[Function, ...]


def write_module(module: Module, *, margin: str, within: str) -> tuple[str, dict[int, int]]:
    """Return the text of a module, within a class if that has a name, and mark -> line."""
    lines = ["import os", "", *([f"class {within}:"] if within else [])]
    outer = margin if within else ""
    places = {}
    for function in module:
        lines += [f"{outer}@cached"] * function.decorated + [f"{outer}def {function.name}(self):"]
        for statement in function.body:
            places[statement.mark] = len(lines) + 1
            lines += [outer + margin + line.replace("    ", margin) for line in statement.text.split("\n")]
        lines.append("")
    return "\n".join(lines), places


@st.composite
def draw_modules(draw: st.DrawFn, first: int) -> Module:
    """Draw similar functions: their statements are of one small stock, each only once in a function."""
    stock = [form.format(word) for form in FORMS for word in WORDS]
    names = draw(st.lists(st.sampled_from([f"do_{word}" for word in WORDS]), min_size=1, max_size=5, unique=True))
    bodies = [draw(st.lists(st.sampled_from(stock), min_size=1, max_size=6, unique=True)) for _ in names]
    marks = iter(range(first, first + 100))
    return tuple(
        Function(name=name, body=tuple(Statement(mark=next(marks), text=text) for text in body))
        for name, body in zip(names, bodies, strict=True)
    )


@st.composite
def draw_edits(draw: st.DrawFn, module: Module) -> Module:
    """Draw an edited module: each function keeps half of its statements or more, and its name or its text.

    A new function has another text than each of the old ones: beside an edited original, a copy to the letter is rather
    the original, moved.
    """
    changed = [draw(_draw_edited(function)) for function in module]
    extra = draw(draw_modules(1000)) if draw(st.booleans()) else ()
    texts = [_list_texts(function) for function in module]
    changed += [evolve(each, name=f"new_{each.name}") for each in extra if _list_texts(each) not in texts]
    return tuple(draw(st.permutations(changed)))


def _list_texts(function: Function) -> list[str]:
    return [statement.text for statement in function.body]


@st.composite
def _draw_edited(draw: st.DrawFn, function: Function) -> Function:
    body = list(draw(st.permutations(function.body)) if draw(st.booleans()) else function.body)
    room = len(body) // 2
    for _ in range(draw(st.integers(0, room))):
        body.pop(draw(st.integers(0, len(body) - 1)))
    for number in range(draw(st.integers(0, room))):
        place = draw(st.integers(0, len(body)))
        body.insert(place, Statement(mark=5000 + number + 10 * place, text=f"added_{function.name}_{number} = 1"))
    return evolve(function, body=tuple(body), decorated=draw(st.booleans()))


SHAPES = st.tuples(
    st.sampled_from(["    ", "  ", "\t"]), st.sampled_from(["", "Host"]), st.sampled_from(["\n", "\r\n"])
)


def shape_module(module: Module, shape: tuple[str, str, str]) -> tuple[str, dict[int, int]]:
    """Return the text of a module in a shape (margin, class around it, end of lines), and mark -> line."""
    margin, within, end = shape
    text, places = write_module(module, margin=margin, within=within)
    return text.replace("\n", end), places


def strip_whitespace(text: str) -> list[str]:
    """Return the lines of a text without whitespace, the first at index 1."""
    return ["", *("".join(line.split()) for line in text.splitlines())]


def map_texts(before: str, after: str) -> tuple[Run, ...]:
    """Return the runs that map the lines of one version of a file to those of the next."""
    found = mapping.map_files([(SourceFile(path="a.py", text=before), SourceFile(path="a.py", text=after))], (), ())
    return found.files["a.py"].runs


def check_mapping(before: str, after: str, kept: dict[int, int]) -> None:
    """Check the runs between two texts: one to one, equal but for whitespace, and with each kept line mapped."""
    runs = map_texts(before, after)
    pairs = [(start + step, first + step) for start, first, length in runs for step in range(length)]
    old, new = strip_whitespace(before), strip_whitespace(after)
    assert max(Counter(i for i, _ in pairs).values(), default=1) == 1
    assert max(Counter(j for _, j in pairs).values(), default=1) == 1
    assert [(old[i], new[j]) for i, j in pairs if old[i] != new[j]] == []
    assert {i: dict(pairs).get(i) for i in kept} == kept


@given(st.data(), SHAPES, SHAPES)
def test_edited_moved_reordered_or_re_indented_code_is_found_again(
    data: st.DataObject, one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    module = data.draw(draw_modules(0))
    before, places = shape_module(module, one)
    after, there = shape_module(data.draw(draw_edits(module)), other)
    check_mapping(before, after, {line: there[mark] for mark, line in places.items() if mark in there})


def make_distinct(module: Module) -> Module:
    """Return the module with no two functions similar, and none too short to be matched by its text."""
    return tuple(
        Function(
            name=function.name,
            body=tuple(
                Statement(mark=10 * n + k, text=f"{function.name}_{k}({n})") for k in range(len(function.body) + 3)
            ),
        )
        for n, function in enumerate(module)
    )


@given(st.data(), SHAPES, SHAPES)
def test_renamed_and_moved_functions_are_found_again(
    data: st.DataObject, one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    module = make_distinct(data.draw(draw_modules(0)))
    before, places = shape_module(module, one)
    renamed = [evolve(function, name=f"{function.name}_{data.draw(st.integers(0, 3))}") for function in module]
    after, there = shape_module(tuple(data.draw(st.permutations(renamed))), other)
    check_mapping(before, after, {line: there[mark] for mark, line in places.items()})


@given(
    st.text(alphabet="ab=():,\\\"'#@ \t\n\r\f", max_size=80), st.text(alphabet="ab=():,\\\"'#@ \t\n\r\f", max_size=80)
)
def test_any_two_texts_map_one_to_one(before: str, after: str) -> None:
    runs = map_texts(before, after)
    left = [start + step for start, _, length in runs for step in range(length)]
    right = [first + step for _, first, length in runs for step in range(length)]
    assert left == sorted(set(left))
    assert len(right) == len(set(right))


@given(st.data())
def test_functions_and_files_that_change_places_are_found_again(data: st.DataObject) -> None:
    """Each function of each file goes into any file; nothing of it is lost, whatever files are called."""
    files = {path: make_distinct(data.draw(draw_modules(0))) for path in ("a.py", "b.py", "c.py")}
    named = {path: tuple(_make_own_texts(path, function) for function in module) for path, module in files.items()}
    order = data.draw(st.permutations([*named]))
    before = {path: write_module(module, margin="    ", within="") for path, module in named.items()}
    after = {path: before[other] for path, other in zip(named, order, strict=True)}
    found = mapping.map_files(
        [(SourceFile(path=path, text=before[path][0]), SourceFile(path=path, text=after[path][0])) for path in named],
        (),
        (),
    )
    for path, other in zip(named, order, strict=True):
        for line in before[other][1].values():
            assert found.forward(other, Lines.of([line])) == {path: Lines.of([line])}


def _make_own_texts(path: str, function: Function) -> Function:
    """Return the function with texts that no other file has."""
    body = tuple(evolve(statement, text=f"{path[0]}_{statement.text}") for statement in function.body)
    return evolve(function, name=f"{function.name}_{path[0]}", body=body)


def test_a_method_of_one_line_that_goes_to_another_file_with_its_class_is_found_there() -> None:
    kept = "class A:\n    def m(self):\n        return size(self)\n"
    more = "class B:\n    def k(self):\n        return 1\n" * 3
    before, after = SourceFile(path="x.py", text=more + kept), SourceFile(path="x.py", text=more)
    found = mapping.map_files([(before, after)], (), [SourceFile(path="y.py", text=kept)])
    assert found.forward("x.py", Lines.of([12])) == {"y.py": Lines.of([3])}
    assert found.backward("y.py", Lines.of([3])) == {"x.py": Lines.of([12])}
    assert found.added == {"y.py"}


def test_a_short_function_of_another_name_in_another_file_is_another() -> None:
    before = SourceFile(path="x.py", text="def a():\n    return 1\n")
    found = mapping.map_files((), [before], [SourceFile(path="y.py", text="def b():\n    return 1\n")])
    assert found.moved_functions == ()
    assert found.deleted == {"x.py"}
    assert found.added == {"y.py"}


def test_a_line_with_a_counterpart_in_its_own_file_gets_no_second_one_elsewhere() -> None:
    """The block of a deleted function that moved to another function is not also mapped to the copy in a new file."""
    body = "".join(f"    step_{number}()\n" for number in range(6))
    before = "def gone():\n" + body + "def stays():\n    return 1\n"
    after = "def stays():\n    if all_of():\n        return 1\n" + body
    found = mapping.map_files(
        [(SourceFile(path="x.py", text=before), SourceFile(path="x.py", text=after))],
        (),
        [SourceFile(path="y.py", text="def gone():\n" + body)],
    )
    places = found.forward("x.py", Lines.of(range(2, 8)))
    assert sum(map(len, places.values())) == 6
