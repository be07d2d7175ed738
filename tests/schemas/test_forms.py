"""The columns of forms, made of the configuration's variables."""

import pandas as pd
import pandera.pandas as pa
import pytest

from schemas.raw.forms import TYPES, variable_columns


def passes(variable, values, dtype):
    schema = pa.DataFrameSchema(variable_columns(variable))
    try:
        schema.validate(pd.DataFrame({variable["id"]: pd.array(values, dtype=dtype)}))
    except pa.errors.SchemaError:
        return False
    return True


LIMITED = {"id": "x", "type": "integer", "minimum": 1, "maximum": 5}


@pytest.mark.parametrize(("value", "allowed"), [(0, False), (1, True), (5, True), (6, False)])
def test_limits_belong_to_what_is_allowed(value, allowed):
    assert passes(LIMITED, [value], "Int64") is allowed


def test_a_limit_of_zero_is_a_limit():
    assert not passes({"id": "x", "type": "number", "minimum": 0}, [-0.1], "Float64")
    assert not passes({"id": "x", "type": "number", "maximum": 0}, [0.1], "Float64")


def test_a_variable_may_be_empty_unless_it_is_required():
    assert passes(LIMITED, [pd.NA, 3], "Int64")
    assert not passes(LIMITED | {"required": True}, [pd.NA, 3], "Int64")


def test_the_column_tells_the_dictionary_its_label_and_unit():
    made = variable_columns({"id": "x", "type": "number", "label": "Weight", "unit": "kg"})["x"]
    assert (made.title, made.metadata) == ("Weight", {"unit": "kg"})
    assert variable_columns({"id": "x", "type": "number"})["x"].title == "x"


def test_every_type_of_the_configuration_has_a_column():
    for kind in TYPES:
        assert variable_columns({"id": "x", "type": kind})["x"].dtype is not None
