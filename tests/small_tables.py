"""What the tests of the scripts share: jobs without Snakemake, tables with the types of a run."""

from types import SimpleNamespace

import pandas as pd

from trialtrail.exports.read import read_export
from trialtrail.validation.cells import contract_of
from trialtrail.validation.contracts import load_model
from trialtrail.validation.table import validate_table


def job(tmp_path, inputs, outputs, params=None, **wildcards):
    """Return a job; ``outputs`` maps a name to a file name, or to a list of them."""

    def placed(name):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return str(path)

    made = {
        name: [placed(n) for n in file] if isinstance(file, list) else placed(file)
        for name, file in outputs.items()
    }
    inputs = {
        name: [str(p) for p in path] if isinstance(path, list) else str(path)
        for name, path in inputs.items()
    }
    source = SimpleNamespace(**inputs)
    source.get = inputs.get
    return SimpleNamespace(
        input=source,
        output=SimpleNamespace(**made),
        params=SimpleNamespace(**(params or {})),
        wildcards=SimpleNamespace(**wildcards),
    )


def typed(**columns):
    """Return a frame with nullable types: numbers, yes and no, text; names in ``_on`` are dates."""
    frame = pd.DataFrame(columns)
    for name in frame:
        if name.endswith(("_on", "_until")):
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[ns]")
        else:
            frame[name] = frame[name].astype(object).convert_dtypes()
            if str(frame[name].dtype) == "object":
                frame[name] = frame[name].astype("string")
    return frame


def validated(**columns):
    """Return a validated table: `typed`, with the place each row came from."""
    frame = typed(**columns)
    size = len(frame)
    places = {"_export": ["e"] * size, "_file": ["e.csv"] * size, "_line": range(2, size + 2)}
    return frame.assign(**{name: pd.array(list(v)) for name, v in places.items()})


def whole(frame, table):
    """Return a validated table with all columns of its contract, as a run writes it."""
    columns = load_model(table).to_schema().columns
    absent = {
        name: pd.Series(pd.NA, index=frame.index, dtype="object").astype(str(column.dtype))
        for name, column in columns.items()
        if name not in frame
    }
    return frame.assign(**absent).astype({name: str(c.dtype) for name, c in columns.items()})


def source(columns, name="e", **more):
    """Return a source as the configuration gives it to validate_table."""
    plain = {
        "name": name,
        "label": f"{name}.csv",
        "dictionary": False,
        "dictionary_label": "",
        "missing": [""],
        "dates": ["%Y-%m-%d"],
        "columns": columns,
        "codes": {},
        "note_if": {},
        "constants": {},
        "known": list(columns.values()),
    }
    return plain | more


def checked(tmp_path, table, text, columns, variables=(), is_form=False, arms=("x", "y"), **more):
    """Return (typed rows, rows as read, findings, rows read) of one table from CSV text.

    ``text`` is one CSV file, or several by the name of their export.
    """
    texts = text if isinstance(text, dict) else {"e": text}
    sources, paths = [], {}
    for name, content in texts.items():
        paths[name] = tmp_path / f"{name}.csv"
        paths[name].write_text(content, encoding="utf-8", newline="")
        sources.append(source(columns, name, **more.get(name, {}) if name in more else more))
    done = validate_table(
        table,
        sources,
        contract_of(table, list(variables), is_form, list(arms)),
        lambda spec: read_export(spec, [str(paths[spec["name"]])]),
    )
    return done.frame, done.raw, done.found, done.count


def rules(found):
    """Return (line, rule, column) of each finding."""
    return [(item["line"], item["rule"], item["column"]) for item in found]


def topic(frame, name):
    """Return the rows of one topic of `summaries`, by their names within it."""
    mine = frame[frame["table"] == name]
    return mine.set_index(mine["row"].str.partition(".")[2])
