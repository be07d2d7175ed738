"""A spreadsheet as a small German trial keeps it, drawn by a seeded program; nobody is described.

Semicolons, decimal commas, code page 1252, a line of title above the header, codes that people type
in many ways, a heading that stands there twice, an empty column and a row of sums at the end.
"""

from __future__ import annotations

import random
from pathlib import Path

HEADER = (
    "Pat.-Nr.;Gruppe;Datum Randomisierung;Geschlecht;Größe [cm];Gewicht;Raucher (j/n);"
    "Schmerz 0;Schmerz 6;Bemerkung;Labor;Labor;leer"
)
ROWS = 90


def comma(value: float) -> str:
    """Return a number with one decimal and a comma."""
    return f"{value:.1f}".replace(".", ",")


def write_messy(path: Path, seed: int = 3) -> Path:
    """Write the file of 90 participants and return its path."""
    draw = random.Random(seed)
    lines = ["Auswertung Schmerzstudie, Stand 03.05.2024;;;;;;;;;;;;", HEADER]
    for number in range(1, ROWS + 1):
        cells = [
            f"P{number:03d}",
            draw.choice(
                ["Verum", "Placebo", "verum "] if number % 9 == 0 else ["Verum", "Placebo"]
            ),
            f"{draw.randint(1, 28):02d}.{draw.randint(1, 12):02d}.2023",
            draw.choice(["m", "w", "M", "w"]),
            comma(draw.uniform(150, 195)),
            "k.A." if number % 17 == 0 else "-99" if number == 40 else comma(draw.uniform(50, 110)),
            draw.choice(["J", "N", "j", "n", "ja", "nein", "k.A."]),
            comma(draw.uniform(3, 9)),
            "k.A." if number % 11 == 0 else comma(draw.uniform(1, 7)),
            "kam später, Bus" if number % 7 == 0 else "",
            str(draw.randint(80, 120)),
            str(draw.randint(10, 30)),
            "",
        ]
        lines.append(";".join(cells))
    lines.append("Summe;;;;;;;540,2;380,1;;;;")
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("cp1252"))
    return path
