"""A filename of a report is mapped to the tree without opening a file; an ambiguous one is reported by name."""

from __future__ import annotations

import pytest

from covbot.repository import path_mapping
from covbot.repository.trees import ObjectKind, Tree, TreeEntry


def make_tree(*names: str, links: tuple[str, ...] = (), submodules: tuple[str, ...] = ()) -> Tree:
    return {
        name: TreeEntry(kind=kind, id="0" * 40)
        for kind, group in ((ObjectKind.FILE, names), (ObjectKind.LINK, links), (ObjectKind.SUBMODULE, submodules))
        for name in group
    }


NOVA = make_tree("setup.py", "nova/__init__.py", "nova/api/x.py", "nova/api/y.py", "nova/utils.py", "tools/utils.py")
ROOT = "/home/x/workspace/nova"


@pytest.mark.parametrize(
    ("name", "sources", "prefix", "path"),
    [
        ("api/y.py", [ROOT], "", "nova/api/y.py"),
        ("utils.py", [ROOT], "", "nova/utils.py"),
        ("utils.py", [], "nova", "nova/utils.py"),
        ("utils.py", [], "./nova/", "nova/utils.py"),
        ("setup.py", [], "nova", "setup.py"),
        ("nova/api/y.py", [], "", "nova/api/y.py"),
        ("nova/api/y.py", ["/home/x/workspace"], "", "nova/api/y.py"),
        ("./nova//api/./y.py", [], "", "nova/api/y.py"),
        ("api/y.py", [], "", "nova/api/y.py"),
        ("y.py", [], "", "nova/api/y.py"),
        ("y.py", ["/elsewhere"], "", "nova/api/y.py"),
        ("api\\y.py", [r"C:\ws\nova"], "", "nova/api/y.py"),
        (r"C:\ws\job\nova\api\y.py", [], "", "nova/api/y.py"),
        ("d:/ws/job/nova/api/y.py", [], "", "nova/api/y.py"),
        ("/srv/ws/nova/api/y.py", [], "", "nova/api/y.py"),
    ],
)
def test_a_filename_finds_its_path(name: str, sources: list[str], prefix: str, path: str) -> None:
    found = path_mapping.map_filenames([name], NOVA, sources=sources, prefix=prefix)
    assert found == path_mapping.MappedFilenames(paths={name: path}, problems=())


@pytest.mark.parametrize(
    ("name", "sources", "what"),
    [
        ("z.py", [], "is not in the repository"),
        ("utils.py", [], "may be nova/utils.py or tools/utils.py"),
        ("utils.py", ["/ws/nova", "/ws/tools"], "may be nova/utils.py or tools/utils.py"),
        ("API/y.py", [ROOT], "is not in the repository"),
        ("../nova/utils.py", [], "is no path inside a repository"),
        ("nova/../setup.py", [], "is no path inside a repository"),
        ("..\\setup.py", [], "is no path inside a repository"),
        ("", [], "is no path inside a repository"),
        ("/", [], "is no path inside a repository"),
        ("/etc/passwd", [], "is not in the repository"),
        ("/proc/self/fd/0", [], "is not in the repository"),
    ],
)
def test_a_filename_without_one_path_has_a_problem_with_the_reason(name: str, sources: list[str], what: str) -> None:
    found = path_mapping.map_filenames([name], NOVA, sources=sources)
    assert found.paths == {}
    assert [(problem.where, problem.what) for problem in found.problems] == [(name, what)]


def test_how_much_of_a_root_counts_is_one_answer_for_the_whole_report() -> None:
    """`utils.py` alone could be at the top or in the package; the other filenames decide."""
    holds = make_tree("utils.py", "nova/utils.py", "nova/a.py", "nova/b.py")
    found = path_mapping.map_filenames(["utils.py", "a.py", "b.py"], holds, sources=["/ws/nova"])
    assert found.paths == {"utils.py": "nova/utils.py", "a.py": "nova/a.py", "b.py": "nova/b.py"}


def test_a_root_that_fits_two_directories_alike_is_ambiguous() -> None:
    found = path_mapping.map_filenames(["utils.py"], make_tree("utils.py", "nova/utils.py"), sources=["/ws/nova"])
    assert [problem.what for problem in found.problems] == ["may be nova/utils.py or utils.py"]


def test_where_a_checkout_lay_is_one_answer_for_all_absolute_filenames() -> None:
    holds = make_tree("nova/a.py", "nova/b.py", "a.py")
    found = path_mapping.map_filenames(["/ws/nova/nova/a.py", "/ws/nova/nova/b.py"], holds)
    assert found.paths == {"/ws/nova/nova/a.py": "nova/a.py", "/ws/nova/nova/b.py": "nova/b.py"}


