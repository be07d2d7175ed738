"""Run the command as `python -m runrecord`."""

from runrecord.cli import main

raise SystemExit(main())
