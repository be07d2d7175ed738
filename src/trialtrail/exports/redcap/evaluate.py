"""Compute a tree of REDCap's logic over the rows of an export, all rows at once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trialtrail.exports.redcap.functions import FUNCTIONS
from trialtrail.exports.redcap.logic import Call, Literal, Node, NotCompared, Operation, Reference
from trialtrail.exports.redcap.records import Records
from trialtrail.exports.redcap.values import Truth, Value, compare, of_truth

ARITHMETIC = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.fmod,
    "^": np.power,
}
JOINING = ("and", "or")


def condition(node: Node, records: Records) -> Truth:
    """Return in which rows the condition holds.

    Raises:
        NotCompared: it is beyond what is computed here.
    """
    if isinstance(node, Operation) and node.sign in JOINING:
        left, right = condition(node.left, records), condition(node.right, records)
        return left & right if node.sign == "and" else left | right
    if isinstance(node, Operation) and node.sign not in ARITHMETIC:
        return compare(node.sign, value(node.left, records), value(node.right, records))
    return value(node, records).truth()


def value(node: Node, records: Records) -> Value:
    """Return the value of the formula in each row.

    Raises:
        NotCompared: it is beyond what is computed here.
    """
    if isinstance(node, Literal):
        return _literal(node, len(records))
    if isinstance(node, Reference):
        return records.value(node)
    if isinstance(node, Call):
        return _called(node, records)
    if node.sign not in ARITHMETIC:
        return of_truth(condition(node, records))
    left, right = value(node.left, records), value(node.right, records)
    with np.errstate(all="ignore"):
        number = ARITHMETIC[node.sign](left.number, right.number)
    # A division by zero or the root of a negative number is no number, which REDCap leaves blank.
    number = np.where(np.isfinite(number), number, np.nan)
    return Value(left.unsure | right.unsure, given_number=number)


def _literal(node: Literal, size: int) -> Value:
    unsure = np.zeros(size, dtype=bool)
    if node.is_number:
        return Value(unsure, given_number=np.full(size, float(node.text)))
    return Value(unsure, given_text=pd.Series([node.text] * size, dtype="string"))


def _called(node: Call, records: Records) -> Value:
    if node.name == "if":
        return _chosen(node, records)
    if node.name not in FUNCTIONS:
        raise NotCompared(f"the function {node.name} is not computed here")
    least, greatest, make = FUNCTIONS[node.name]
    if not least <= len(node.given) <= greatest:
        raise NotCompared(f"the function {node.name} is not given what it needs")
    return make(*(value(inner, records) for inner in node.given))


def _chosen(node: Call, records: Records) -> Value:
    if len(node.given) != 3:
        raise NotCompared("the function if is not given what it needs")
    truth = condition(node.given[0], records)
    then, other = (value(inner, records) for inner in node.given[1:])
    unsure = truth.unsure | np.where(truth.holds, then.unsure, other.unsure)
    if then.is_number and other.is_number:
        number = np.where(truth.holds, then.number, other.number)
        return Value(unsure, given_number=number)
    text = then.text.where(truth.holds, other.text)
    return Value(unsure, given_text=text, codes=then.codes | other.codes)