def test_many_possible_paths_are_named_up_to_three() -> None:
    found = path_mapping.map_filenames(["u.py"], make_tree(*(f"{letter}/u.py" for letter in "abcde")))
    assert [problem.what for problem in found.problems] == ["may be a/u.py or b/u.py or c/u.py or 2 more"]


def test_a_link_and_a_path_behind_a_link_or_in_a_submodule_are_reported_as_such() -> None:
    holds = make_tree("src/a.py", links=("b.py", "lib"), submodules=("vendor/six",))
    found = path_mapping.map_filenames(["b.py", "lib/a.py", "vendor/six/six.py", "vendor/six"], holds)
    assert found.paths == {}
    assert {problem.where: problem.what for problem in found.problems} == {
        "b.py": "b.py is a symbolic link, not a file",
        "lib/a.py": "lies behind the symbolic link lib",
        "vendor/six/six.py": "lies behind the submodule vendor/six",
        "vendor/six": "vendor/six is a submodule, not a file",
    }


def test_two_spellings_of_one_path_are_refused_by_name() -> None:
    found = path_mapping.map_filenames(["nova/utils.py", "./nova/utils.py"], NOVA)
    assert found.paths == {}
    assert [problem.where for problem in found.problems] == ["nova/utils.py", "./nova/utils.py"]


def test_letters_that_look_the_same_are_compared_exactly() -> None:
    composed, decomposed = "caf\u00e9.py", "cafe\u0301.py"
    found = path_mapping.map_filenames([composed, decomposed, "CAF\u00c9.py"], make_tree(composed, decomposed))
    assert found.paths == {composed: composed, decomposed: decomposed}


def test_a_backslash_in_a_name_of_the_tree_stays() -> None:
    assert path_mapping.map_filenames(["d/a\\b.py"], make_tree("d/a\\b.py")).paths == {"d/a\\b.py": "d/a\\b.py"}


SRC = make_tree(
    "src/pk/__init__.py", "src/pk/core.py", "src/pk/sub/__init__.py", "tests/__init__.py", "docs/pk/conf.py", "setup.py"
)
INSTALLED = "/ws/.tox/py312/lib/python3.12/site-packages/pk"


def test_a_package_that_was_measured_where_it_was_installed_is_found_in_the_only_folder_that_holds_it() -> None:
    names = ["core.py", "__init__.py", "sub/__init__.py"]
    for root in (INSTALLED, r"C:\ws\Lib\site-packages\pk", f"{INSTALLED}/"):
        mapped = path_mapping.map_filenames(names, SRC, sources=[root])
        assert (mapped.paths, mapped.problems) == ({name: f"src/pk/{name}" for name in names}, ())


def test_a_generated_file_does_not_keep_an_installed_package_from_being_found() -> None:
    mapped = path_mapping.map_filenames(["__init__.py", "_version.py", "core.py"], SRC, sources=[INSTALLED])
    assert mapped.paths == {"__init__.py": "src/pk/__init__.py", "core.py": "src/pk/core.py"}
    assert [(each.where, each.what) for each in mapped.problems] == [("_version.py", "is not in the repository")]


def test_two_installed_packages_have_a_folder_each() -> None:
    tree = make_tree("lib/a/one.py", "lib/a/__init__.py", "lib/b/two.py", "other/one.py", "other/two.py")
    mapped = path_mapping.map_filenames(["one.py", "two.py"], tree, sources=["/venv/a", "/venv/b"])
    assert mapped.paths == {"one.py": "lib/a/one.py", "two.py": "lib/b/two.py"}


def test_the_folder_that_ends_most_like_the_root_is_the_one_of_an_installed_package() -> None:
    tree = make_tree("x/oslo/db/a.py", "x/oslo/db/b/a.py", "y/db/a.py", "y/db/b/a.py")
    mapped = path_mapping.map_filenames(["a.py", "b/a.py"], tree, sources=["/venv/oslo/db"])
    assert mapped.paths == {"a.py": "x/oslo/db/a.py", "b/a.py": "x/oslo/db/b/a.py"}


def test_two_folders_that_hold_an_installed_package_alike_are_ambiguous() -> None:
    tree = make_tree("src/pk/__init__.py", "src/pk/core.py", "vendor/pk/__init__.py", "vendor/pk/core.py")
    mapped = path_mapping.map_filenames(["__init__.py", "core.py"], tree, sources=[INSTALLED])
    assert len(mapped.ambiguous) == 2
    assert path_mapping.map_filenames(["core.py"], tree, sources=[INSTALLED], prefix="src/pk").problems == ()


def test_a_folder_of_another_name_is_not_taken_for_an_installed_package() -> None:
    mapped = path_mapping.map_filenames(["__init__.py", "core.py"], SRC, sources=["/venv/site-packages/other"])
    assert [each.where for each in mapped.ambiguous] == ["__init__.py"]
