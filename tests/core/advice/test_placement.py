"""The test file for a task is found by its imports, and the most similar test by its calls."""

from __future__ import annotations

import pytest

from covbot.core.advice.placement import Placement, Relation, SimilarTest, find_placement
from covbot.core.advice.suites import SuiteIndex
from covbot.core.lines import Lines
from covbot.core.tasks.task import Task

PATTERNS = ("pkg/tests/{dir}/test_{name}.py",)
NAMED = "pkg/tests/a/test_tool.py"


def _find_in_texts(texts: dict[str, str], *regions: str, path: str = "pkg/a/tool.py") -> Placement | None:
    task = Task(key="0", path=path, regions=regions or ("Tool.sharpen",), lines=Lines.of([1]))
    files = SuiteIndex(paths=frozenset(texts), source=texts.get)
    return find_placement(task, files, patterns=PATTERNS, prefix="pkg")


def _find_similar(body: str, *regions: str) -> SimilarTest | None:
    placement = _find_in_texts({NAMED: body}, *regions)
    return placement.similar if placement else None


@pytest.mark.parametrize(
    "statement",
    [
        "import pkg.a.tool",
        "import os, pkg.a.tool as tool",
        "from pkg.a import tool",
        "from pkg.a import (\n    other,  # why\n    tool as t,\n)",
        "from pkg.a.tool import Tool",
        "from pkg.a import other, \\\n    tool",
        "from ...a import tool",
        "def test():\n    from pkg.a import tool",
        "from pkg import a\ndef test():\n    a.tool.cut()",
    ],
)
def test_every_form_of_an_import_is_found(statement: str) -> None:
    path = "pkg/tests/a/test_a_tool_of_mine.py"
    assert _find_in_texts({path: statement + "\n"}) == Placement(path=path, classes=(), imports=True)


@pytest.mark.parametrize(
    "text", ["", "import os", "x = 'pkg.a.tool'", "from pkg.a import tools", "from pkg import a\nb.tool", "def broken("]
)
def test_a_file_that_does_not_import_the_module_is_not_named(text: str) -> None:
    assert _find_in_texts({"pkg/tests/a/test_a_tool_of_mine.py": text}) is None


def test_an_import_in_a_string_alone_does_not_count() -> None:
    assert _find_in_texts({"pkg/tests/a/test_a_tool_of_mine.py": '"""\nfrom pkg.a import tool\n"""\n'}) is None


def test_a_file_that_is_named_for_the_module_is_found_without_an_import() -> None:
    assert _find_in_texts({NAMED: "class TestX:\n    def test_a(self): pass\n"}) == Placement(
        path=NAMED, classes=("TestX",), imports=False
    )


def test_a_file_far_from_the_module_is_not_a_placement() -> None:
    assert _find_in_texts({"pkg/tests/z/deep/test_other_things.py": "from pkg.a import tool\n"}) is None


def test_the_file_that_calls_the_function_wins_over_one_that_only_imports() -> None:
    texts = {
        "pkg/tests/a/test_tool_one.py": "from pkg.a import tool\ndef test_x(): tool.Tool()\n",
        "pkg/tests/a/test_tool_two.py": "from pkg.a import tool\ndef test_y(): tool.Tool().sharpen()\n",
    }
    placement = _find_in_texts(texts)
    assert placement is not None
    assert (placement.path, placement.similar) == (
        "pkg/tests/a/test_tool_two.py",
        SimilarTest(test="test_y", within="", relation=Relation.CALLS, name="sharpen"),
    )


CALLS = (
    "def test_x():\n    tool.Tool().sharpen()",
    "def test_x():\n    t = tool.Tool()\n    t.sharpen()",
    "def test_x():\n    tool.Tool.sharpen(1)",
    "class T:\n    def setUp(self):\n        self.t = tool.Tool()\n    def test_x(self):\n        self.t.sharpen()",
    "class T:\n    of = tool.Tool\n    def test_x(self):\n        self.t = self.of()\n        self.t.sharpen()",
    "class T:\n    of = tool\n    def test_x(self):\n        t = self.of.Tool()\n        t.sharpen()",
)


@pytest.mark.parametrize("body", CALLS)
def test_a_call_on_an_object_of_the_class_is_certain(body: str) -> None:
    found = _find_similar(f"from pkg.a import tool\n{body}\n")
    assert found is not None
    assert (found.test, found.relation, found.name) == ("test_x", Relation.CALLS, "sharpen")


