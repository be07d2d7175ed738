"""What the rows of a table take goes along with it."""

from trialtrail.results.takes import TAKES, Takes, takes

from schemas.results.summaries import of_topic, takes_of


def small_part(rows):
    return of_topic(
        "flow",
        [
            {
                "row": f"box{n}",
                "label": "A box",
                "n": n,
                TAKES: takes(("n",), Takes("dataset:people", ("id",))),
            }
            for n in range(rows)
        ],
    )


def test_what_rows_take_is_not_copied_for_each_column():
    table = small_part(3)
    assert list(table.attrs[TAKES]) == ["flow.box0", "flow.box1", "flow.box2"]
    assert table["n"].attrs[TAKES] is table.attrs[TAKES]
    assert table[table["n"] > 1].attrs[TAKES] is table.attrs[TAKES]


def test_parts_put_together_have_what_each_of_them_takes():
    one, other = small_part(1), of_topic("uptake", [{"row": "visits", "label": "Visits", "n": 2}])
    found = takes_of(one, other)["summaries"]
    assert found == {
        "flow.box0": [
            {
                "cells": ["n"],
                "takes": [
                    {
                        "table": "dataset:people",
                        "columns": ["id"],
                        "where": {},
                        "needs": [],
                        "same": [],
                    }
                ],
            }
        ]
    }
