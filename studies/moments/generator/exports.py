"""The raw exports as files: names, columns, encodings, date forms and missing codes."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from studies.moments.generator import SEED
from studies.moments.generator.chance import Chance
from studies.moments.generator.sf36 import COLUMNS as SF36_COLUMNS

DAY_FIRST, ISO = "%d/%m/%Y", "%Y-%m-%d"


@dataclass(frozen=True)
class Export:
    """How one CSV export looks. `missing` are the codes that stand for no answer."""

    columns: list[str]
    encoding: str = "utf-8"
    dates: str = DAY_FIRST
    line_end: str = "\n"
    missing: tuple[str, ...] = ("",)
    words: tuple[str, ...] = ()
    digits: dict[str, int] = field(default_factory=dict)


def _columns(text: str) -> list[str]:
    return text.split(",")


EXPORTS = {
    "screening": Export(
        _columns(
            "Screen No,Clinic,Date seen,Postcode district,Age,Eligible,Consent,Reason declined,"
            "Study No"
        ),
        encoding="cp1252",
        line_end="\r\n",
    ),
    "randomisation": Export(_columns("Study No,Screen No,Date randomised,Alloc,Envelope")),
    "baseline": Export(
        _columns(
            "record_id,visit_date,age,ethnicity,marital,education,employment,deprivation,"
            "gest_weeks,height_cm,weight_kg,smoker,cigs_day,alcohol,drugs,folic_acid,planned,"
            "smoker_home,support,baseline_complete"
        ),
        dates=ISO,
        missing=("", "-99"),
        digits={"weight_kg": 1},
    ),
    "contact_log": Export(
        _columns("Ref,Study No,Mentor,Date,Mode,Outcome,Mins,Topics,Note"),
        encoding="cp1252",
        missing=("NK", ""),
    ),
    "mentor_assignments": Export(_columns("Study No,Mentor,From,To,Reason ended")),
    "mentor_hours": Export(_columns("Mentor,Month,Hours,Claim GBP")),
    "training_log": Export(_columns("Mentor,Session date,Type,Topic,Hours")),
    "births": Export(
        _columns(
            "Study No,Date of birth,Gest wk,Gest d,Birth weight g,Sex,Delivery,"
            "Feeding at discharge,Neonatal unit"
        ),
        encoding="cp1252",
        missing=("NK", ""),
    ),
    "scan_29w": Export(
        _columns("Study No,Scan date,Gest wk,Gest d,Movements 10 min,Heart rate,EFW g"),
        missing=("-99",),
    ),
    "bayley": Export(
        _columns("Study No,Assessed,Age days,Observer,Blind,MDI,PDI,BRS"), missing=("-99",)
    ),
    "sf36": Export(["Study No", "Completed", *SF36_COLUMNS], missing=("-99",)),
    "one_year_visit": Export(
        _columns(
            "Study No,Visit date,Weight kg,Length cm,Head cm,Breastfed,Weeks breastfed,"
            "Solids week,Primary imms,MMR due,Breast at 6 wk"
        ),
        missing=("-99", ""),
        words=("Breastfed", "Primary imms", "MMR due", "Breast at 6 wk"),
        digits={"Weight kg": 2, "Length cm": 1, "Head cm": 1},
    ),
    "one_year_mother": Export(
        _columns(
            "Study No,Completed,pe01,pe02,pe03,pe04,pe05,pe06,pe07,pe08,pe09,pe10,Fruit veg,"
            "Smoker,Cigs day,Units week,Drugs,HV contacts,GP mother,GP child,AE child,"
            "Social worker,Groups"
        ),
        missing=("-99", ""),
        words=("Smoker", "Drugs", "Social worker", "Groups"),
    ),
    "interview_register": Export(
        _columns(
            "Interview,Role,No,Stage,Invited,Status,Date,Venue,Interviewer,Study No,Mentor,Age,"
            "Visits,Children,Age youngest,Starred,Document"
        ),
        encoding="cp1252",
    ),
    "codebook": Export(_columns("code,label,category,category_label,theme,theme_label,definition")),
    "codings_r1": Export(_columns("document,code,start,end,selected,coded_on"), dates=ISO),
    "codings_r2": Export(_columns("document,code,start,end,selected,coded_on"), dates=ISO),
    "comment_codings": Export(_columns("ResponseId,code,coder,coded_on"), dates=ISO),
    "quotations": Export(
        _columns("quotation,theme,sub_theme,role,number,stage,document,start,end,text")
    ),
}


def write_rows(path: Path, lines: Iterable[list], encoding: str, line_end: str) -> None:
    """A CSV file of the given cells."""
    text = io.StringIO()
    csv.writer(text, lineterminator=line_end).writerows(lines)
    path.write_bytes(text.getvalue().encode(encoding))


def write_export(folder: Path, name: str, rows: list[dict]) -> None:
    """Write one export; a missing value becomes one of its codes."""
    export = EXPORTS[name]
    chance = Chance(SEED, "missing codes", name)

    def cell(row: dict, column: str) -> str:
        value = row.get(column, "")
        if value is None:
            codes = ("NK", "NK", "") if column in export.words else export.missing
            return chance.choice(codes)
        if isinstance(value, date):
            return value.strftime(export.dates)
        if isinstance(value, float) and column in export.digits:
            return f"{value:.{export.digits[column]}f}"
        return str(value)

    lines = [[cell(row, column) for column in export.columns] for row in rows]
    path = folder / f"{name}.csv"
    write_rows(path, [export.columns, *lines], export.encoding, export.line_end)
