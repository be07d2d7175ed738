"""Find the unit of measurement that stands in a heading, in brackets or at its end.

A heading is parted only where the unit is one that is known, so that `Group (A/B)` stays whole.
Symbols are given as the SI brochure and laboratories write them (`mmhg` is mmHg); words of time
stay in the language of the heading.
"""

from __future__ import annotations

import re
import unicodedata

from trialtrail.new_study.columns.cells import words_of

_SYMBOLS = {
    **{each.casefold(): each for each in ("mmHg", "cmH2O", "kPa", "kcal", "kJ", "kg", "mg", "ng")},
    **{each.casefold(): each for each in ("pg", "mm", "cm", "km", "mL", "dL", "mmol", "nmol")},
    **{each.casefold(): each for each in ("pmol", "mol", "mEq", "IU", "mIU", "ms", "Hz", "kHz")},
    **{each.casefold(): each for each in ("dB", "mSv", "mGy", "Gy", "bpm", "lb", "lbs", "oz")},
    **{each.casefold(): each for each in ("ft", "pack-years", "kDa", "ppm", "mV", "mA", "kHz")},
    **{each.casefold(): each for each in ("EUR", "USD", "GBP", "CHF", "AUD", "CAD")},
    **{"ml": "mL", "ccm": "cm³", "cm2": "cm²", "cm²": "cm²", "cm3": "cm³", "cm³": "cm³"},
    **{"mm2": "mm²", "mm²": "mm²", "mm3": "mm³", "mm³": "mm³", "m2": "m²", "m²": "m²"},
    **{"umol": "µmol", "µmol": "µmol", "\u03bcmol": "µmol", "µg": "µg", "\u03bcg": "µg"},
    **{"ug": "µg", "mcg": "µg", "µl": "µL", "ul": "µL", "\u03bcl": "µL", "meq": "mEq"},
    **{"µm": "µm", "\u03bcm": "µm", "ie": "IE", "torr": "Torr", "inches": "inches"},
    **{"pct": "%", "percent": "%", "prozent": "%", "%": "%", "pourcent": "%"},
    **{"°c": "°C", "°f": "°F", "degc": "°C", "degf": "°F", "grad c": "°C", "º c": "°C"},
    **{"° c": "°C", "º": "°", "ºc": "°C", "celsius": "°C", "fahrenheit": "°F", "°": "°"},
    **{"kg/m2": "kg/m²", "kg/m²": "kg/m²", "kg/m^2": "kg/m²", "kg m2": "kg/m²", "kgm2": "kg/m²"},
    **{"points": "points", "punkte": "Punkte", "pts": "points", "€": "€", "$": "$", "£": "£"},
    **{"beats/min": "beats/min", "/min": "/min", "1/min": "1/min", "min-1": "1/min"},
    **{"schlage/min": "Schläge/min", "breaths/min": "breaths/min", "10^9/l": "10⁹/L"},
    **{"x10^9/l": "10⁹/L", "10e9/l": "10⁹/L", "x10e9/l": "10⁹/L", "10^12/l": "10¹²/L"},
    **{"10^3/ul": "10³/µL", "g%": "g%", "mg%": "mg%", "/ul": "/µL", "/µl": "/µL"},
    **{"cells/mm3": "cells/mm³", "cells/ul": "cells/µL", "copies/ml": "copies/mL"},
    **{"mm/h": "mm/h", "mm/hr": "mm/h", "ml/min/1.73m2": "mL/min/1.73 m²"},
    **{"ml/min/1.73 m2": "mL/min/1.73 m²", "ml/min/1,73m2": "mL/min/1.73 m²"},
    **{"ml/min/1.73m²": "mL/min/1.73 m²", "ml/min/1.73 m²": "mL/min/1.73 m²"},
    **{"ml/min/1.73": "mL/min/1.73 m²", "mmol/mol": "mmol/mol", "cmh20": "cmH2O"},
    **{"mm hg": "mmHg", "cm h2o": "cmH2O", "kilograms": "kg", "kilogram": "kg", "kilos": "kg"},
    **{"centimeters": "cm", "centimetres": "cm", "zentimeter": "cm", "metres": "m"},
    **{"meters": "m", "meter": "m", "kilogramm": "kg", "gramm": "g", "grams": "g"},
    **{"milligrams": "mg", "liter": "L", "litres": "L", "liters": "L", "milliseconds": "ms"},
}
SYMBOLS = {name.casefold(): unit for name, unit in _SYMBOLS.items()}
"""Unit in any case -> unit as it is written; the sign for micro is one of two."""
SHORT = {each: each for each in ("m", "s", "g", "h", "L", "U", "K", "min")}
SHORT |= {"l": "L", "d": "days", "y": "years"}
"""Units of a letter or two: they are units in brackets alone, or after a word of a measure."""
TIMES = (
    *("years", "year", "yrs", "yr", "months", "month", "mths", "mos", "weeks", "week", "wks", "wk"),
    *("days", "day", "hours", "hour", "hrs", "hr", "minutes", "mins", "seconds", "secs", "sec"),
    *("jahre", "jahren", "jahr", "monate", "monaten", "monat", "wochen", "woche", "tage", "tagen"),
    *("tag", "stunden", "stunde", "std", "minuten", "sekunden", "sek", "ans", "annees", "mois"),
    *("semaines", "jours", "heures", "secondes", "anos", "meses", "semanas", "dias", "horas"),
    *("minutos", "segundos", "anni", "mesi", "settimane", "giorni", "ore", "minuti", "secondi"),
    *("jaar", "jaren", "maanden", "weken", "dagen", "uur", "minuten", "seconden", "ar", "aar"),
    *("\u5c81", "\u6b73", "\u043b\u0435\u0442"),
    *("manader", "maneder", "veckor", "uker", "uger", "dagar", "dager", "dage", "lat", "lata"),
)
"""Words of time as units, plain, in several languages."""
SINGULAR = frozenset(
    {"year", "month", "week", "day", "hour", "jahr", "monat", "woche", "tag", "stunde", "wk", "yr"}
    | {"mos", "ar", "aar", "lat", "lata", "ans", "ore", "hr", "std", "sec", "sek"}
)
"""Words of time that are as often part of a name: `study day`, `Jahr`."""
MEASURES_OF_TIME = frozenset(
    {"age", "alter", "duration", "dauer", "krankheitsdauer", "time", "zeit", "since", "seit", "lag"}
    | {
        "followup",
        "up",
        "survival",
        "edad",
        "eta",
        "leeftijd",
        "duree",
        "duracion",
        "durata",
        "los",
    }
    | {"stay", "walk", "run", "tug", "idade", "alder", "wiek", "latency", "wait", "gait", "sleep"}
    | {"schlafdauer", "gehzeit", "reaktionszeit", "rt", "reaction", "exposure", "interval", "stand"}
)
LENGTHS = frozenset(
    {
        "distance",
        "height",
        "length",
        "strecke",
        "gehstrecke",
        "grosse",
        "groesse",
        "laenge",
        "lange",
    }
    | {"walk", "taille", "altura", "stature", "6mwd", "mwd", "mwt", "talla", "altezza", "lengte"}
)
MASSES = frozenset({"weight", "gewicht", "dose", "birthweight", "protein", "mass", "fat", "hb"})
OF_MEASURE = {
    **dict.fromkeys(("s", "h", "min", "d", "y"), MEASURES_OF_TIME),
    **{"m": LENGTHS, "g": MASSES, "l": frozenset({"volume", "fev", "fvc", "fev1", "volumen"})},
}
"""Which words make a unit of a letter, at the end of a heading, a unit."""
BOUNDS = frozenset(
    {"sbp", "dbp", "bp", "rr", "hr", "temp", "pulse", "puls", "pressure", "spo", "map"}
)
"""Measures that have a minimum, so that `min` beside them is no minute."""
ABOVE = r"[mµ\u03bcnpku]?(?:mol|mols)|[mµ\u03bcnpku]?g|mcg|m?iu|mu|u|ie|m?eq|[mµ\u03bcdu]?l"
ABOVE += "|kcal|kj|mm|cm|km|m"
BELOW = r"d?l|dl|m?l|[µ\u03bcu]l|kg|g|mg|mm[23²³]|cm[23²³]|m[23²³]"
BELOW += "|min|h|hr|day|d|tag|week|wk|s|100 ?ml|24 ?h"
RATIO = re.compile(rf"({ABOVE})/({BELOW})(?:/({BELOW}))?", re.IGNORECASE)
OF_TIME = re.compile(
    r"[^\W\d_][\w -]*/(?:day|week|month|year|night|hour|tag|woche|monat|jahr|wk|yr|jour|semaine)",
    re.IGNORECASE,
)
"""So many of something a while: `cigarettes/day`."""
NO_RATIO = frozenset({"m/w", "w/m", "m/f", "f/m", "m/d", "d/m", "l/m", "m/l", "g/d", "m/kg", "l/g"})
"""Letters that are answers as often: male or female, left or right."""
USUAL_RATIOS = frozenset({"g/l", "g/dl", "u/l", "m/s", "l/min", "g/kg"})
"""Ratios that begin with a single letter and may end a heading without brackets."""
BRACKETS = re.compile(r"[\[(\u3010\uff08{]\s*([^\[\](){}]{1,30}?)\s*[\])\u3011\uff09}]")
RANGE = re.compile(
    r"(?:[\[(]|\b(?:nrs|vas|score|scale|skala)\b[ :,_]*[\[(]?)\s*"
    r"([+-]?[0-9]{1,4})\s*(?:-|\u2013|\u2014|to|bis|\.\.|\u00e0)\s*([+-]?[0-9]{1,4})\s*[\])]?",
    re.IGNORECASE,
)
IN = re.compile(r"(?:in|en)\s+(?=\S)", re.IGNORECASE)
SEPARATORS = " _.,;:/|-"
DOSES = frozenset({"mg", "µg", "g", "mL", "IU", "%", "ms", "ng"})
"""Units that follow a number where it is the size of something, as in `Drug 75 mg`."""
RATES = frozenset({"bpm", "points", "inches"})


