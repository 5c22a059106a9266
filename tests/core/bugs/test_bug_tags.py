"""A path has the tags of all areas that it is in; the tags with a meaning are those that people know."""

from __future__ import annotations

import pytest

from covbot.core.bugs import bug_tags

AREAS = {
    "libvirt": ["nova/virt/libvirt/*"],
    "compute": ["nova/compute/*", "nova/api/*/compute/*"],
    "api": ["nova/api/*", "nova/api/openstack/*"],
    "setup": ["setup.py", "[ab].py"],
}


@pytest.mark.parametrize(
    ("path", "tags"),
    [
        ("nova/virt/libvirt/driver.py", ("libvirt",)),
        ("nova/virt/libvirt/volume/fs.py", ("libvirt",)),
        ("nova/api/openstack/wsgi.py", ("api",)),
        ("nova/api/openstack/compute/servers.py", ("api", "compute")),
        ("nova/virt/libvirt.py", ()),
        ("other/nova/api/wsgi.py", ()),
        ("Nova/api/wsgi.py", ()),
        ("setup.py", ("setup",)),
        ("a.py", ("setup",)),
        ("[ab].py", ()),
        ("", ()),
    ],
)
def test_a_path_has_the_tag_of_each_area_it_is_in_once_and_sorted(path: str, tags: tuple[str, ...]) -> None:
    assert bug_tags.find_area_tags(path, AREAS) == tags


def test_without_areas_a_path_has_no_tags() -> None:
    assert bug_tags.find_area_tags("nova/api/wsgi.py", {}) == ()


def test_the_tags_that_people_set_and_remove_keep_their_names() -> None:
    assert (bug_tags.COVBOT, bug_tags.IGNORE, bug_tags.BEGINNERS) == ("covbot", "covbot-ignore", "low-hanging-fruit")
