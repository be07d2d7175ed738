"""Find the columns that tell who somebody is, by headings in several languages and by cells.

A reason never contains a cell. The number that the study itself gives a participant is none of
them. The kinds follow the identifiers of the HIPAA Privacy Rule (45 CFR 164.514(b)(2)), without
dates of events and areas, which an analysis needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from trialtrail.new_study.cells import (
    DATE,
    MOST,
    YEAR,
    are_dates,
    numbers,
    present,
    share,
    words_of,
)
from trialtrail.new_study.seen import SeenColumn

FEW = 3
"""Fewer cells than these say nothing by their look."""
SOME = 8
"""Cells from which on answers that are few and short contradict a heading."""
SPREAD_YEARS = 25
"""Days of birth of adults lie over more years than the visits of a trial."""
LONG_WORDS = 6
"""Words of a cell from which on it is a sentence."""

_NAME = (
    *("first name", "last name", "forename", "given name", "family name", "surname", "full name"),
    *("middle name", "maiden name", "vorname", "nachname", "familienname", "geburtsname", "prenom"),
    *("nom de famille", "nombre", "apellido", "apellidos", "cognome", "voornaam", "achternaam"),
    *("fornavn", "etternavn", "efternavn", "fornamn", "efternamn", "imie", "nazwisko", "sobrenome"),
    *("firstname", "lastname", "fname", "lname", "name und vorname", "name vorname", "initials"),
    *("initialen", "contact name", "patient name", "participant name", "name of patient"),
    *("name of participant", "name des patienten", "patientenname", "next of kin", "nachn", "vorn"),
    *("kin name", "subject name", "client name", "name patient", "pat name"),
)
_BIRTH = (
    *("dob", "date of birth", "birth date", "birthdate", "birthday", "birth day", "brthdt"),
    *("brthdtc", "geburtsdatum", "geb datum", "gebdatum", "gebdat", "geburtstag", "geboren am"),
    *("geb am", "date de naissance", "date naissance", "ddn", "fecha de nacimiento"),
    *("fecha nacimiento", "data di nascita", "data nascita", "geboortedatum", "geb dat"),
    *("fodselsdato", "fodselsdag", "fodelsedatum", "data urodzenia", "data de nascimento"),
    *("data nascimento", "syntymaaika", "dt birth", "birth dt", "date birth", "born on"),
)
_NUMBER = r"(?: ?(?:number|numbers|no|nr|num|nummer|numero|id|code|n))"
HEADINGS: tuple[tuple[str, str, bool], ...] = (
    # (what it says, pattern of the plain words, whether a few short answers contradict it)
    ("e-mail", r".*\be ?mail\b.*|.*\b(?:courriel|correo electronico|mail|epost|e post)\b.*", True),
    (
        "telephone",
        r".*\b(?:phone|telephone|tel|telefon|telefono|telefoon|mobile|handy|fax|cell ?phone|gsm|"
        r"whatsapp|telefonnummer|handynummer|mobilnummer|telnr|portable|celular|puhelin)\b.*",
        True,
    ),
    ("name", "|".join(rf"(?:.* )?{each}(?: .*)?" for each in _NAME), True),
    ("name", r"(?:name|names|nom|naam|nome|navn|namn|nimi)(?: [0-9]+)?", True),
    ("date of birth", "|".join(rf"(?:.* )?{each}(?: .*)?" for each in _BIRTH), True),
    (
        "address",
        r"(?:.* )?(?:address|street|adresse|adres|anschrift|strasse|str|hausnummer|house number|"
        r"rue|direccion|indirizzo|endereco|adress|osoite|wohnort|city|town|ville|ciudad|citta|"
        r"residence|gemeinde|woonplaats|building|apartment)(?: .*)?",
        True,
    ),
    (
        "postcode",
        r"(?:.* )?(?:post ?code|postal ?code|zip ?code|zip|plz|postleitzahl|code postal|"
        r"codigo postal|postnummer|postnr|cep|eircode|postinumero)(?: .*)?",
        True,
    ),
    (
        "national, insurance or hospital number",
        r"(?:.* )?(?:nhs|chi|ssn|social security|sozialversicherungs?|krankenversicherungs?|"
        r"versicherten|versicherungs?|kvnr|svnr|ahv|mrn|medical record|hospital|hosp|krankenhaus|"
        rf"insurance|medicare|medicaid|health card|passport|ausweis|aadhaar|burgerservice|steuer)"
        rf"{_NUMBER}(?: .*)?",
        True,
    ),
    (
        "national, insurance or hospital number",
        r"(?:.* )?(?:ssn|mrn|kvnr|svnr|versichertennummer|versicherungsnummer|"
        r"sozialversicherungsnummer|krankenversichertennummer|personnummer|personnr|fodselsnummer|"
        r"pesel|codice fiscale|aadhaar|passport|iban|kontonummer|account number|fallnummer|"
        r"krankenhausnummer|patientenfallnummer|social security|nhsno|nhsnumber|usubjid mrn|"
        r"drivers? licen[cs]e|number ?plate|kennzeichen|burgerservicenummer)(?: .*)?",
        True,
    ),
    (
        "internet address",
        r"(?:.* )?(?:ip|ip ?addr(?:ess)?|ipaddress|ip adresse|adresse ip|ipaddr|mac ?address)",
        True,
    ),
    (
        "place on the map",
        r"(?:.* )?(?:latitude|longitude|geolocation|geopoint|gps|coordinates|koordinaten|"
        r"breitengrad|laengengrad|langengrad|location ?latitude|location ?longitude)(?: .*)?",
        True,
    ),
    (
        "device",
        r"(?:.* )?(?:device ?id|deviceid|imei|sim ?serial|simid|subscriber ?id|subscriberid|"
        r"serial number|phonenumber|advertising ?id|mac)",
        True,
    ),
    (
        "user of a program",
        r"(?:.* )?(?:user ?name|username|login|submitted by|benutzername|"
        r"recipient ?(?:first|last)? ?(?:name|email)|worker ?id|prolific ?(?:id|pid)|facebook|"
        r"twitter|instagram|skype)(?: .*)?",
        True,
    ),
    (
        "signature",
        r"(?:.* )?(?:signature|unterschrift|signatur|firma del.*|handtekening)(?: .*)?",
        True,
    ),
    (
        "photograph or recording",
        r"(?:.* )?(?:photo|photograph|foto|portrait|selfie|voice|audio|video|face image)"
        r"(?: (?:file|url|path|name|datei|[0-9]+))?",
        True,
    ),
    (
        "free text, in which people may be named",
        r"(?:.* )?(?:comments?|notes?|remarks?|bemerkung(?:en)?|kommentare?|anmerkung(?:en)?|"
        r"freitext|free ?text|remarques?|commentaires?|observaciones|comentarios?|"
        r"opmerking(?:en)?|note libere|specify|please specify|sonstiges|verbatim|narrative|uwagi|"
        r"kommentarer)(?: .*)?",
        True,
    ),
    ("free text, in which people may be named", r".*[0-9] text", True),
)
"""What a heading says, by a pattern over its plain words parted by a space."""
NOT_PEOPLE = frozenset(
    {
        "drug",
        "event",
        "site",
        "center",
        "centre",
        "file",
        "arm",
        "group",
        "product",
        "test",
        "visit",
    }
    | {"variable", "study", "form", "instrument", "medication", "brand", "item", "lab", "trial"}
    | {"disease", "procedure", "device", "language", "country", "region", "ward", "treatment"}
    | {"medikament", "gruppe", "zentrum", "generic", "sheet", "column", "scale", "unit"}
)
"""Words beside `name` with which it is that of a thing."""
HABITS = frozenset(
    {
        "use",
        "uses",
        "usage",
        "hours",
        "minutes",
        "time",
        "owns",
        "own",
        "has",
        "have",
        "call",
        "calls",
    }
    | {"visits", "nights", "days", "stays", "admissions", "contact", "contacts", "consent", "type"}
    | {"count", "total", "score", "density", "level", "nutzung", "confirmed", "verified", "status"}
    | {"interview", "mode", "coaching", "reminder", "reminders", "bp", "pressure", "distress"}
    | {"app", "consultations", "preferred", "ok", "opt", "valid", "arrhythmia", "group", "arm"}
)
"""Words beside a telephone or a hospital with which a heading is that of a habit or a count."""
AMBIGUOUS = (
    ("place on the map", ("lat", "lon", "lng", "long", "latitud", "longitud")),
    (
        "national, insurance or hospital number",
        ("cpr", "nir", "bsn", "cpf", "dni", "nif", "rut", "nino"),
    ),
)
"""Short headings that say it only where the cells look so as well."""
OWN = frozenset(
    {"participant", "patient", "patienten", "pat", "subject", "subj", "study", "record"}
)
OWN |= {
    "teilnehmer",
    "proband",
    "probanden",
    "pid",
    "sid",
    "id",
    "case",
    "screening",
    "randomisation",
}
OWN |= {
    "random",
    "rand",
    "studien",
    "sujet",
    "paciente",
    "usubjid",
    "subjid",
    "response",
    "respondent",
}
OWN |= {
    "number",
    "no",
    "nr",
    "nummer",
    "code",
    "key",
    "barcode",
    "sample",
    "lfd",
    "laufnr",
    "index",
}
"""Words of headings of the study's own numbers."""