@pytest.mark.parametrize(
    ("body", "relation"),
    [
        ("def test_x(t):\n    t.sharpen()", Relation.NAMES),
        ("def test_x():\n    t = tool.Tool()\n    t.cut()", Relation.USES),
        ("def test_x():\n    t = tool.Other()\n    t.sharpen()", Relation.NAMES),
        (
            "class T:\n  of = tool.Tool\n  def test_x(self):\n    self.of = 1\n    t = self.of()\n    t.sharpen()",
            Relation.NAMES,
        ),
    ],
)
def test_what_is_less_than_certain_is_described_as_less(body: str, relation: Relation) -> None:
    found = _find_similar(f"from pkg.a import tool\n{body}\n")
    assert found is not None
    assert found.relation is relation


@pytest.mark.parametrize("region", ["Tool.get", "Tool.__init__", ""])
def test_a_common_name_is_no_relation(region: str) -> None:
    assert _find_similar("from pkg.a import tool\ndef test_x(t):\n    t.get()\n    t.__init__()\n", region) is None


def test_a_function_of_the_module_is_known_by_its_import() -> None:
    body = "from pkg.a.tool import cut as c\ndef test_x():\n    c()\ndef test_y(cut):\n    cut()\n"
    assert _find_similar(body, "cut") == SimilarTest(test="test_x", within="", relation=Relation.CALLS, name="cut")


@pytest.mark.parametrize(
    "making",
    [
        "    of = tool.Tool\n    def setUp(self):\n        self.t = self.of()\n",
        "    t = tool.Tool()\n",
        "    def help(self):\n        return tool.Tool()\n",
    ],
)
def test_of_many_classes_those_are_named_that_create_an_object_of_the_class(making: str) -> None:
    class_b = f"class B:\n{making}    def test_b(self): pass\n"
    others = [f"class {name}:\n    def test_{name}(self): pass\n" for name in "CDEF"]
    found = _find_in_texts({NAMED: "".join(["from pkg.a import tool\n", *others, class_b])})
    assert found is not None
    assert found.classes == ("B",)


def test_of_many_classes_without_a_difference_none_is_named() -> None:
    others = [f"class {name}:\n    def test_{name}(self): pass\n" for name in "CDEF"]
    found = _find_in_texts({NAMED: "".join(["from pkg.a import tool\n", *others])})
    assert found == Placement(path=NAMED, classes=(), imports=True)


def test_of_several_tests_the_shortest_is_nearest() -> None:
    body = "from pkg.a import tool\ndef test_long():\n    x = 1\n    tool.cut()\ndef test_short():\n    tool.cut()\n"
    found = _find_similar(body, "cut")
    assert found is not None
    assert found.test == "test_short"


def test_a_file_where_a_test_certainly_uses_the_class_is_better_than_one_of_the_right_name() -> None:
    near = "pkg/tests/a/test_tool_shed.py"
    texts = {
        NAMED: "from pkg.a import tool\ndef test_other():\n    tool.other()\n",
        near: (
            "from pkg.a import tool\nclass TestShed:\n    def setUp(self):\n        self.tool = tool.Tool()\n"
            "    def test_hang(self):\n        self.tool.hang()\n"
        ),
    }
    placement = _find_in_texts(texts)
    assert placement
    assert (placement.path, placement.similar) == (
        near,
        SimilarTest(test="test_hang", within="TestShed", relation=Relation.USES, name="Tool"),
    )


def test_what_a_base_of_the_file_assigns_to_self_is_known_unless_the_class_assigns_something_else() -> None:
    body = (
        "from pkg.a import tool\nclass Base:\n    def setUp(self):\n        self.it = tool.Tool()\n"
        "class TestA(Base):\n    def test_a(self):\n        self.it.sharpen()\n{}"
    )
    assert _find_similar(body.format("")) == SimilarTest(
        test="test_a", within="TestA", relation=Relation.CALLS, name="sharpen"
    )
    other = _find_similar(body.format("    def again(self):\n        self.it = object()\n"))
    assert other == SimilarTest(test="test_a", within="TestA", relation=Relation.NAMES, name="sharpen")


def test_of_tests_of_one_relation_the_most_similar_by_name_is_nearest() -> None:
    body = "from pkg.a import tool\n" + "".join(
        f"class Test{name}:\n    def test_it(self):\n        it = tool.Tool()\n{more}"
        for name, more in (("Other", ""), ("Sharpen", "        assert True\n"))
    )
    similar = _find_similar(body)
    assert similar
    assert similar.within == "TestSharpen"


def test_a_test_file_that_no_pattern_matches_is_chosen_last() -> None:
    calls = "from pkg.a import tool\ndef test_it():\n    tool.Tool().sharpen()\n"
    texts = {"pkg/functional/a/test_tool.py": calls, "pkg/tests/a/test_a_tool.py": calls}
    placement = _find_in_texts(texts)
    assert placement
    assert placement.path == "pkg/tests/a/test_a_tool.py"