def unit_of(heading: str, label: str = "") -> tuple[str, str]:
    """Return the name without its unit, and the unit; empty where none is known.

    ``heading`` is that of a column; ``label`` what the file says of it, which counts where the
    heading has no unit. The name is whole where it would lose its meaning (`sick_days`).
    """
    name, unit = _parted(heading)
    if not unit and label:
        unit = _parted(label)[1]
    return name, unit


def range_of(heading: str) -> tuple[float, float] | None:
    """Return the least and the greatest answer that a heading names: `pain (0-10)`; else None."""
    match = RANGE.search(heading)
    if match is None:
        return None
    low, high = float(match[1]), float(match[2])
    return (low, high) if low < high and high - low <= 1000 and high < 1900 else None


def _parted(heading: str) -> tuple[str, str]:
    """Return the name and the unit of one text."""
    text = unicodedata.normalize("NFC", heading).strip()
    for found in (_in_brackets, _in_front, _at_end):
        name, unit = found(text)
        if unit:
            return name or text, unit
    return text, ""


def _in_brackets(text: str) -> tuple[str, str]:
    for match in reversed([*BRACKETS.finditer(text)]):
        before = text[: match.start()]
        inside = IN.sub("", match[1], count=1) if IN.match(match[1]) else match[1]
        plural = len(inside) == 1 and before[-1:].isalpha() and match[0][0] == "("
        unit, kept = "" if plural else known_unit(inside, before, bracketed=True), ""
        if not unit and "," in inside:  # (sitting, mmHg)
            kept, _, last = inside.rpartition(",")
            unit, kept = known_unit(last.strip(), before, bracketed=True), f" ({kept.strip()})"
        if unit:
            return _tidy(f"{before.rstrip()}{kept} {text[match.end() :].lstrip()}"), unit
    return text, ""


