"""A repository is read by commit: revisions, trees, texts, history; odd content is reported, never followed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from covbot.core.lines import Lines
from covbot.errors import CannotReadRepository
from covbot.repository import git, objects
from covbot.repository.trees import ObjectKind

if TYPE_CHECKING:
    from covbot.repository.git import Repository
    from support.git_repo import Checkout

NOWHERE = "1" * 40


def test_a_revision_is_a_branch_a_tag_or_an_id(checkout: Checkout, repository: Repository) -> None:
    commit = checkout.commit({"a.py": "1"})
    checkout.run_git("tag", "--annotate", "--message=one", "1.0.0.0rc1")
    checkout.run_git("branch", "feature/ü")
    for revision in ("main", "1.0.0.0rc1", "feature/ü", "HEAD", "refs/heads/main", commit, commit[:9]):
        assert repository.resolve(revision) == commit


@pytest.mark.parametrize(
    "revision",
    ["--output=x", "-h", "HEAD:", "HEAD:a.py", "@{u}", "main@{1}", "HEAD~1", "HEAD^", "a..b", "^main", "", "@",
     "a b", "a\nb", "a\0b", ":/text", "a*", "[a]", "x" * 300, "a\\b"],
)  # fmt: skip
def test_an_expression_or_an_option_is_no_revision(checkout: Checkout, repository: Repository, revision: str) -> None:
    checkout.commit({"a.py": "1"})
    with pytest.raises(CannotReadRepository, match="not the name of a revision"):
        repository.resolve(revision)


def test_a_person_names_a_commit_by_any_expression_of_git(checkout: Checkout, repository: Repository) -> None:
    first = checkout.commit({"a.py": "1"})
    second = checkout.commit({"a.py": "2"})
    checkout.run_git("tag", "v2")
    expected = {"HEAD~1": first, "HEAD^": first, "v2^": first, "main@{1}": first, "v2~0": second, "v2": second}
    assert {expression: repository.find_commit(expression) for expression in expected} == expected


@pytest.mark.parametrize(
    "expression", ["--output=x", "-h", "HEAD:a.py", "HEAD~99", "v1..HEAD", "^HEAD", "", " ", "a\0b", "a\nb", "x" * 5000]
)
def test_what_names_no_commit_is_refused_and_nothing_is_written(
    checkout: Checkout, repository: Repository, expression: str
) -> None:
    checkout.commit({"a.py": "1"})
    with pytest.raises(CannotReadRepository, match=r"is not there|not the name of a revision"):
        repository.find_commit(expression)
    assert not (checkout.directory / "x").exists()


def test_an_unknown_revision_is_reported(checkout: Checkout, repository: Repository) -> None:
    blob = checkout.run_git("hash-object", "-w", "--stdin", stdin=b"no commit")
    for revision in ("v2", NOWHERE, blob):
        with pytest.raises(CannotReadRepository, match=f"revision '{revision}' is not there"):
            repository.resolve(revision)
        with pytest.raises(CannotReadRepository):
            repository.obtain(revision)


def commit_odd_tree(checkout: Checkout) -> str:
    """Commit a file, a link that points outside, and a submodule."""
    checkout.commit({"a.py": "x = 1\n", "link.py": Path("../../../etc/passwd"), "empty.py": ""})
    checkout.run_git("update-index", "--add", "--cacheinfo", f"160000,{NOWHERE},vendor/six")
    return checkout.commit_index()


def test_a_tree_distinguishes_files_links_and_submodules(checkout: Checkout, repository: Repository) -> None:
    tree = repository.tree(commit_odd_tree(checkout))
    kinds = {path: entry.kind for path, entry in tree.items()}
    assert kinds == {
        "a.py": ObjectKind.FILE,
        "empty.py": ObjectKind.FILE,
        "link.py": ObjectKind.LINK,
        "vendor/six": ObjectKind.SUBMODULE,
    }


def test_a_source_is_a_file_of_the_tree_and_nothing_else(checkout: Checkout, repository: Repository) -> None:
    commit = commit_odd_tree(checkout)
    assert repository.source(commit, "a.py").text == "x = 1\n"
    assert repository.source(commit, "empty.py").text == ""
    for path, what in [
        ("link.py", "is a symbolic link"),
        ("vendor/six", "is a submodule"),
        ("vendor/six/a.py", "is not in"),
        ("../a.py", "is not in"),
        ("/etc/passwd", "is not in"),
        ("a.py\n", "is not in"),
    ]:
        with pytest.raises(CannotReadRepository, match=what):
            repository.source(commit, path)


def test_a_link_that_took_the_place_of_a_file_is_no_file(checkout: Checkout, repository: Repository) -> None:
    before = checkout.commit({"a.py": "x = 1\n", "b.py": Path("a.py")})
    after = checkout.commit({"a.py": Path("b.py"), "b.py": Path("c.py")})
    found = repository.line_map(before, after, {"a.py", "b.py"})
    assert (set(found.files), set(found.deleted), set(found.added)) == (set(), {"a.py"}, set())


def test_many_commits_are_read_and_few_trees_kept(checkout: Checkout, repository: Repository) -> None:
    commits = [checkout.commit({f"{number}.py": ""}) for number in range(7)]
    assert [list(repository.tree(commit)) for commit in commits] == [[f"{number}.py"] for number in range(7)]
    assert repository.tree(commits[0]) is repository.tree(commits[0])


@pytest.mark.parametrize("commit", ["main", "HEAD", "--output=x", "1234", NOWHERE + "\n", ""])
def test_only_a_full_id_names_a_commit(repository: Repository, commit: str) -> None:
    with pytest.raises(CannotReadRepository, match="not a full commit id"):
        repository.tree(commit)


def test_a_commit_that_is_not_there_is_reported(checkout: Checkout, repository: Repository) -> None:
    commit = checkout.commit({})
    with pytest.raises(CannotReadRepository):
        repository.tree(NOWHERE)
    with pytest.raises(CannotReadRepository):
        repository.is_ancestor(NOWHERE, commit)
    with pytest.raises(CannotReadRepository):
        repository.line_map(NOWHERE, commit, {"a.py"})


def test_an_ancestor_is_a_commit_itself_or_one_before_it(checkout: Checkout, repository: Repository) -> None:
    first, second = checkout.commit({"a.py": "1"}), checkout.commit({"a.py": "2"})
    assert [repository.is_ancestor(*pair) for pair in [(first, second), (second, first), (first, first)]] == [
        True,
        False,
        True,
    ]


def test_files_that_nobody_asked_for_are_mapped_by_path_alone(checkout: Checkout, repository: Repository) -> None:
    text = "".join(f"x{number} = {number}\n" for number in range(20))
    before = checkout.commit({"a.py": text, "b.py": text + "b = 1\n", "d.py": "d = 1\n", "m.txt": text + "m = 1\n"})
    after = checkout.commit({"a.py": text, "c.py": text + "c = 1\n", "n.py": "n = 1\n", "n.txt": text + "m = 1\n"})
    found = repository.line_map(before, after, {"a.py", "other.txt"})
    assert found.path_after("b.py") == "c.py"
    assert found.forward("b.py", Lines.of([1])) == {}
    assert found.forward("m.txt", Lines.of([21])) == {"n.txt": Lines.of([21])}
    assert (found.path_after("d.py"), found.path_before("n.py")) == (None, None)
    assert found.forward("a.py", Lines.of([7])) == {"a.py": Lines.of([7])}


def test_a_file_that_only_became_executable_is_unchanged(checkout: Checkout, repository: Repository) -> None:
    before = checkout.commit({"a.py": "x = 1\n"})
    checkout.run_git("update-index", "--cacheinfo", f"100755,{checkout.run_git('rev-parse', 'HEAD:a.py')},a.py")
    assert repository.line_map(before, checkout.commit_index(), {"a.py"}).files == {}


def test_a_file_too_large_to_read_maps_no_line(checkout: Checkout, repository: Repository) -> None:
    large = "x = 1\n" * (objects.LARGEST_OBJECT // 6 + 1)
    before = checkout.commit({"a.py": large, "b.py": "y = 1\n"})
    after = checkout.commit({"a.py": large + "y = 1\n", "b.py": "\ny = 1\n"})
    with pytest.raises(CannotReadRepository, match="more than"):
        repository.source(before, "a.py")
    found = repository.line_map(before, after, {"a.py", "b.py"})
    assert found.forward("a.py", Lines.of([1])) == {}
    assert found.forward("b.py", Lines.of([1])) == {"b.py": Lines.of([2])}


def test_nothing_is_written_into_a_checkout(checkout: Checkout, repository: Repository) -> None:
    before, after = checkout.commit({"a.py": "x = 1\n"}), checkout.commit({"a.py": "y = 1\n"})
    (checkout.directory / "a.py").write_text("not committed\n")
    state = {path: path.stat().st_mtime_ns for path in checkout.directory.rglob("*")}
    repository.resolve("main")
    repository.source(after, "a.py")
    repository.line_map(before, after, {"a.py"})
    repository.is_ancestor(before, after)
    assert {path: path.stat().st_mtime_ns for path in checkout.directory.rglob("*")} == state


def test_a_checkout_is_found_from_a_directory_within_it(checkout: Checkout) -> None:
    commit = checkout.commit({"d/a.py": "x = 1\n"})
    (checkout.directory / "d").mkdir()
    with git.open_checkout(checkout.directory / "d") as opened:
        assert opened.source(commit, "d/a.py").text == "x = 1\n"


def test_a_directory_that_is_no_repository_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CannotReadRepository, match="not a git repository"):
        git.open_checkout(tmp_path)
    with pytest.raises(CannotReadRepository, match="no such directory"):
        git.open_checkout(tmp_path / "missing")
