"""Which files a study is read from.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

from pathlib import Path

from trialtrail.configuration.documents import DOCUMENTS, ENDINGS, WORD, files_within
from trialtrail.configuration.schema import defaults_within, with_defaults
from trialtrail.configuration.study_sources import StudySources

QUALCODER = "data.qda"
"""The database in the folder of a project of QualCoder."""


class StudyFiles(StudySources):
    """Questions about the files of the exports and of the study's own prose."""

    folder: Path
    """Where the files lie, relative to the working folder."""

    def files(self, export: str) -> list[str]:
        """Return the files of ``export``, relative to the working folder; its dictionary last."""
        spec = self.config["exports"][export]
        path = self.folder / spec["file"]
        if spec.get("format") in (DOCUMENTS, WORD):
            return files_within(path)
        if path.is_dir() and (path / QUALCODER).is_file():
            path /= QUALCODER
        paths = [path.as_posix()]
        if spec.get("dictionary"):
            paths.append((self.folder / spec["dictionary"]).as_posix())
        return paths

    @property
    def project_exports(self) -> list[str]:
        """The exports that are projects of programs for qualitative analysis and feed a table."""
        return sorted(
            name for name in self.config["exports"] if self._feeds(name) and self._is_project(name)
        )

    def lacks_documents(self, export: str) -> str:
        """Return the endings of which a folder of transcripts should have a file and has none."""
        form = self.config["exports"][export].get("format")
        if form not in (DOCUMENTS, WORD):
            return ""
        endings = ENDINGS if form == DOCUMENTS else (f".{WORD}",)
        some = any(Path(path).suffix.lower() in endings for path in self.files(export))
        return "" if some else ", ".join(endings)

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

    def owners_of(self, table: str) -> list[str]:
        """Return for each file of `files_of` the export it belongs to."""
        names = [source["export"] for source in self.spec(table)["sources"]]
        return [name for name in names for _ in self.files(name)]

    @property
    def disclosure(self) -> dict:
        """What the public edition may tell: the least count, the rounding, the tables."""
        return with_defaults(self.config.get("disclosure", {}), "disclosure")

    @property
    def disclosure_params(self) -> dict:
        """What says which words could tell of people, its lists by their paths."""
        chosen = self.word_disclosure
        lists = {name: self._within(path) for name, path in chosen["lists"].items()}
        return chosen | {"lists": lists, "rare": [self._within(path) for path in chosen["rare"]]}

    @property
    def disclosure_files(self) -> list[str]:
        """The lists of words that could tell of people."""
        chosen = self.disclosure_params
        return sorted({*chosen["lists"].values(), *chosen["rare"]})

    def _within(self, path: str) -> str:
        return (self.folder / path).as_posix()

    @property
    def plan_lock(self) -> str | None:
        """The file in which the locked plan is kept; None where the study names none."""
        name = self.config["study"].get("plan_lock")
        return (self.folder / name).as_posix() if name else None

    @property
    def checklist_answers(self) -> list[str]:
        """Return the file in which people answer items of reporting checklists, if there is one."""
        name = self.config.get("report", {}).get("checklists", {}).get("answers")
        return [(self.folder / name).as_posix()] if name else []

    @property
    def word_template(self) -> list[str]:
        """The Word file whose styles the report takes as a Word file, if the study has one."""
        return self._of_report("word_template")

    @property
    def references(self) -> list[str]:
        """The file of the works that the texts cite, if the study has one."""
        return self._of_report("references")

    def _of_report(self, key: str) -> list[str]:
        name = self.config.get("report", {}).get(key)
        return [self._within(name)] if name else []

    @property
    def consensus(self) -> str | None:
        """The file of what coders decided where they differ, if there is one."""
        name = self.qualitative("consensus")
        return (self.folder / name).as_posix() if name else None

    @property
    def consensus_label(self) -> str:
        """The name of that file in messages."""
        return self.qualitative("consensus") or ""

    @property
    def saturation(self) -> dict[str, float]:
        """How saturation is assessed, all keys written out."""
        given = self.qualitative("saturation", {})
        return defaults_within("qualitative.saturation") | given

    @property
    def counted_consensus(self) -> list[str]:
        """The dataset of the consensus, where `qualitative.coder` says that it is counted."""
        counted = self.consensus and self.qualitative("coder") == "consensus"
        return ["results/datasets/consensus.parquet"] if counted else []

    def text_files(self) -> list[str]:
        """Return the Markdown files of the study's own prose."""
        folder = self.config.get("report", {}).get("text")
        if not folder:
            return []
        return [p.as_posix() for p in sorted((self.folder / folder).glob("*.md"))]

    @property
    def summary_files(self) -> list[str]:
        """Return the file with the summaries of the framework matrix, if there is one."""
        cases = self.config.get("qualitative", {}).get("cases", {})
        name = cases.get("matrix", {}).get("file")
        return [(self.folder / name).as_posix()] if name else []