E_MAIL = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\W\d_]{2,}")
IP = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)")
COORDINATES = re.compile(
    r"[+-]?(?:[0-8]?\d|90)\.\d{3,}[ ,;]+[+-]?(?:1[0-7]\d|\d{1,2}|180)\.\d{3,}"
    r"(?:[ ,;]+-?[\d.]+){0,2}"
)
LATITUDE = re.compile(r"[+-]?(?:1[0-7]\d|\d{1,2}|180)\.\d{3,}")
POSTCODE = re.compile(
    r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] \d[A-Z]\d|\d{4} [A-Z]{2}|\d{5}-\d{4}",
    re.IGNORECASE,
)
PHONE = re.compile(
    r"(?:\+|00)[1-9](?:[ ()./-]{0,3}\d){7,14}"
    r"|\(?0\d{1,5}\)?(?:[ /().-]{1,3}\d+){1,5}"
    r"|0[1-9]\d{8,11}|\(\d{3}\) ?\d{3}[- ]\d{4}|[2-9]\d{2}[-. ]\d{3}[-. ]\d{4}|1-\d{3}-\d{3}-\d{4}"
)
SSN = re.compile(r"(?!000|666)\d{3}-(?!00)\d{2}-(?!0000)\d{4}")
NORDIC = re.compile(r"(?:\d{2}|\d{4})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-+]\d{4}|"
                    r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}[-+]\d{3,4}[0-9A-Y]?")  # fmt: skip
