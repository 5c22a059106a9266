"""Draw random programs with every control structure; each of them terminates, whatever it catches."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from hypothesis import strategies as st

PRELUDE = """\
class Over(BaseException): pass
class E1(Exception): pass
class E2(E1): pass
class cm:
    def __init__(self, fails): self.fails = fails
    def __enter__(self):
        if self.fails: raise E1
    def __exit__(self, *why): return False
class hush(cm):
    def __exit__(self, *why): return why[0] is not None and issubclass(why[0], Exception)
def c():
    global STEP
    STEP += 1
    if STEP > MOST: raise Over
    return BITS[STEP % len(BITS)]
def n(): return [1, 2][: c() + c()]
def t():
    if c(): raise [E1, E2][c()]
    return 1
def d(f): return f
"""
"""What a program calls: `c` returns the next of its bits, `n` up to two numbers, and `t` raises at times."""

BITS = st.lists(st.integers(0, 1), min_size=1, max_size=12)
"""The bits that `c` returns, over and over."""

Rows: TypeAlias = list[str]

DrawInner: TypeAlias = Callable[[], Rows]

_SIMPLE = (
    "x = c()",
    "t()",
    "c(); t()",
    "pass",
    "x = [c() for _ in n()]",
    "x = 1 if c() else 2",
    "(c() and\n t())",
    '"""no"""',
)
_LEAVES = ("return c()", "raise E1", "raise E2", "return")
_IN_LOOP = ("break", "continue")


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Draw the text of a module that defines functions and calls some of them."""
    names = ["f", "g"][: draw(st.integers(1, 2))]
    rows: Rows = []
    for name in names:
        rows += [
            *draw(st.sampled_from([[], [], ["@d"]])),
            f"def {name}():",
            *_indent_rows(_draw_block(draw, 3, loop=False)),
        ]
    for name in draw(st.lists(st.sampled_from(names), max_size=3)):
        rows += ["try:", f"    list({name}() or ())", "except (E1, TypeError):", "    pass"]
    return "\n".join([*rows, *_draw_block(draw, 1, loop=False, leaves=("t()",)), ""])


def _indent_rows(rows: Rows) -> Rows:
    return ["    " + part for row in rows for part in row.split("\n")]


def _draw_block(draw: st.DrawFn, depth: int, *, loop: bool, leaves: tuple[str, ...] = _LEAVES) -> Rows:
    rows = [
        row
        for _ in range(draw(st.sampled_from([1, 1, 2, 2, 3])))
        for row in _draw_statement(draw, depth, loop=loop, leaves=leaves)
    ]
    return [part for row in rows for part in row.split("\n")]


def _draw_statement(draw: st.DrawFn, depth: int, *, loop: bool, leaves: tuple[str, ...]) -> Rows:
    def inner(*, looped: bool = loop) -> Rows:
        return _indent_rows(_draw_block(draw, depth - 1, loop=looped, leaves=leaves))

    simple = [*_SIMPLE, *leaves, *(_IN_LOOP if loop else ())]
    kind = draw(
        st.sampled_from(
            ["simple", "simple", "simple", "simple", "if", "if", "one", "for", "while", "try", "with", "match", "def"]
        )
    )
    if depth == 0 or kind == "simple":
        return [draw(st.sampled_from(simple))]
    if kind == "if":
        return _draw_if(draw, inner)
    if kind == "one":
        return [f"if c(): {draw(st.sampled_from([row for row in simple if chr(10) not in row and row[0] != chr(34)]))}"]
    if kind in {"for", "while"}:
        header = "for i in n():" if kind == "for" else draw(st.sampled_from(["while c():", "while True:"]))
        body = [*(["    c()"] if header == "while True:" else []), *inner(looped=True)]
        return [header, *body, *_draw_optional(draw, "else:", inner)]
    if kind == "try":
        return _draw_try(draw, inner)
    if kind == "with":
        return [draw(st.sampled_from(["with cm(c()):", "with hush(0):", "with cm(0), \\\n  cm(0) as y:"])), *inner()]
    if kind == "match":
        guard = draw(st.sampled_from(["case 1:", "case 2 if c():", "case [1]:"]))
        last = draw(st.sampled_from([[], ["    case _:", *_indent_rows(inner())]]))
        return ["match n():", f"    {guard}", *_indent_rows(inner()), "    case [1, 2]:", *_indent_rows(inner()), *last]
    body = _indent_rows(_draw_block(draw, depth - 1, loop=False))
    extra = draw(st.sampled_from([[], ["    yield 1"], ['    """Say."""']]))
    call = draw(st.sampled_from([[], ["k()"], ["list(k() or ())"]]))
    return [draw(st.sampled_from(["def k():", "@d\ndef k():"])), *extra, *body, *call]


def _draw_optional(draw: st.DrawFn, header: str, inner: DrawInner) -> Rows:
    return [header, *inner()] if draw(st.booleans()) else []


def _draw_if(draw: st.DrawFn, inner: DrawInner) -> Rows:
    test = draw(st.sampled_from(["c()", "not c()", "c() and c()", "(c() or\n      c())"]))
    chained = draw(st.lists(st.sampled_from(["elif c():", "elif not t():"]), max_size=2))
    return [
        f"if {test}:",
        *inner(),
        *(row for header in chained for row in (header, *inner())),
        *_draw_optional(draw, "else:", inner),
    ]


def _draw_try(draw: st.DrawFn, inner: DrawInner) -> Rows:
    kinds = draw(st.sampled_from([["except E2:", "except E1 as e:"], ["except (E1, E2):"], ["except Exception:"], []]))
    handlers = [row for kind in kinds for row in (kind, *inner())]
    rest = _draw_optional(draw, "else:", inner) if kinds else []
    return [
        "try:",
        *inner(),
        *handlers,
        *rest,
        *(_draw_optional(draw, "finally:", inner) if kinds else ["finally:", *inner()]),
    ]
