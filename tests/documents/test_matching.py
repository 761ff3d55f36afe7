"""A new version of a real law: every comment lands where a reader expects it, measured over hand-made marks."""

import sys
import time
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.documents import editing
from participation.documents.anchors import passage_at
from participation.documents.carrying import Carrier, Fate
from participation.documents.matching import match
from participation.documents.parts import Part, parts_of
from tests.documents.changed_laws import NAMES, Mark, marks, readings, versions


def landed(mark: Mark) -> tuple[str, str, str]:
    """What becomes of a mark: fate, place, whether its words still stand there."""
    old, new = versions(mark.law)
    text = next(part.text for part in old if part.key == mark.place)
    start = text.index(mark.quote) if mark.quote else 0
    passage = passage_at(text, start, start + len(mark.quote)) if mark.quote else None
    found = Carrier(old, new, match(old, new)).land(mark.place, passage)
    words = ("found" if found.span else "lost") if mark.quote else ""
    return found.fate.value, found.part.key if found.part else "", words


@pytest.mark.requirement("RA-4.1-10", "RA-3-22")
def test_at_least_95_percent_of_the_hand_marked_comments_land_where_they_are_expected(capsys):
    every = [mark for name in NAMES for mark in marks(name)]
    wrong = [(mark, found) for mark in every if (found := landed(mark)) != (mark.fate, mark.expected, mark.passage)]
    agreement = 1 - len(wrong) / len(every)
    fates = Counter(mark.fate for mark in every)
    with capsys.disabled():
        say = sys.stdout.write
        say(f"\n{len(every)} marks over {len(NAMES)} laws {dict(fates)}: {agreement:.1%} agree\n")
        for mark, found in wrong:
            say(f"  {mark.law} {mark.place}: expected {mark.fate} {mark.expected}, found {found}\n")
    assert len(every) >= 100
    assert min(fates.values()) >= 10
    assert agreement >= 0.95


@pytest.mark.requirement("RA-4.1-10")
@pytest.mark.parametrize("name", NAMES)
def test_no_comment_is_lost_wherever_it_stands(name):
    old, new = versions(name)
    carrier, there = Carrier(old, new, match(old, new)), {part.key for part in new}
    for part in old:
        found = carrier.land(part.key)
        assert (found.part is None) == (found.fate is Fate.ORPHANED)
        assert found.part is None or found.part.key in there


@pytest.mark.parametrize("name", NAMES)
def test_a_law_that_did_not_change_is_the_same_node_by_node(name):
    old, _new = versions(name)
    assert match(old, old).origins == {part.key: (part.key,) for part in old}


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_nodes_that_are_taken_out_by_hand_are_the_only_ones_that_are_gone(name, data):
    nodes = readings(name)[0].nodes
    long = [node.key for node in nodes[1:] if node.kind.value == "paragraph" and len(node.text) > 120]
    gone = data.draw(st.sets(st.sampled_from(long), max_size=5))
    new = nodes
    for key in sorted(gone):
        new = editing.removed(new, key)
    found = match(parts_of(nodes), parts_of(new))
    assert {part.key for part in parts_of(nodes)} - set(found.successors) == gone


def test_two_thousand_nodes_are_matched_in_seconds_even_if_most_of_them_changed():
    old = tuple(part for copy in range(10) for name in NAMES for part in _numbered(versions(name)[0], f"{copy}{name}"))[
        :2000
    ]
    new = tuple(replaced(part) for part in old)
    begin = time.process_time()
    found = match(old, new)
    assert time.process_time() - begin < 10
    assert len(found.origins) > 1900


def _numbered(parts: tuple[Part, ...], copy: str) -> list[Part]:
    return [
        part._replace(
            key=f"{copy}-{part.key}",
            section=f"{copy}-{part.section}" if part.section else None,
            text=" ".join(f"{word}{copy}" if len(word) > 6 else word for word in part.text.split()),
        )
        for part in parts
    ]


def replaced(part: Part) -> Part:
    ending = " Neu gefasst." if len(part.words) > 8 else ""
    return part._replace(text=part.text.replace(" und ", " sowie ").replace("soll", "muss") + ending)


def test_a_law_read_again_from_another_kind_of_file_keeps_its_places():
    nodes = readings("ozg")[0].nodes
    again = tuple(replace(node, html=f"<em>{node.html}</em>") for node in nodes)
    assert match(parts_of(nodes), parts_of(again)).origins == {node.key: (node.key,) for node in nodes}