CODICE = re.compile(r"[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]", re.IGNORECASE)
CPF = re.compile(r"\d{3}\.\d{3}\.\d{3}-\d{2}")
MEDIA = re.compile(
    r"\S.*\.(?:jpe?g|png|heic|gif|tiff?|mp[34]|m4a|wav|mov|amr|ogg|3gp)", re.IGNORECASE
)
SALUTED = re.compile(
    r"(?:mr|mrs|ms|miss|dr|prof|herr|frau|mme|sr|sra|sig)\b\.? \w+.*", re.IGNORECASE
)
PERSON = re.compile(
    r"[^\W\d_a-z][^\W\d_]+(?:[-'\u2019][^\W\d_]+)?(?:, ?| )(?:[^\W\d_a-z]\.? )?"
    r"[^\W\d_a-z][^\W\d_]+(?:[-'\u2019][^\W\d_]+)?"
)
"""Two words with capitals, as first and last name are; many cells have to, each another."""


def why_identifying(column: SeenColumn) -> str:
    """Return why a column identifies people; empty where nothing shows that it does.

    A heading counts unless the cells are few short answers, as those of `owns a phone` are.
    """
    if column.identifies:
        return column.identifies
    cells = present(column)
    words = words_of(column.name)
    if column.kind not in ("date", "integer", "number", "boolean"):
        if reason := _of_cells(column, cells, words):
            return reason
    elif column.kind == "integer" and _are(cells, _nhs) and not {*words} & OWN:
        return "its cells look like national numbers"
    if said := _said_by(words, column, cells):
        return f"its heading says {said}"
    if column.label and (said := _said_by(words_of(column.label), column, cells, label=True)):
        return f"its label says {said}"
    if _dates_of_birth(column, cells, words):
        return "its cells are dates over many decades, as dates of birth are"
    return ""


