"""What is seen in a file before any configuration: its form, its columns and their cells as text.

Nothing here interprets a cell. What the file itself says of a column (a label, value labels,
missing codes, a type of the program that wrote it) is kept apart from what its cells look like.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class SeenColumn:
    """One column of a file.

    Attributes:
        name: its heading as the configuration has to name it.
        cells: its cells as the reader of exports gives them; None where there is none.
        label: what the file says it is (the question's wording, a variable label); empty where it
            says nothing.
        value_labels: label of each code, where the file or its dictionary has them.
        missing: codes that the file itself declares as missing.
        kind: the type that the file or its dictionary declares, as the configuration names types
            (`integer`, `number`, `date`, `category`, `text`, ...); empty where it declares none.
        unit: the unit that the file or its dictionary declares; empty where it declares none.
        identifies: why the file or its dictionary marks the column as one that identifies people;
            empty where it does not.
    """

    name: str
    cells: list[str | None]
    label: str = ""
    value_labels: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    kind: str = ""
    unit: str = ""
    identifies: str = ""
    looks: dict = field(default_factory=dict, init=False, repr=False, compare=False)
    """What has been found of its cells, which do not change, so that it is found once."""


@dataclass
class SeenFile:
    """One file, or one sheet of a workbook, as the reader of exports read it.

    Attributes:
        name: a name for its entry under `exports`.
        path: where it is.
        export: the keys that its entry under `exports` needs to be read like this (`format`,
            `encoding`, `delimiter`, `sheet`, `header_row`, `dictionary`, ...), without `file`.
        columns: its columns in their order, each of as many cells.
        notes: what somebody should know of how it was read, in whole sentences, such as a guess.
    """

    name: str
    path: str
    export: dict
    columns: list[SeenColumn]
    notes: list[str] = field(default_factory=list)

    def column(self, name: str) -> SeenColumn | None:
        """Return the column of that heading; None where there is none."""
        return next((each for each in self.columns if each.name == name), None)
