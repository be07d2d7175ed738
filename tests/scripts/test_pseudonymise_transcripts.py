"""Transcripts with pseudonyms: codings stand over the same words, names apart."""

import pandas as pd

from scripts.pseudonymise_transcripts import moved_codings, pseudonymise_transcripts

TEXTS = {"d": "👩🏽 Mary met Al. Mary's aunt.", "e": "Nobody."}


def test_codings_stand_over_the_same_words():
    table, maps = pseudonymise_transcripts(TEXTS, {"Mary": "Rosalind", "Al": "Bartholomew"})
    texts = dict(zip(table["document"], table["text"], strict=True))
    assert texts == {"d": "👩🏽 Rosalind met Bartholomew. Rosalind's aunt.", "e": "Nobody."}
    start = TEXTS["d"].index("met")
    segments = pd.DataFrame(
        {
            "document": ["d", "d", "d", "e"],
            "code": ["c"] * 4,
            "coder": ["r"] * 4,
            "start": [start, 5, TEXTS["d"].index("aunt"), 0],
            "end": [start + 6, start, len(TEXTS["d"]) - 1, 6],
        }
    )
    moved = moved_codings(segments, maps)
    words = [texts[d][a:b] for d, a, b in moved[["document", "start", "end"]].to_numpy()]
    assert words == ["met Bartholomew", "Rosalind ", "aunt", "Nobody"]


def test_without_a_name_in_it_a_transcript_stays():
    table, maps = pseudonymise_transcripts({"e": TEXTS["e"]}, {"Mary": "Rose"})
    assert table["text"][0] == TEXTS["e"]
    assert maps["e"].to_printed(3) == 3