def _in_front(text: str) -> tuple[str, str]:
    match = re.fullmatch(
        r"(%|pct[_ ]|percent(?:age)?[_ ](?:of[_ ])?)\s*(.{2,})", text, re.IGNORECASE
    )
    return (match[2], "%") if match else (text, "")


def _at_end(text: str) -> tuple[str, str]:
    """Return the parts of a heading that ends in a unit, perhaps before the time of measurement."""
    for size in range(min(len(text) - 1, 18), 0, -1):
        end = text[-size:]
        before = text[:-size]
        if not _begins_here(before, end):
            continue
        unit = _unit_at_end(before, end.strip(SEPARATORS))
        if unit is not None:
            return unit
    return _before_time(text)


def _begins_here(before: str, end: str) -> bool:
    """Return whether a word begins where a heading is cut, and no number goes on there."""
    if end[0] in SEPARATORS or not before:
        return False
    if before[-1] in SEPARATORS:
        return True
    camel = end == "mmHg" or (before[-1].islower() and end[0].isupper())
    return camel or (end[0] in "%€$£°" and not before[-1].isdigit())


def _unit_at_end(before: str, end: str) -> tuple[str, str] | None:
    """Return name and unit where ``end`` is a unit of what is before; None where it is not."""
    stem = before.rstrip(SEPARATORS)
    stem = re.sub(r"[\s_.]+(?:in|en)$", "", stem, flags=re.IGNORECASE)
    last = re.split(r"[\s_.,;:/|-]+", stem)[-1]
    words = words_of(stem)
    if not words:
        return None
    asked = stem != before.rstrip(SEPARATORS)  # weight in kg
    if end.casefold() in SHORT or end in SHORT:
        of = OF_MEASURE.get(end.casefold(), frozenset())
        if {*words} & BOUNDS or not (asked or {*words} & of):
            return None
        unit = SHORT.get(end, end.casefold())
        return (_tidy(stem), unit) if end not in ("K", "U") else None
    if _is_time(end):
        return _of_time(stem, words, last, end, asked, before)
    unit = _known_at_end(end)
    if not unit or (last.isdigit() and unit in DOSES and not before.rstrip(" ").endswith("_")):
        return None
    return _tidy(stem), unit


