"""The tree: RFC 6962's own answers, and no proof for what is not in it."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialtrail.lineage.release.merkle import (
    commitment,
    committed_leaf,
    entry_key,
    leaf_hash,
    node_hash,
    path_of,
    root_from,
    root_of,
)

# The leaves and roots of the reference tests of Certificate Transparency (RFC 6962).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
contents = st.lists(st.binary(max_size=4), min_size=1, max_size=40)


@pytest.mark.parametrize(("size", "root"), ROOTS.items())
def test_roots_are_those_of_certificate_transparency(size, root):
    assert root_of([leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == root


@settings(deadline=None)
@given(contents, st.data())
def test_the_path_of_each_leaf_leads_to_the_root_and_no_other_leaf_does(items, data):
    leaves = [leaf_hash(item) for item in items]
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root = path_of(index, leaves), root_of(leaves)
    assert root_from(leaves[index], index, len(leaves), path) == root
    assert root_from(leaf_hash(b"another leaf"), index, len(leaves), path) != root
    assert root_from(leaves[index], index, len(leaves), [*path, root]) is None
    assert root_from(leaves[index], len(leaves), len(leaves), path) is None
    if path:
        assert root_from(leaves[index], index, len(leaves), path[:-1]) is None


def test_a_node_does_not_pass_for_a_leaf():
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


def test_there_is_no_path_of_a_leaf_that_is_not_there():
    with pytest.raises(IndexError):
        path_of(2, [leaf_hash(b"a"), leaf_hash(b"b")])


def test_a_commitment_depends_on_key_kind_name_and_content():
    key = entry_key(b"secret", ("file", "a"))
    others = [("file", "a", "2"), ("cell", "a", "1"), ("file", "b", "1"), ("file", "a1", "")]
    told = commitment(key, ("file", "a", "1"))
    assert told not in {commitment(key, other) for other in others}
    assert told != commitment(entry_key(b"other", ("file", "a")), ("file", "a", "1"))


def test_a_guess_without_the_key_finds_nothing():
    leaf = committed_leaf(entry_key(b"secret", ("cell", "t#r/n")), ("cell", "t#r/n", "3"))
    guesses = {hashlib.sha256(b"\0" + str(guess).encode()).digest() for guess in range(9)}
    other = entry_key(b"secret", ("cell", "t#r/percent"))
    guesses |= {committed_leaf(other, ("cell", "t#r/n", str(guess))) for guess in range(9)}
    assert leaf not in guesses
