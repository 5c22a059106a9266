"""Modules of functions that are much alike, some of them twins, and changes that keep what each statement is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

STATEMENTS = ("x = load(self)", "y = x + 1", "log(y)", "x.save()", "y = y * 2", "total = x + y", "check(x, y)", "pass")
CONDITIONS = ("x", "y", "self.x")


@frozen(kw_only=True)
class Statement:
    """A statement, `depth` blocks deep; `origin` says which one it is, through all changes."""

    text: str
    depth: int
    origin: tuple[object, ...]


@frozen(kw_only=True)
class LookAlike:
    """A function, or a method of the class `owner`. Of its statements all ran, none, or only those in no block."""

    name: str
    owner: str
    ran: str
    is_twin: bool
    body: tuple[Statement, ...]

    def is_missing(self, statement: Statement) -> bool:
        return self.ran == "none" or (self.ran == "some" and statement.depth > 0)


@frozen(kw_only=True)
class WrittenModule:
    """The text of a module; line -> origin of its statement, and the lines that never ran."""

    text: str
    origins: dict[int, tuple[object, ...]]
    missing: frozenset[int]


def draw_module(order: random.Random) -> list[LookAlike]:
    """Return a module in which about a third of the functions are like another one, or its twin."""
    found: list[LookAlike] = []
    for number in range(order.randint(4, 9)):
        owner, ran = order.choice(("", "", "A", "B")), order.choice(("all", "none", "some"))
        body, is_twin = _draw_body(order), False
        if found and order.random() < 0.35:
            model = order.choice(found)
            body, is_twin = [(one.text, one.depth) for one in model.body], order.random() < 0.3
            if is_twin:
                ran = model.ran
                found[found.index(model)] = attrs.evolve(model, is_twin=True)
        if not is_twin:
            body = [(f"mark_{number}()", 0), *body[1:]]
        statements = tuple(
            Statement(text=text, depth=depth, origin=(number, index)) for index, (text, depth) in enumerate(body)
        )
        found.append(LookAlike(name=f"f{number}", owner=owner, ran=ran, is_twin=is_twin, body=statements))
    return found


def _draw_body(order: random.Random) -> list[tuple[str, int]]:
    body = [("", 0)]
    for _ in range(order.randint(1, 5)):
        if order.random() < 0.3:
            body.append((f"if {order.choice(CONDITIONS)}:", 0))
            body += [(order.choice(STATEMENTS), 1) for _ in range(order.randint(1, 2))]
        else:
            body.append((order.choice(STATEMENTS), 0))
    return body


def write_module(functions: Sequence[LookAlike]) -> WrittenModule:
    """Return the text of functions, and then of classes in the order of their names."""
    rows: list[str] = []
    origins: dict[int, tuple[object, ...]] = {}
    missing: set[int] = set()
    for owner in ("", *sorted({function.owner for function in functions} - {""})):
        rows += [f"class {owner}:"] if owner else []
        margin = "    " if owner else ""
        for function in functions:
            if function.owner == owner:
                rows.append(f"{margin}def {function.name}(self):")
                for statement in function.body:
                    rows.append(f"{margin}    {'    ' * statement.depth}{statement.text}")
                    origins[len(rows)] = statement.origin
                    missing.update([len(rows)] if function.is_missing(statement) else [])
    return WrittenModule(text="\n".join(rows) + "\n", origins=origins, missing=frozenset(missing))


def change_module(order: random.Random, functions: Sequence[LookAlike]) -> list[LookAlike]:
    """Return the module after up to three changes: shuffled, renamed, swapped, moved, deleted, handed on, edited."""
    found = [*functions]
    for _ in range(order.randint(1, 3)):
        found = order.choice(_CHANGES)(order, found)
    return found


def _shuffle(order: random.Random, found: list[LookAlike]) -> list[LookAlike]:
    return order.sample(found, len(found))


def _rename(order: random.Random, found: list[LookAlike]) -> list[LookAlike]:
    chosen, name = order.choice(found), f"n{order.randint(0, 999)}"
    return [attrs.evolve(one, name=name) if one is chosen and not one.is_twin else one for one in found]


def _swap_names(order: random.Random, found: list[LookAlike]) -> list[LookAlike]:
    one, other = order.sample(range(len(found)), 2)
    if found[one].is_twin or found[other].is_twin:
        return found
    changed = [*found]
    changed[one] = attrs.evolve(found[one], name=found[other].name)
    changed[other] = attrs.evolve(found[other], name=found[one].name)
    return changed


def _move(order: random.Random, found: list[LookAlike]) -> list[LookAlike]:
    chosen, owner = order.choice(found), order.choice(("", "A", "B"))
    return [attrs.evolve(one, owner=owner) if one is chosen and not one.is_twin else one for one in found]


def _delete(order: random.Random, found: list[LookAlike]) -> list[LookAlike]:
    gone = order.choice(found)
    return found if gone.is_twin or len(found) < 4 else [one for one in found if one is not gone]


def _hand_on(order: random.Random, found: list[LookAlike]) -> list[LookAlike]:
    gone, heir = order.sample(found, 2)
    if gone.is_twin or heir.is_twin or len(found) < 4:
        return found
    heirs = [attrs.evolve(one, name=gone.name, owner=gone.owner) if one is heir else one for one in found]
    return [one for one in heirs if one is not gone]


def _insert(order: random.Random, found: list[LookAlike]) -> list[LookAlike]:
    function = order.choice(found)
    place = order.randint(0, len(function.body))
    depth = function.body[place].depth if place < len(function.body) else 0
    number = order.randint(0, 10**9)
    new = Statement(text=f"new_{number} = 1", depth=depth, origin=("new", number))
    body = (*function.body[:place], new, *function.body[place:])
    return [attrs.evolve(one, body=body) if one is function and not one.is_twin else one for one in found]


def _delete_statement(order: random.Random, found: list[LookAlike]) -> list[LookAlike]:
    function = order.choice(found)
    texts = [statement.text for statement in function.body]
    choices = [
        statement
        for statement in function.body[1:]
        if not statement.depth and not statement.text.startswith("if") and texts.count(statement.text) == 1
    ]
    if function.is_twin or not choices:
        return found
    gone = order.choice(choices)
    body = tuple(statement for statement in function.body if statement is not gone)
    return [attrs.evolve(one, body=body) if one is function else one for one in found]


def _swap_classes(_order: random.Random, found: list[LookAlike]) -> list[LookAlike]:
    if any(one.is_twin for one in found):
        return found
    return [attrs.evolve(one, owner={"A": "B", "B": "A"}.get(one.owner, "")) for one in found]


_CHANGES = (
    _shuffle, _rename, _swap_names, _swap_names, _move, _delete, _hand_on, _insert, _delete_statement, _swap_classes
)  # fmt: skip
