"""A DTD inside a report: read as far as it changes nothing, else refused."""

from __future__ import annotations

import pytest

from formats.cobertura.test_reader import make_class, make_line, read_report
from formats.outcomes import catch_error, list_lines, list_problems

INTERNAL_DTD = """<!DOCTYPE coverage SYSTEM "http://127.0.0.1:9/x.dtd" [
<!-- <!DOCTYPE of 100 %; & more -->
<!ELEMENT coverage (sources?,packages)>
<!ATTLIST coverage line-rate CDATA #REQUIRED version CDATA #IMPLIED>
<!ELEMENT line EMPTY>
<!ATTLIST line number CDATA #REQUIRED
               branch (true|false) #IMPLIED>]>
"""


def test_a_dtd_that_declares_elements_and_attributes_alone_changes_nothing() -> None:
    report = read_report(make_class("a.py", f"{make_line(1, 1)}\n{make_line('x', 0)}"), before=INTERNAL_DTD)
    assert list_lines(report) == ([1], [])
    assert [where for where, _ in list_problems(report.problems)] == ["it.xml:11"]
    for declaration in ("", "<!ELEMENT line ANY>", "<?pi ]> ?>"):
        before = f"<!-- <!DOCTYPE x [ --><!DOCTYPE coverage [{declaration}]>"
        assert list_lines(read_report(make_class("a.py", make_line(1, 0)), before=before)) == ([1], [1])


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY a "b">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a "b">',
        '<!NOTATION a SYSTEM "b">',
        '<!ATTLIST line hits CDATA "1">',
        '<!ATTLIST line hits CDATA #FIXED "1">',
        '<!ATTLIST line branch (true|false) "false">',
    ],
)
def test_a_dtd_that_could_change_what_is_read_is_refused(declaration: str) -> None:
    text = f"{INTERNAL_DTD[:-4]}>\n{declaration}]><coverage><packages/></coverage>"
    assert catch_error(text).startswith("it.xml:8: declares entities, or values of attributes, in a DTD of its own")


def test_an_entity_after_an_undeclared_parameter_entity_is_not_left_out_of_a_filename() -> None:
    doctype = '<!DOCTYPE coverage [%x;<!ENTITY d "b">]>'
    text = f'{doctype}<coverage><packages><class filename="&d;/a.py"/></packages></coverage>'
    assert catch_error(text) == "it.xml:1: broken XML: undefined entity"