def _known_at_end(end: str) -> str:
    """Return the unit that a heading ends in, where `_` or `.` may stand for the stroke."""
    for text in (end, re.sub(r"[ _.]+", "/", end), re.sub(r"[_.]+", " ", end)):
        low = text.casefold()
        if re.match(r"[mlgu]/", low) and low not in USUAL_RATIOS:
            continue
        if unit := known_unit(text, ""):
            return unit
    return ""


def _is_time(word: str) -> bool:
    found = words_of(word)
    return len(found) == 1 and found[0] in TIMES


def _of_time(
    stem: str, words: list[str], last: str, end: str, asked: bool, before: str
) -> tuple[str, str] | None:
    """Return name and unit of a heading that ends in a word of time."""
    measure = {*words} & MEASURES_OF_TIME
    word = words_of(end)[0]
    if last.isdigit() and not asked:  # pain in the last 7 days; week 12 months
        return None
    if word in SINGULAR and not (measure or asked):
        return None
    if measure or asked:
        return _tidy(stem), _time_word(end)
    return _tidy(before + end), _time_word(end)


def _time_word(word: str) -> str:
    """Return a word of time; a German noun keeps its capital, what is in capitals loses them."""
    small = word.isupper() or (word.isascii() and not _is_noun(word))
    word = word.lower() if small else word
    spelled = {"yrs": "years", "yr": "years", "wks": "weeks", "wk": "weeks", "mths": "months"}
    spelled |= {"hrs": "hours", "hr": "hours", "mins": "minutes", "secs": "s", "sec": "s"}
    spelled |= {"year": "years", "month": "months", "week": "weeks", "day": "days", "hour": "hours"}
    spelled |= {"seconds": "s", "sek": "s", "mos": "months", "minutes": "min", "mins": "min"}
    spelled |= {"jahre": "Jahre", "monate": "Monate", "wochen": "Wochen", "tage": "Tage"}
    spelled |= {"jahren": "Jahre", "monaten": "Monate", "tagen": "Tage", "stunden": "Stunden"}
    return spelled.get(word.casefold(), word)


