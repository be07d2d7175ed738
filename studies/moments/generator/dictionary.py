"""The data dictionary of the baseline form, as REDCap exports it."""

HEADER = [
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
]
_NUMBER, _DATE = "integer", "date_dmy"
# Variable: type, label, choices, note, validation, minimum, maximum, branching, required.
_FIELDS = (
    ("record_id", "text", "Study number", "", "", "", "", "", "", ""),
    ("visit_date", "text", "Date seen", "", "", _DATE, "2003-11-01", "2005-02-28", "", "y"),
    ("age", "text", "Age", "", "years", _NUMBER, "16", "30", "", "y"),
    (
        "ethnicity",
        "radio",
        "Ethnic group",
        "1, White | 2, Chinese | 3, South Asian | 4, Black African | 5, Mixed or other",
    ),
    (
        "marital",
        "radio",
        "Partnership",
        "1, Single | 2, Partner, not living together | 3, Living together | 4, Married",
    ),
    (
        "education",
        "radio",
        "Highest qualification",
        "1, None | 2, GCSE | 3, A level or vocational | 4, Degree",
    ),
    (
        "employment",
        "radio",
        "Employment",
        "1, Paid, full time | 2, Paid, part time | 3, Student | 4, Unemployed | 5, At home",
    ),
    ("deprivation", "text", "Deprivation of area", "", "decile, 1 = most", _NUMBER, "1", "3"),
    ("gest_weeks", "text", "Gestation", "", "completed weeks", _NUMBER, "6", "24", "", "y"),
    ("height_cm", "text", "Height", "", "cm; -99 not measured", _NUMBER, "130", "195"),
    ("weight_kg", "text", "Weight", "", "kg; -99 not measured", "number", "35", "160"),
    ("smoker", "radio", "Smoking", "0, Never | 1, Stopped | 2, Current", "", "", "", "", "", "y"),
    (
        "cigs_day",
        "text",
        "Cigarettes a day",
        "",
        "",
        _NUMBER,
        "1",
        "60",
        "[smoker] = '2'",
    ),
    ("alcohol", "yesno", "Any alcohol in this pregnancy"),
    ("drugs", "yesno", "Any recreational drug in this pregnancy"),
    ("folic_acid", "yesno", "Folic acid taken"),
    ("planned", "yesno", "Planned pregnancy"),
    ("smoker_home", "yesno", "Someone else at home smokes"),
    (
        "support",
        "radio",
        "I have people I can turn to",
        "1, Never | 2, Seldom | 3, Sometimes | 4, Often | 5, Always",
    ),
)


def dictionary() -> list[list[str]]:
    """Header and one line a field."""
    lines = [HEADER]
    for given in _FIELDS:
        name, kind, label, choices, note, check, low, high, branching, required = (
            *given,
            *[""] * (10 - len(given)),
        )
        line = dict.fromkeys(HEADER, "")
        line |= {
            HEADER[0]: name,
            HEADER[1]: "baseline",
            HEADER[3]: kind,
            HEADER[4]: label,
            HEADER[5]: choices,
            HEADER[6]: note,
            HEADER[7]: check,
            HEADER[8]: low,
            HEADER[9]: high,
            HEADER[11]: branching,
            HEADER[12]: required,
        }
        lines.append([line[column] for column in HEADER])
    return lines
