"""The contract of the table `codebook`."""

from schemas.base import Record, Text, column


class Codebook(Record):
    """One row is one code with its place under a category and a theme."""

    code: Text = column("Code", "Name of the code in the codings")
    label: Text = column("Label", "Name of the code for readers")
    category: Text = column("Category", "Category it belongs to")
    category_label: Text = column("Category label", "Name of the category for readers")
    theme: Text = column("Theme", "Theme it belongs to")
    theme_label: Text = column("Theme label", "Name of the theme for readers")
    definition: Text = column("Definition", "When the code is given", optional=True)

    class Config:
        """Key of the table."""

        unique = ["code"]
