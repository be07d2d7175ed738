"""The forms that a REDCap text field may be validated for, as they stand in a raw export.

Whatever order a form shows a date in, a raw export has it as ISO 8601.
"""

from __future__ import annotations

DATE, CLOCK = r"\d{4}-\d{2}-\d{2}", r"(?:[01]\d|2[0-3]):[0-5]\d"
SECONDS = rf"{CLOCK}:[0-5]\d"
DATED = {"date": DATE, "datetime": f"{DATE} {CLOCK}", "datetime_seconds": f"{DATE} {SECONDS}"}
ORDERS = ("ymd", "mdy", "dmy")
PATTERNS = {
    "integer": r"[-+]?\d+",
    "number": r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?",
    "number_comma_decimal": r"[-+]?(?:\d+,?\d*|,\d+)",
    **{f"number_{n}dp": rf"[-+]?\d+\.\d{{{n}}}" for n in range(1, 5)},
    **{f"number_{n}dp_comma_decimal": rf"[-+]?\d+,\d{{{n}}}" for n in range(1, 5)},
    **{f"{kind}_{order}": pattern for kind, pattern in DATED.items() for order in ORDERS},
    "time": CLOCK,
    "time_hh_mm_ss": SECONDS,
    "time_mm_ss": r"[0-5]?\d:[0-5]\d",
    "email": r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+",
    "phone": r"(?:\+?1[-. ]*)?\(?[2-9]\d{2}\)?[-. /]*\d{3}[-. ]*\d{4}(?:\s*(?:x|ext)\.?\s*\d+)?",
    "phone_australia": r"\(?0?[2-578]\)?\s*\d{4}\s*\d{4}|04\d{2}\s*\d{3}\s*\d{3}",
    "phone_uk": r"(?:\+?44|0)[\d ()-]{9,14}",
    "zipcode": r"\d{5}(?:-\d{4})?",
    "postalcode_australia": r"\d{4}",
    "postalcode_canada": r"[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d",
    "postalcode_french": r"\d{5}",
    "postalcode_germany": r"\d{5}",
    "postalcode_uk": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "ssn": r"\d{3}-\d{2}-\d{4}",
    "mrn_10d": r"\d{10}",
    "mrn_generic": r"[A-Za-z0-9_-]+",
    "alpha_only": r"[A-Za-z]+",
}
"""Name of a validation -> what a cell must be."""
OLDER = {
    "int": "integer",
    "float": "number",
    "date": "date_ymd",
    "datetime": "datetime_ymd",
    "datetime_seconds": "datetime_seconds_ymd",
}
"""Names that older dictionaries use."""
WITHOUT_CASE = ("postalcode_canada", "postalcode_uk")


def known_format(validation: str) -> str:
    """Return the validation under its present name; empty where nobody knows it."""
    name = OLDER.get(validation, validation)
    return name if name in PATTERNS else ""


def is_numeric(name: str) -> bool:
    """Return whether cells of this validation are numbers."""
    return name == "integer" or name.startswith("number")


def is_date(name: str) -> bool:
    """Return whether cells of this validation are days."""
    return name.startswith("date_")


def is_dated(name: str) -> bool:
    """Return whether cells of this validation are dates, with or without a time."""
    return name.startswith("date")
