"""Let QualCoder's own code import a project: `PYTHON qualcoder_import.py PROJECT.qdpx FOLDER`.

The interpreter is one in which QualCoder is installed; no window is opened. What the code says on
its panel is printed; FOLDER then holds the project of QualCoder, with the database ``data.qda``.
"""

import builtins
import sqlite3
import sys
from pathlib import Path
from types import SimpleNamespace

from coded_projects import QUALCODER


class Panel(list):
    """What QualCoder writes to its panel."""

    append = list.append


def imported(project: str, folder: Path) -> Panel:
    """Import a project by QualCoder's `RefiImport` and return what it said."""
    from qualcoder import refi

    (folder / "documents").mkdir(parents=True)
    connection = sqlite3.connect(folder / "data.qda")
    for table in QUALCODER:
        connection.execute(f"CREATE TABLE {table}")
    connection.execute("INSERT INTO project (databaseversion) VALUES ('v17')")
    settings = {"directory": str(folder), "codername": "default", "ai_enable": "False"}
    app = SimpleNamespace(conn=connection, settings=settings, ai_models=[])
    app.project_path, app.write_config_ini = str(folder), lambda *_: None
    quiet = SimpleNamespace(exec=lambda: None, setValue=lambda *_: None, close=lambda: None)
    quiet.setWindowModality = lambda *_: None
    refi.Message = lambda *_, **__: quiet
    refi.QtWidgets.QProgressDialog = lambda *_, **__: quiet
    refi.QtWidgets.QFileDialog.getOpenFileName = lambda *_, **__: (project, True)
    panel = Panel()
    refi.RefiImport(app, panel, "qdpx")
    connection.commit()
    connection.close()
    return panel


if __name__ == "__main__":
    builtins._ = lambda text: text  # QualCoder installs its translations so
    print("\n".join(imported(sys.argv[1], Path(sys.argv[2]))))
