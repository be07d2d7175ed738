"""A study as its configuration describes it: which tables it has, from which files, in what form.

The Snakefile asks these questions while it is read, so nothing heavy is imported here.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from trialtrail.analysis.plan import expand_analyses
from trialtrail.configuration.begun import begun_of, evidence, rule_of, texts_of
from trialtrail.configuration.check import check_configuration
from trialtrail.configuration.expand import BASELINE, BESIDE, expand_series
from trialtrail.configuration.labels import keeps_labels, lacks_labels
from trialtrail.configuration.schema import default_of, defaults_within, has_default
from trialtrail.configuration.validation import Validation
from trialtrail.derive.instruments.offered import offered, within
from trialtrail.errors import StudyError
from trialtrail.exports.redcap.dictionary import columns_of

NUMERIC = ("integer", "number", "date", "partial_date", "censored")
"""Types of variables in which a label of a statistical program is none of an answer."""
DOCUMENT_ENDING = ".docx"
NOT_TABULATED = ("text", "date", "partial_date", "censored")
"""Types of a variable that the baseline table has no row for: a censored count has no mean."""
OF_READERS = (
    *("format", "encoding", "delimiter", "quote", "escape", "sheet", "header_row", "labels"),
    *("decimal", "last_year"),
)
"""Keys of an export that say how its file and its cells are read."""
INSTANCE = {
    "id": "instance",
    "type": "integer",
    "label": "Instance",
    "description": "Number of the form among those of the participant",
    "minimum": 1,
    "required": True,
    "key": True,
}
"""The variable that tells the forms of one participant apart, where a form repeats."""


class Study:
    """Questions that the rules ask of the configuration."""

    def __init__(self, config: dict, file: str | Path) -> None:
        self._as_given = config
        self.config, self.projects = check_configuration(config, file)
        folder = config.get("folder", default_of("folder"))
        self.folder = Path(os.path.relpath(Path(file).resolve().parent / folder))
        self._check_files()

    @cached_property
    def validation(self) -> Validation:
        """What is checked between the tables and within them, and what findings do."""
        return Validation(self)

    @cached_property
    def forms(self) -> list[str]:
        """Names of the forms, in the order of the configuration."""
        return list(self.config.get("forms", {}))

    @cached_property
    def tables(self) -> list[str]:
        """Names of all tables that the study supplies, forms last."""
        return [*self.config["tables"], *self.forms]

    def has(self, *tables: str) -> bool:
        """Return whether the study supplies all of ``tables``."""
        return all(table in self.tables for table in tables)

    @property
    def arms(self) -> list[dict]:
        """The arms, the reference first: id, label, description."""
        return self.config["study"]["arms"]

    @property
    def words(self) -> dict:
        """The study's words for participant, provider and contact."""
        return defaults_within("study.words") | self.config["study"].get("words", {})

    def analysis(self, key: str, default=None):
        """Return an entry of the analysis plan: its own, else the schema's default, else that."""
        return self._entry("analysis", key, default)

    def qualitative(self, key: str, default=None):
        """Return an entry of the qualitative study, with its default as for `analysis`."""
        return self._entry("qualitative", key, default)

    def _entry(self, section: str, key: str, default):
        given, name = self.config.get(section, {}), f"{section}.{key}"
        if key in given:
            return given[key]
        return default_of(name) if has_default(name) else default

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        """What roles and stages of interviews, timepoints, covariates and analyses are called."""
        used = {name for entry in self.analyses.values() for name in entry["adjust"]}
        return {
            "roles": self.qualitative("roles"),
            "stages": self.qualitative("stages"),
            "timepoints": self.timepoints,
            "variables": {v["id"]: v["label"] for v in self.baseline_variables if v["id"] in used},
            "analyses": {name: e["label"] for name, e in self.analyses.items() if e["label"]},
        }

    @property
    def timepoints(self) -> dict[str, str]:
        """Label of each timepoint: those the plan lists in its order, then those of the forms."""
        listed = {t["id"]: t.get("label") for t in self.analysis("timepoints", [])}
        every = dict.fromkeys(
            [*listed, *(f["timepoint"] for f in self.config.get("forms", {}).values())]
        )
        return {name: listed.get(name) or name.replace("_", " ") for name in every}

    def variables(self, table: str) -> list[dict]:
        """Return the configured columns of ``table``: variables of a form, items to answer.

        A form that repeats has the number of the instance before them, marked as part of the key.
        """
        if table in self.forms:
            form = self.config["forms"][table]
            instance = [INSTANCE | {"column": form["repeats"]}] if "repeats" in form else []
            limits = self._offered.get(table, {})
            own = expand_series(form["variables"])
            return [
                *instance,
                *(v | within(v, *limits[v["id"]]) if v["id"] in limits else v for v in own),
            ]
        if table == "questionnaire":
            return [
                {"id": item["id"], "column": item["column"], "label": item["label"]}
                | ({"type": "text"} if item["type"] == "text" else {"type": "category"})
                | ({"codes": self._answers(item)} if item["type"] != "text" else {})
                | ({"several": True} if item.get("several") else {})
                for item in self.items
            ]
        return []

    @cached_property
    def _offered(self) -> dict[str, dict[str, tuple[tuple[float, float], str]]]:
        """Form -> variable -> the limits that an instrument of the plan has, and its name."""
        found: dict[str, dict[str, tuple[tuple[float, float], str]]] = {}
        for item in self.outcomes:
            for part in item["measured"]:
                names = part["variables"]
                for name, limits in zip(names, offered(item, len(names)), strict=True):
                    if limits:
                        found.setdefault(part["form"], {})[name] = limits, item["instrument"]
        return found

    def _answers(self, item: dict) -> dict:
        return item.get("codes", {answer: answer for answer in item["answers"]})

    @property
    def items(self) -> list[dict]:
        """Items of the questionnaire; a Likert item has its answers written out.

        A choice of a Qualtrics export may have several answers: the program writes more than one
        for no other question.
        """
        spec = self.config.get("questionnaire", {"items": []})
        likert = spec.get("likert", {})
        sources = self.config["tables"].get("questionnaire", {}).get("sources", [])
        exports = [self.config["exports"].get(source["export"], {}) for source in sources]
        several = any(export.get("format") == "qualtrics" for export in exports)
        usual = {"likert": likert, "choice": {"several": several}, "text": {}}
        return [{**usual[item["type"]], **item} for item in spec["items"]]

    @property
    def outcomes(self) -> list[dict]:
        """Outcomes of the plan, each with its instrument, and ``measured`` written out.

        That stands in the order of the timepoints where the plan lists them.
        """
        out = []
        order = list(self.timepoints) if self.analysis("timepoints") else []
        for item in self.analysis("outcomes"):
            measured = item.get(
                "measured", [{k: item[k] for k in ("form", "variables") if k in item}]
            )
            whole = [
                {
                    "form": part["form"],
                    "timepoint": self.config["forms"][part["form"]]["timepoint"],
                    "follow_up": not self._is_baseline(part["form"]),
                    "variables": expand_series(part["variables"]),
                }
                for part in measured
            ]
            if order:
                whole.sort(key=lambda part: order.index(part["timepoint"]))
            rest = {k: v for k, v in item.items() if k not in ("form", "variables", "measured")}
            out.append(defaults_within("analysis.outcomes[]") | rest | {"measured": whole})
        return out

    @cached_property
    def analyses(self) -> dict[str, dict]:
        """The entries of the analysis plan, by id, the main one first."""
        plan = defaults_within("analysis") | self.config.get("analysis", {})
        entries = expand_analyses(plan, self.outcomes)
        return {entry["id"]: entry for entry in entries}

    @property
    def form_labels(self) -> dict[str, str]:
        """Label of each form."""
        return {form: self.config["forms"][form]["label"] for form in self.forms}

    @property
    def form_contents(self) -> dict[str, dict]:
        """Label of each form, and the columns of which one must have a value for it to count."""
        return {
            form: {
                "label": self.form_labels[form],
                "columns": evidence(self.variables(form)),
            }
            | ({"took_place": self.took_place[form]} if form in self.took_place else {})
            for form in self.forms
        }

    @property
    def took_place(self) -> dict[str, dict]:
        """Of a form that says it, by which variable and values its visit took place."""
        return {form: rule for form in self.forms if (rule := rule_of(self.spec(form)))}

    @property
    def followed_up_by(self) -> dict | None:
        """The variable, and its values, by which a participant is known to be followed up."""
        spec = self.analysis("followed_up", {})
        if "variable" not in spec:
            return None
        return {key: spec[key] for key in ("form", "variable")} | {"values": texts_of(spec)}

    def _seen_in(self, table: str) -> dict | None:
        """Return the variable and values of `followed_up`, where it names values of ``table``."""
        rule = self.followed_up_by
        return rule if rule and rule["values"] and rule["form"] == table else None

    @property
    def printed(self) -> dict:
        """What the report says of the study as a whole."""
        return defaults_within("study") | self.config["study"] | {"words": self.words}

    def _is_baseline(self, form: str) -> bool:
        return self.config["forms"][form]["timepoint"] == BASELINE

    @property
    def follow_up_forms(self) -> list[str]:
        """Forms filled in after randomisation: all but those of the timepoint `baseline`."""
        later = [form for form in self.forms if not self._is_baseline(form)]
        if not self.analysis("timepoints"):
            return later
        order = list(self.timepoints)
        return sorted(later, key=lambda form: order.index(self.config["forms"][form]["timepoint"]))

    @property
    def follow_up_labels(self) -> dict[str, str]:
        """Label of each form of the follow-up."""
        return {form: self.form_labels[form] for form in self.follow_up_forms}

    @property
    def baseline_variables(self) -> list[dict]:
        """Variables measured at baseline: form, id, label, unit, type, levels of a category.

        A form that repeats gives none: a participant has many values of each. What the cells of a
        variable make beside its value follows it.
        """
        return [
            {
                "form": form,
                "id": v["id"],
                "label": v.get("label", v["id"]),
                **({} if "label" in v else {"label_of_file": True}),
                "unit": v.get("unit", ""),
                "type": v["type"],
                "levels": list(dict.fromkeys(v.get("codes", {}).values())),
                "labels": v.get("labels", {}),
                **({"decimals": v["decimals"]} if "decimals" in v else {}),
            }
            for form in self.forms
            if self._is_baseline(form) and "repeats" not in self.config["forms"][form]
            for variable in self.variables(form)
            for v in (variable, *_beside(variable))
        ]

    @property
    def baseline_table(self) -> list[dict]:
        """Variables of the baseline table: those the plan lists, or all numbers and categories."""
        variables = {v["id"]: v for v in self.baseline_variables if v["type"] not in NOT_TABULATED}
        wanted = self.analysis("baseline", list(variables))
        return [variables[name] for name in wanted if name in variables]

    def label_readings(self, *forms: str) -> list[str]:
        """Return the accounts of the reading of ``forms``, where labels of a file are wanted."""
        return [
            f"results/validation/reading/{form}.json"
            for form in forms
            if any(
                keeps_labels(self.config["exports"][s["export"]])
                for s in self.spec(form)["sources"]
            )
            and any(map(lacks_labels, self.variables(form)))
        ]

    @property
    def baseline_forms(self) -> list[str]:
        """Forms of the timepoint `baseline`."""
        return [form for form in self.forms if self._is_baseline(form)]

    @property
    def contracts(self) -> list[dict]:
        """What the data dictionary needs of each table: its name, its variables, its kind."""
        return [
            {"name": t, "variables": self.variables(t), "is_form": t in self.forms}
            for t in self.tables
        ]

    @property
    def headings(self) -> dict[str, dict]:
        """Table -> export -> column of the table -> column of the file."""
        return {
            table: {source["name"]: source["columns"] for source in self.sources(table)}
            for table in self.tables
        }

    @property
    def supplied(self) -> dict[str, list[str]]:
        """Table -> its columns that some export fills."""
        return {
            table: sorted(
                {name for source in self.sources(table) for name in source["columns"]}
                | {name for source in self.sources(table) for name in source["constants"]}
            )
            for table in self.tables
        }

    def spec(self, table: str) -> dict:
        """Return the configuration of ``table``."""
        return self.config["forms" if table in self.forms else "tables"][table]

    def sources(self, table: str) -> list[dict]:
        """Return the sources of ``table`` as its validation reads them, the export's form too."""
        variables = self.variables(table)
        out = []
        for source in self.spec(table)["sources"]:
            export = self.config["exports"][source["export"]]
            columns = source["columns"] | {v["id"]: v["column"] for v in variables}
            codes = source.get("codes", {}) | {
                v["id"]: v["codes"] for v in variables if v.get("codes")
            }
            notes = {v["id"]: [v["note_if"]] for v in variables if "note_if" in v}
            missing = source.get("missing", {}) | {
                v["id"]: v["missing"] for v in variables if v.get("missing")
            }
            out.append(
                {
                    "name": source["export"],
                    "label": export["file"],
                    "dictionary_label": export.get("dictionary", ""),
                    "dictionary": bool(export.get("dictionary")),
                    "missing": self._missing_codes(export),
                    "missing_of": missing,
                    "coded_by_dictionary": self._coded_by_dictionary(table),
                    "dates": _listed(export.get("dates", [])),
                    "months": export.get("months", self.config.get("months", default_of("months"))),
                    "columns": columns,
                    "codes": codes,
                    "note_if": notes,
                    "decimals": {v["id"]: v["decimal"] for v in variables if "decimal" in v},
                    "several": [v["id"] for v in variables if v.get("several")],
                    "numeric": _numeric(variables),
                    "counted": self._counted(source["export"]),
                    "begun": begun_of(self.spec(table), source, variables),
                    "followed_up": self._seen_in(table),
                    "constants": source.get("constants", {}),
                    "where": source.get("where", {}),
                    "wheres": self._wheres(source["export"]),
                    "taken": self._taken(source["export"], table),
                    "known": self._known_columns(source["export"]),
                    "identifiers": export.get("identifiers", []),
                }
                | self._form_of(source["export"])
            )
        return out

    def _missing_codes(self, export: dict) -> list[str]:
        """Return the cells of an export that mean no value."""
        return export.get("missing", self.config.get("missing", default_of("missing")))

    def _counted(self, export: str) -> list[str]:
        """Return the columns of ``export`` that some table takes for numbers or days."""
        tables = [self.variables(table) for table, _ in self._feeds(export)]
        return sorted({column for variables in tables for column in _numeric(variables)})

    def _coded_by_dictionary(self, table: str) -> list[str]:
        """Return the variables whose codes nobody wrote: they are the choices of a dictionary."""
        form = self._as_given.get("forms", {}).get(table, {})
        own = {variable["column"] for variable in expand_series(form.get("variables", []))}
        if "redcap" not in form:
            return []
        return [v["id"] for v in self.variables(table) if v.get("codes") and v["column"] not in own]

    def _form_of(self, export: str) -> dict:
        """Return what the reader of ``export`` needs beside its name and label."""
        spec = self.config["exports"][export]
        return {key: spec[key] for key in OF_READERS if key in spec}

    def _feeds(self, export: str) -> list[tuple[str, dict]]:
        """Return the tables that ``export`` feeds, each with its source."""
        pairs = [(table, source) for table in self.tables for source in self.spec(table)["sources"]]
        return [(table, source) for table, source in pairs if source["export"] == export]

    def _wheres(self, export: str) -> list[dict]:
        """Return by what each table that ``export`` feeds chooses its rows."""
        return [source.get("where", {}) for _, source in self._feeds(export)]

    def _taken(self, export: str, table: str) -> list[dict]:
        """Return which rows of ``export`` some table takes, for the one table that tells the rest.

        Nothing is to be told where a table takes all rows, and only the first table tells it.
        """
        wheres = self._wheres(export)
        return wheres if self._feeds(export)[0][0] == table and all(wheres) else []

    @cached_property
    def dictionaries(self) -> list[str]:
        """The exports with a REDCap dictionary that feed a table."""
        return sorted(name for name in self.projects if self._feeds(name))

    def dictionary_of(self, export: str) -> dict:
        """Return what the check of ``export`` against its dictionary needs to know."""
        spec, project = self.config["exports"][export], self.projects[export]
        return {
            "name": export,
            "label": spec["file"],
            "dictionary_label": spec["dictionary"],
            "missing": self._missing_codes(spec),
            "identifiers": spec.get("identifiers", []),
            "known": self._known_columns(export),
            "events": project.events,
        } | self._form_of(export)

    def columns_fed(self, export: str) -> dict[str, list[str]]:
        """Return for each table that ``export`` feeds the columns of the file that it uses."""
        return {
            table: sorted(
                {*source["columns"].values(), *(v["column"] for v in self.variables(table))}
            )
            for table, source in self._feeds(export)
        }

    def _known_columns(self, export: str) -> list[str]:
        """Return every column of ``export`` that some table uses or the configuration ignores."""
        spec = self.config["exports"][export]
        known = [*spec.get("ignore", []), *spec.get("identifiers", [])]
        if export in self.projects:
            known += columns_of(self.projects[export].fields)
            known += self.projects[export].missing_boxes()
        for table, source in self._feeds(export):
            known += source["columns"].values()
            known += source.get("where", {})
            known += source.get("ignore", [])
            known += [v["column"] for v in self.variables(table)]
        return sorted(set(known))

    def files(self, export: str) -> list[str]:
        """Return the files of ``export``, relative to the working folder; its dictionary last."""
        spec = self.config["exports"][export]
        path = self.folder / spec["file"]
        if spec.get("format") == "docx":
            found = sorted(path.glob(f"*{DOCUMENT_ENDING}"))
            return [p.as_posix() for p in found if not p.name.startswith("~$")]
        paths = [path.as_posix()]
        if spec.get("dictionary"):
            paths.append((self.folder / spec["dictionary"]).as_posix())
        return paths

    def events_files(self, export: str) -> list[str]:
        """Return the list of events of ``export``, if it has one."""
        spec = self.config["exports"][export]
        return [(self.folder / spec["events"]).as_posix()] if "events" in spec else []

    def files_of(self, table: str) -> list[str]:
        """Return the files of all exports that feed ``table``."""
        return [f for source in self.spec(table)["sources"] for f in self.files(source["export"])]

    @property
    def all_files(self) -> list[str]:
        """The files of all exports that feed a table, once each."""
        return list(dict.fromkeys(f for table in self.tables for f in self.files_of(table)))

    @property
    def all_paths(self) -> list[str]:
        """Every file that the configuration names: exports, events, answers to queries, texts."""
        events = [file for name in self.config["exports"] for file in self.events_files(name)]
        answers = [self.validation.resolutions] if self.validation.resolutions else []
        return [*self.all_files, *events, *answers, *self.text_files()]

    def owners_of(self, table: str) -> list[str]:
        """Return for each file of `files_of` the export it belongs to."""
        names = [source["export"] for source in self.spec(table)["sources"]]
        return [name for name in names for _ in self.files(name)]

    def text_files(self) -> list[str]:
        """Return the Markdown files of the study's own prose."""
        folder = self.config.get("report", {}).get("text")
        if not folder:
            return []
        return [p.as_posix() for p in sorted((self.folder / folder).glob("*.md"))]

    def _check_files(self) -> None:
        for path in self.all_paths:
            if not path.isprintable():
                raise StudyError(
                    "The name of a file or folder holds a line break or another unprintable sign",
                    where=path.encode("unicode_escape").decode("ascii"),
                    rule="file",
                    remedy="rename it: no list of files can tell such a name",
                )
        answers = self.validation.resolutions
        if answers and not Path(answers).is_file():
            raise StudyError(
                "The file with the answers to queries is missing",
                where=self.validation.resolutions_label,
                rule="validation.resolutions",
                remedy="put the file there, or take the key out of the configuration",
            )
        used = {s["export"] for t in self.tables for s in self.spec(t)["sources"]}
        for name in sorted(used):
            spec = self.config["exports"][name]
            for key in ("file", "dictionary", "events"):
                if key in spec and not (self.folder / spec[key]).exists():
                    raise StudyError(
                        f"A file of the export {name} is missing",
                        where=spec[key],
                        rule=f"exports.{name}.{key}",
                        remedy="put the file there, or correct its path in the configuration",
                    )
            if not self.files(name):
                raise StudyError(
                    f"The folder of the export {name} holds no {DOCUMENT_ENDING} file",
                    where=spec["file"],
                    rule=f"exports.{name}.file",
                    remedy="put the documents there, or correct the path in the configuration",
                )


def _beside(variable: dict) -> list[dict]:
    """Return the column that the cells of a variable make beside its value, if they make one."""
    if variable["type"] not in BESIDE:
        return []
    ending, kind = BESIDE[variable["type"]]
    label = {"label": variable["label"]} if "label" in variable else {}
    return [{"id": f"{variable['id']}{ending}", "type": kind, **label}]


def _numeric(variables: list[dict]) -> list[str]:
    """Return the columns of variables that are numbers or days."""
    return [v["column"] for v in variables if v["type"] in NUMERIC]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
