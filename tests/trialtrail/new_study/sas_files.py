"""Write a small data set of SAS for tests: no library of Python offers it, ReadStat's writer can.

ReadStat is the C library inside pyreadstat, whose functions its module exposes.
"""

import ctypes
import os
from pathlib import Path

import pyreadstat._readstat_writer as writer

STRING, DOUBLE = 0, 5
"""Types of a variable (``readstat_type_t``)."""


def write_sas7bdat(path: Path, columns: dict[str, list], formats: dict[str, str]) -> None:
    """Write columns of texts or numbers; ``formats`` names the format of SAS of some."""
    lib = ctypes.CDLL(writer.__file__)
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_double
    for name, arguments, returns in (
        ("readstat_writer_init", [], pointer),
        ("readstat_add_variable", [pointer, text, ctypes.c_int, ctypes.c_size_t], pointer),
        ("readstat_variable_set_format", [pointer, text], None),
        ("readstat_variable_set_label", [pointer, text], None),
        ("readstat_begin_writing_sas7bdat", [pointer, pointer, ctypes.c_long], ctypes.c_int),
        ("readstat_begin_row", [pointer], ctypes.c_int),
        ("readstat_end_row", [pointer], ctypes.c_int),
        ("readstat_insert_string_value", [pointer, pointer, text], ctypes.c_int),
        ("readstat_insert_double_value", [pointer, pointer, number], ctypes.c_int),
        ("readstat_insert_missing_value", [pointer, pointer], ctypes.c_int),
        ("readstat_end_writing", [pointer], ctypes.c_int),
        ("readstat_writer_free", [pointer], None),
    ):
        function = getattr(lib, name)
        function.argtypes, function.restype = arguments, returns
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    sign = ctypes.CFUNCTYPE(ctypes.c_ssize_t, pointer, ctypes.c_size_t, pointer)
    write = sign(lambda data, size, _: os.write(handle, ctypes.string_at(data, size)))
    lib.readstat_set_data_writer.argtypes = [pointer, sign]
    made = lib.readstat_writer_init()
    lib.readstat_set_data_writer(made, write)
    variables = {}
    for name, cells in columns.items():
        is_text = any(isinstance(cell, str) for cell in cells)
        width = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
        kind = STRING if is_text else DOUBLE
        variables[name] = lib.readstat_add_variable(made, name.encode(), kind, width)
        lib.readstat_variable_set_label(variables[name], f"Label of {name}".encode())
        if name in formats:
            lib.readstat_variable_set_format(variables[name], formats[name].encode())
    rows = list(zip(*columns.values(), strict=True))
    assert lib.readstat_begin_writing_sas7bdat(made, None, len(rows)) == 0
    for row in rows:
        assert lib.readstat_begin_row(made) == 0
        for variable, cell in zip(variables.values(), row, strict=True):
            if cell is None:
                assert lib.readstat_insert_missing_value(made, variable) == 0
            elif isinstance(cell, str):
                assert lib.readstat_insert_string_value(made, variable, cell.encode()) == 0
            else:
                assert lib.readstat_insert_double_value(made, variable, float(cell)) == 0
        assert lib.readstat_end_row(made) == 0
    assert lib.readstat_end_writing(made) == 0
    lib.readstat_writer_free(made)
    os.close(handle)
