"""Words of headings that say who somebody is, and words beside them that say otherwise.

All are plain: small letters, no accents.
"""

from __future__ import annotations

_NAME = (
    *("first name", "last name", "forename", "given name", "family name", "surname", "full name"),
    *("middle name", "maiden name", "vorname", "nachname", "familienname", "geburtsname", "prenom"),
    *("nom de famille", "nombre", "apellido", "apellidos", "cognome", "voornaam", "achternaam"),
    *("fornavn", "etternavn", "efternavn", "fornamn", "efternamn", "imie", "nazwisko", "sobrenome"),
    *("firstname", "lastname", "fname", "lname", "name und vorname", "name vorname", "initials"),
    *(
        "initialen",
        "initiales",
        "initiale",
        "iniziali",
        "iniciales",
        "contact name",
        "patient name",
        "participant name",
        "name of patient",
    ),
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
