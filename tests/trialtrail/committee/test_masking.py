"""Names of arms in texts of the open edition."""

from __future__ import annotations

import pytest

from trialtrail.committee.masking import MASK, mask_of, masked

ARMS = [
    {"id": "peer_support", "label": "Peer support", "description": "usual care and a peer"},
    {"id": "control", "label": "Control"},
    {"id": "a", "label": "B"},
]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Peer support for carers", f"{MASK} for carers"),
        ("PEER  SUPPORT", MASK),
        ("of peer-support, of peer_support", f"of {MASK}, of {MASK}"),
        ("Allocated to Control", f"Allocated to {MASK}"),
        ("under controlled conditions", "under controlled conditions"),
        ("a supporting peer", "a supporting peer"),
        ("usual care and a peer", MASK),
        ("plan a and vitamin B", "plan a and vitamin B"),
        ("", ""),
    ],
)
def test_an_arm_is_masked_as_a_word_and_nothing_else_is(text, shown):
    assert mask_of(ARMS)(text) == shown


def test_arms_without_names_to_look_for_leave_texts_alone():
    assert mask_of([{"id": "A", "label": "A"}, {"id": "B", "label": "B"}])("A and B") == "A and B"


def test_every_text_of_a_piece_of_configuration_is_masked():
    mask = mask_of(ARMS)
    given = {"title": "Control of pain", "words": {"one": ["control", 3]}, "synthetic": True}
    assert masked(given, mask) == {
        "title": f"{MASK} of pain",
        "words": {"one": [MASK, 3]},
        "synthetic": True,
    }
