"""What an address selects."""

import pytest

from modules.ideas.selection import Selection, selection_from


def test_a_selection_is_read_and_written_alike():
    args = {
        "at": "k1",
        "district": "Mitte",
        "state": "open",
        "near": "50.7352,7.0986",
        "radius": "250",
        "q": "Licht am Weg",
    }
    selection = selection_from(args)
    assert selection == Selection("k1", "Mitte", "open", (7.0986, 50.7352), 250, "Licht am Weg")
    assert selection.address() == args
    assert selection.is_narrow


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"state": "odd"},
        {"near": "here"},
        {"near": "91,7"},
        {"near": "50,181"},
        {"near": "nan,7"},
        {"radius": "7"},
        {"at": "a\x00b"},
        {"q": "  "},
    ],
)
def test_what_cannot_be_read_narrows_nothing(args):
    selection = selection_from(args)
    assert not selection.is_narrow
    assert selection.address() == {}