def _said_by(words: list[str], column: SeenColumn, cells: list[str], *, label: bool = False) -> str:
    """Return what a heading or label says that identifies people; empty where nothing does."""
    text = " ".join(words)
    if label and len(words) > LONG_WORDS:  # a question's wording names many things
        return ""
    for what, pattern, contradicted in HEADINGS:
        if re.fullmatch(pattern, text) is None or _of_things(what, words):
            continue
        if contradicted and (_few_answers(column, cells) or _only_counts(what, cells)):
            continue
        if what == "date of birth" and cells and not _may_be_dates(column, cells):
            continue
        return what
    looks = {"place on the map": lambda: share(cells, LATITUDE) >= MOST}
    for what, names in AMBIGUOUS:
        if {*words} & {*names} and looks.get(what, lambda: _many_digits(cells))():
            return what
    return ""


def _of_things(what: str, words: list[str]) -> bool:
    """Return whether a heading is of a thing, a habit or a count beside the word that it has."""
    found = {*words}
    if what == "name":
        return bool(found & NOT_PEOPLE)
    if what == "date of birth":
        return bool(found & {"year", "jahr", "month"})
    if what in ("telephone", "e-mail", "photograph or recording"):
        return bool(found & HABITS)
    if what == "national, insurance or hospital number":
        return bool(found & {"days", "nights", "visits", "stays", "admissions", "of"} & found) and (
            "number" in found or "no" in found
        )
    if what == "address":
        return bool(found & {"size", "type", "site", "density", "rural", "urban"})
    if what.startswith("free text"):
        return bool(found & {"count", "number", "date", "by"})
    return False


def _few_answers(column: SeenColumn, cells: list[str]) -> bool:
    """Return whether cells are a few short answers, given again and again."""
    if column.value_labels or column.kind == "boolean":
        return True
    different = {*cells}
    return len(cells) >= SOME and len(different) <= 5 and all(len(each) <= 12 for each in different)


def _only_counts(what: str, cells: list[str]) -> bool:
    """Return whether cells are small numbers, which no name, telephone or text consists of."""
    if what in ("postcode", "address", "national, insurance or hospital number", "date of birth"):
        return False
    small = sum(len(cell.strip("+-")) <= 5 for cell in cells if numbers([cell]))
    return what != "place on the map" and len(cells) >= FEW and small >= MOST * len(cells)


def _may_be_dates(column: SeenColumn, cells: list[str]) -> bool:
    return (
        are_dates(column) or share(cells, DATE) > 0 or share(cells, re.compile(r"\d{5}|\d{8}")) > 0
    )


def _many_digits(cells: list[str]) -> bool:
    digits = [sum(sign.isdigit() for sign in cell) for cell in cells]
    return len(cells) >= FEW and len({*cells}) > len(cells) / 2 and min(digits) >= 8


