"""The contract of the table `codebook`."""

import pandera.pandas as pa

from schemas.base import Date, Record, Text, YesNo, column


class Codebook(Record):
    """One row is one code, or one group of codes, with its place in the tree of codes.

    Its place is its ``parent``, or the columns category and theme; without either it stands alone.
    """

    code: Text = column("Code", "Name of the code in the codings")
    label: Text = column("Label", "Name of the code for readers")
    parent: Text = column(
        "Parent", "Code, guid or path of labels of what it stands under", optional=True
    )
    codable: YesNo = column("Can be given", "No, where it is a group of codes alone", optional=True)
    category: Text = column("Category", "Category it belongs to", optional=True)
    category_label: Text = column(
        "Category label", "Name of the category for readers", optional=True
    )
    theme: Text = column("Theme", "Theme it belongs to", optional=True)
    theme_label: Text = column("Theme label", "Name of the theme for readers", optional=True)
    definition: Text = column("Definition", "When the code is given", optional=True)
    inclusion: Text = column("Inclusion", "What the code is given to", optional=True)
    exclusion: Text = column("Exclusion", "What the code is not given to", optional=True)
    example: Text = column("Example", "A passage that has the code", optional=True)
    guid: Text = column("Identifier", "Of the code in the program", optional=True)
    replaces: Text = column("Replaces", "Codes that were split or merged into it", optional=True)
    changed_on: Date = column("Changed on", "Day of its last change", optional=True)
    changed_by: Text = column("Changed by", "Who changed it", optional=True)
    why: Text = column("Why", "Reason for the change", optional=True)

    class Config:
        """Key of the table; a code that two exports give alike is one."""

        unique = ["code"]
        metadata = {"kept_once": ["label", "parent", "category", "theme"]}

    @pa.dataframe_check(error="required/theme: a code with a category has a theme, as others have")
    def has_its_theme(cls, frame):
        """A cell left empty would make the code a theme of its own, and nobody would see it."""
        lacks = frame["theme"].isna() & frame["category"].notna() & frame["parent"].isna()
        return ~(lacks & frame["theme"].notna().any())