def _is_noun(word: str) -> bool:
    return word[:1].isupper() and word[1:].islower() and word.casefold() not in TIMES[:26]


def known_unit(text: str, before: str, *, bracketed: bool = False) -> str:
    """Return a text as a unit, as it is written; empty where it is none that is known.

    ``before`` is what stands before it in the heading: a letter means metres after a length, and
    nothing after `Sex`. In brackets, so many of something a while is a unit too.
    """
    text = " ".join(text.split())
    low = text.casefold()
    words = {*words_of(before)}
    if low in SYMBOLS:
        return SYMBOLS[low]
    if low == "in":
        return "in" if words & LENGTHS else ""
    if low.rstrip(".") in ("j", "yr", "y"):
        age = words & MEASURES_OF_TIME
        return ("Jahre" if low[0] == "j" else "years") if age else ""
    if text in SHORT:
        if text == "min" and words & BOUNDS:
            return ""
        return "" if text != "min" and _of_answers(words) else SHORT[text]
    if _is_time(low.rstrip(".")):
        return (
            "" if words & {"date", "datum", "birth", "birthday"} else _time_word(text.rstrip("."))
        )
    if low in NO_RATIO:
        return ""
    if match := RATIO.fullmatch(text):
        return "/".join(_symbol(part) for part in match.groups() if part)
    if bracketed and OF_TIME.fullmatch(text):
        left = text.rsplit("/", 1)[0].casefold()
        return "" if left in TIMES and left in SINGULAR else text
    return ""


def _of_answers(words: set[str]) -> bool:
    """Return whether a heading is one whose brackets hold answers: `Sex (m)`, `Side (l)`."""
    asked = {"sex", "gender", "geschlecht", "side", "seite", "name", "code", "group", "gruppe"}
    return bool(words & asked) or not words


def _symbol(part: str) -> str:
    low = part.casefold()
    if low in ("l", "dl", "ml", "µl", "\u03bcl", "ul"):
        return SYMBOLS.get(low, low[:-1] + "L")
    return SYMBOLS.get(low, "U" if low == "u" else "mU" if low == "mu" else low)


MARKS = r"(?:t|v|w|wk|m|mo|d|fu|visit|week|month|day)?[ _]?[0-9]{1,3}(?:[ _]?(?:w|wk|wks|m|mo|d))?"
WITH_TIME = re.compile(
    rf"(?P<name>.+?[ _.,-])(?P<unit>[^\W\d][\w/%°²³^]*)"
    rf"(?P<time>[ _.,-]+(?:{MARKS}|baseline|pre|post|bl))",
    re.IGNORECASE,
)


def _before_time(text: str) -> tuple[str, str]:
    """Return the parts of `weight_kg_12`: the time stays with the name."""
    match = WITH_TIME.fullmatch(text)
    if match is None:
        return text, ""
    unit = SYMBOLS.get(match["unit"].casefold(), "")
    if not unit or unit in DOSES | RATES:
        return text, ""
    return _tidy(match["name"].rstrip(SEPARATORS) + match["time"]), unit


def _tidy(name: str) -> str:
    return re.sub(r"\s{2,}", " ", name).strip(SEPARATORS)
