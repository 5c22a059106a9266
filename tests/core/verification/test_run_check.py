"""A volunteer's run is checked for the lines of the bug, wherever they are in the volunteer's file."""

from __future__ import annotations

from covbot.core.coverage import FileCoverage
from covbot.core.lines import Lines
from covbot.core.verification import run_check

BEFORE = "import this\n\n\ndef first(a):\n    if a:\n        return 1\n    return 2\n"
NOW = f"# a new line\n{BEFORE}"


def _file(statements: str, missing: str = "") -> FileCoverage:
    return FileCoverage(statements=Lines.of(map(int, statements.split())), missing=Lines.of(map(int, missing.split())))


def test_it_is_done_when_all_lines_run() -> None:
    verified = run_check.verify_lines(Lines.of([6]), _file("1 4 5 6 7", "7"), before=BEFORE)
    assert verified.done
    assert verified.explanations == ()


def test_what_does_not_run_is_reported_with_the_reason() -> None:
    verified = run_check.verify_lines(Lines.of([6]), _file("1 4 5 6 7", "6"), before=BEFORE)
    assert not verified.done
    assert [explanation.sentence for explanation in verified.explanations] == ['"if a" (line 5) is never true']


def test_lines_are_followed_into_the_volunteers_file() -> None:
    verified = run_check.verify_lines(Lines.of([6]), _file("2 5 6 7 8", "7"), before=BEFORE, now=NOW)
    assert list(verified.missing) == [7]
    assert run_check.verify_lines(Lines.of([6]), _file("2 5 6 7 8"), before=BEFORE, now=NOW).done


def test_a_run_of_another_text_proves_nothing_if_that_text_is_not_known() -> None:
    statements = "2 5 6 7 8"
    assert list(run_check.verify_lines(Lines.of([6]), _file(statements), before=BEFORE).unmeasured) == [6]
    assert run_check.verify_lines(Lines.of([6]), _file(statements), before=BEFORE, now=NOW).done


def test_a_line_that_is_gone_is_counted_and_no_longer_required() -> None:
    now = "import this\n\n\ndef first(a):\n    if a:\n        pass\n    return 2\n"
    verified = run_check.verify_lines(Lines.of([6]), _file("1 4 5 6 7"), before=BEFORE, now=now)
    assert (verified.gone, verified.done) == (1, True)


def test_a_line_that_the_run_does_not_know_is_not_done() -> None:
    verified = run_check.verify_lines(Lines.of([6]), _file("1 4 5 7"))
    assert list(verified.unmeasured) == [6]
    assert not verified.done


def test_a_line_that_was_rewritten_and_does_not_run_is_not_done() -> None:
    verified = run_check.verify_lines(
        Lines.of([6]), _file("1 4 5 6 7", "6"), before=BEFORE, now=BEFORE.replace("return 1", "return 11")
    )
    assert (verified.gone, list(verified.rewritten), verified.done) == (1, [6], False)
    assert [one.sentence for one in verified.explanations_of_rewritten] == ['"if a" (line 5) is never true']


def test_a_line_that_was_moved_into_a_new_function_is_not_done_until_that_runs() -> None:
    now = BEFORE.replace("return 1", "return helper(a)") + "def helper(a):\n    return a + 1\n"
    statements = "1 4 5 6 7 8 9"
    assert list(run_check.verify_lines(Lines.of([6]), _file(statements, "9"), before=BEFORE, now=now).rewritten) == [9]
    assert run_check.verify_lines(Lines.of([6]), _file(statements), before=BEFORE, now=now).done


def test_a_line_that_was_rewritten_and_excluded_is_not_done() -> None:
    now = BEFORE.replace("return 1", "return 11  # pragma: no cover")
    verified = run_check.verify_lines(Lines.of([6]), _file("1 4 5 7"), before=BEFORE, now=now)
    assert (list(verified.rewritten), verified.done) == ([6], False)


def test_a_line_that_is_gone_without_another_one_is_done() -> None:
    now = "import this\n\n\ndef first(a):\n    return 2\n"
    assert run_check.verify_lines(Lines.of([6]), _file("1 4 5"), before=BEFORE, now=now).done


def test_a_line_of_another_function_that_changed_too_is_not_asked_for() -> None:
    other = "def other(a):\n    if a:\n        return 3\n    return 4\n"
    now = BEFORE.replace("        return 1\n", "        pass\n") + other.replace("return 3", "return 33")
    statements = "1 4 5 6 7 8 9 10 11"
    assert run_check.verify_lines(Lines.of([6]), _file(statements, "10"), before=BEFORE + other, now=now).done