def _are(cells: list[str], fits: Callable[[str], bool]) -> bool:
    """Return whether nearly all cells fit, and they are more than a few."""
    return len(cells) >= FEW and sum(map(fits, cells)) >= MOST * len(cells)


def _of_cells(column: SeenColumn, cells: list[str], words: list[str]) -> str:
    """Return what cells look like that identifies people."""
    if any(E_MAIL.search(cell) for cell in cells):
        whole = share(cells, E_MAIL) >= MOST
        return (
            "its cells look like e-mail addresses" if whole else "some cells have e-mail addresses"
        )
    for what, pattern in (
        ("internet addresses (IP)", IP),
        ("places on the map", COORDINATES),
        ("names of photographs or recordings", MEDIA),
        ("national numbers", SSN),
        ("national numbers", CODICE),
        ("national numbers", CPF),
    ):
        if _are(cells, lambda cell, pattern=pattern: pattern.fullmatch(cell) is not None):
            return f"its cells look like {what}"
    if _are(cells, _iban):
        return "its cells look like numbers of bank accounts"
    if len({*cells}) * 2 <= len(cells):  # one answer given often is no number of a person
        return ""
    if not {*words} & OWN:
        if _are(cells, lambda cell: NORDIC.fullmatch(cell) is not None) or (
            len(cells) > FEW and _are(cells, _nhs)
        ):
            return "its cells look like national numbers"
        if _are(cells, _phone):
            return "its cells look like telephone numbers"
        if _are(cells, lambda cell: POSTCODE.fullmatch(cell) is not None):
            return "its cells look like postcodes"
    return _of_texts(column, cells)


def _of_texts(column: SeenColumn, cells: list[str]) -> str:
    """Return what cells of words look like that identifies people."""
    if len(cells) < FEW or column.value_labels:
        return ""
    different = len({*cells}) >= MOST * len(cells)
    if different and _are(cells, lambda cell: SALUTED.fullmatch(cell) is not None):
        return "its cells look like names of people"
    if different and len(cells) >= SOME and _are(cells, lambda c: PERSON.fullmatch(c) is not None):
        return "its cells look like names of people"
    sentences = sum(len(cell.split()) >= LONG_WORDS for cell in cells)
    if sentences >= FEW and sentences * 2 >= len(cells) and len({*cells}) * 2 > len(cells):
        return "its cells are free text, in which people may be named"
    return ""


def _phone(cell: str) -> bool:
    digits = sum(sign.isdigit() for sign in cell)
    return bool(PHONE.fullmatch(cell)) and 7 <= digits <= 15 and not DATE.fullmatch(cell)


def _nhs(cell: str) -> bool:
    """Return whether a cell is ten digits of which the last is the check digit of the NHS."""
    digits = re.sub(r"[ -]", "", cell)
    if not re.fullmatch(r"[1-9]\d{9}", digits):
        return False
    total = sum(
        int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)
    )
    return (11 - total % 11) % 11 == int(digits[9])


def _iban(cell: str) -> bool:
    """Return whether a cell is an account number by ISO 13616: its remainder by 97 is 1."""
    text = re.sub(r"\s", "", cell).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", text):
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _dates_of_birth(column: SeenColumn, cells: list[str], words: list[str]) -> bool:
    """Return whether a column has days that lie as far from each other as days of birth do."""
    if not are_dates(column) or len(cells) < SOME:
        return False
    known = {"diagnosis", "onset", "diagnose", "since", "seit", "erstdiagnose", "dx", "surgery"}
    if known & {*words, *words_of(column.label)}:
        return False
    years = sorted(int(match[1]) for cell in cells if (match := YEAR.search(cell)))
    if len(years) < MOST * len(cells):
        return False
    tenth = len(years) // 10
    return years[-1 - tenth] - years[tenth] >= SPREAD_YEARS
