"""Which tables and forms a study has, and the entries of its configuration with their defaults.

The Snakefile asks these questions while it is read, so nothing heavy is imported here.
"""

from __future__ import annotations

from functools import cached_property

from trialtrail.configuration.blinding import watermark
from trialtrail.configuration.kind_of_study import is_trial
from trialtrail.configuration.schema import default_of, defaults_within, has_default, with_defaults


class StudyTables:
    """Questions about the tables and forms that a study supplies."""

    config: dict
    """The configuration, its dictionaries written out."""

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

    def spec(self, table: str) -> dict:
        """Return the configuration of ``table``."""
        return self.config["forms" if table in self.forms else "tables"][table]

    @property
    def arms(self) -> list[dict]:
        """The arms, the reference first: id, label, description; none of a qualitative study."""
        return self.config["study"].get("arms", [])

    @property
    def is_trial(self) -> bool:
        """Whether the study is a trial, and no qualitative study alone."""
        return is_trial(self.config)

    @property
    def words(self) -> dict:
        """The study's words for participant, provider and contact."""
        return defaults_within("study.words") | self.config["study"].get("words", {})

    def analysis(self, key: str, default=None):
        """Return an entry of the analysis plan: its own, else the schema's default, else that."""
        return self._entry("analysis", key, default)

    def qualitative(self, key: str, default=None):
        """Return an entry of the qualitative study, with its default as for `analysis`.

        The defaults of keys within it are written out.
        """
        return with_defaults(self._entry("qualitative", key, default), f"qualitative.{key}")

    def report(self, key: str, default=None):
        """Return an entry of the report, with its default as for `analysis`."""
        return self._entry("report", key, default)

    @property
    def agreement(self) -> dict:
        """How the agreement of coders is measured, the defaults written out."""
        given = {"bootstrap": {}} | self.config.get("qualitative", {}).get("agreement", {})
        return with_defaults(given, "qualitative.agreement")

    @property
    def naming(self) -> dict:
        """What decides how people of the interviews are called in print (`labels.Naming`)."""
        chosen = self.word_disclosure
        named = {name: self.qualitative(name) for name in ("roles", "stages")}
        named |= {name: chosen[name] for name in ("minimum", "nobody")}
        return named | {"exact": chosen.get("exact_labels", {})}

    @property
    def word_disclosure(self) -> dict:
        """What may be told of people in print, with its defaults."""
        return defaults_within("qualitative.disclosure") | self.qualitative("disclosure", {})

    @property
    def interviews_participants(self) -> bool:
        """Return whether the register says which participant of the trial an interview is with."""
        sources = self.config["tables"].get("interviews", {}).get("sources", [])
        named = any("participant_id" in source["columns"] for source in sources)
        return named and self.has("participants")

    def _entry(self, section: str, key: str, default):
        given, name = self.config.get(section, {}), f"{section}.{key}"
        if key in given:
            return given[key]
        return default_of(name) if has_default(name) else default

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

    def _answers(self, item: dict) -> dict:
        return item.get("codes", {answer: answer for answer in item["answers"]})

    @property
    def form_labels(self) -> dict[str, str]:
        """Label of each form."""
        return {form: self.config["forms"][form]["label"] for form in self.forms}

    @property
    def printed(self) -> dict:
        """What the report says of the study as a whole; of a blinded one, that it is blinded."""
        mark = {"blinded": self.blinded} if self.blinded else {}
        if edition := self.config.get("disclosure", {}).get("edition"):
            mark["edition"] = edition
        own = {"words": self.words, "arms": self.arms, "is_trial": self.is_trial}
        said = {key: part for key, part in self.config["study"].items() if key != "deposit"}
        return defaults_within("study") | said | own | mark

    @property
    def blinded(self) -> dict:
        """What a blinded run says on its pages and withholds; empty where the arms are known."""
        if not self.config.get("blind"):
            return {}
        own = self.config["blinded"]
        return {"mark": watermark(self.config), "sections": own["sections"], "notes": own["notes"]}
