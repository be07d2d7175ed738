"""The command `trialtrail queries`: serve the page on this machine until it is stopped."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialtrail.errors import StudyError

if TYPE_CHECKING:
    from trialtrail.answering.people import People
    from trialtrail.configuration import Study

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LAST_PORT = 65535
IDLE = 60
"""Minutes without a request after which the page stops by itself."""
DEFAULT = "answers.csv"
LONGEST_REQUEST = 10
"""Seconds within which a request comes to its end, and the next one follows it."""
MOST_CONNECTIONS = 400
RULE = "the page is for people on this machine"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    command.add_argument(
        "study",
        nargs="?",
        type=Path,
        metavar="STUDY.yaml",
        help="the configuration of the study (that of the last run)",
    )
    command.add_argument(
        "--results",
        type=Path,
        metavar="DIR",
        help="the results folder (that beside STUDY.yaml, else results)",
    )
    command.add_argument(
        "--people",
        type=int,
        default=1,
        metavar="N",
        help="how many people come: an invitation each (%(default)s)",
    )
    command.add_argument("--port", type=int, default=0, help="a port (any that is free)")
    command.add_argument("--host", default=LOOPBACK[0], help="a name of this machine (%(default)s)")
    command.add_argument(
        "--idle",
        type=float,
        default=IDLE,
        metavar="MINUTES",
        help="stop after so long without a request; 0 for never (%(default)s)",
    )


def command(options: argparse.Namespace) -> int:
    """Serve the page; return 0 when it was stopped.

    Raises:
        StudyError: there is no list of queries, the host is none of this machine, or the port is
            taken.
    """
    if options.host not in LOOPBACK:
        raise StudyError(
            f"The page is not served at {options.host}",
            rule=RULE,
            remedy="leave --host out; from another machine, forward the port: "
            "ssh -L 8080:127.0.0.1:PORT that-machine, with --port PORT",
        )
    if not 0 <= options.port <= LAST_PORT:
        raise _no_port(options.port)
    if options.people < 1:
        raise StudyError("Nobody is invited", rule=RULE, remedy="give --people 1 or more")
    try:
        import waitress
        from filelock import FileLock  # noqa: F401
        from flask import Flask  # noqa: F401
    except ImportError as error:
        raise StudyError(
            f"The page needs the package {error.name}",
            remedy="install what a run needs: pip install 'trialtrail[run]'",
        ) from None
    return _serve(options, waitress)


def _serve(options: argparse.Namespace, waitress: Any) -> int:
    from trialtrail.answering import guard
    from trialtrail.answering.page import make_page
    from trialtrail.answering.people import People

    people = People()
    later = _Later()
    server = _listen(options, waitress, later, guard.MOST_BYTES, guard.MOST_HEADERS)
    try:
        host, port = server.effective_host, int(server.effective_port)
        desk, about = desk_of(options, f"trialtrail_{port}")
        later.app = make_page(desk, people, about)
        address = f"http://{'[::1]' if ':' in host else host}:{port}"
        _welcome(people, address, options, desk)
        if options.idle > 0:
            _watch(lambda: time.monotonic() - about.last > 60 * options.idle)
        if sys.stdin is not None and sys.stdin.isatty():
            threading.Thread(target=_invite_more, args=(people, address), daemon=True).start()
        for each in (signal.SIGINT, signal.SIGTERM):  # also where a shell ignores the first
            signal.signal(each, signal.default_int_handler)
        server.run()  # ends at Ctrl-C
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
    print("Stopped. The invitations are no longer open.")
    return 0


class _Later:
    """An application that is made when the port is known."""

    app: Callable[..., Any]

    def __call__(self, environ: dict, start: Callable[..., Any]) -> Any:
        return self.app(environ, start)


def _listen(
    options: argparse.Namespace, waitress: Any, app: Any, most_bytes: int, most_headers: int
) -> Any:
    import logging

    logging.getLogger("waitress").setLevel(logging.CRITICAL)  # no line of it is about a request
    try:
        server = waitress.create_server(
            app,
            # Where `localhost` is two addresses, two servers would be made.
            host=LOOPBACK[0] if options.host == "localhost" else options.host,
            port=options.port,
            threads=4,
            ident=None,
            max_request_body_size=most_bytes,
            max_request_header_size=most_headers,
            channel_timeout=LONGEST_REQUEST,
            cleanup_interval=1,
            connection_limit=MOST_CONNECTIONS,
            expose_tracebacks=False,
            clear_untrusted_proxy_headers=True,
        )
    except (OSError, OverflowError, ValueError):
        raise _no_port(options.port) from None
    server.channel_class = _channel_class()
    return server


def _channel_class() -> type:
    from waitress.channel import HTTPChannel

    class Channel(HTTPChannel):
        """A connection on which a request has to come to its end within the time of the server.

        Else a program that sends one sign a second keeps a place for ever, and others out.
        """

        def handle_read(self) -> None:
            began, coming = self.last_activity, self.request
            super().handle_read()
            if coming is not None and self.request is coming:
                self.last_activity = began

    return Channel


def _no_port(port: int) -> StudyError:
    return StudyError(
        f"The page cannot be served at port {port}",
        rule=RULE,
        remedy="leave --port out, or name one that is free, above 1023",
    )


def _welcome(people: People, address: str, options: argparse.Namespace, desk: Any) -> None:
    standings = desk.standings()
    count = sum(each.state == "open" and not each.is_open_note for each in standings)
    notes = sum(each.is_open_note for each in standings)
    more = f" {notes} {'note needs' if notes == 1 else 'notes need'} no answer." if notes else ""
    print(f"{count} {'query is' if count == 1 else 'queries are'} open.{more}")
    print("Open this address in a browser on this machine; it opens once, for one person:")
    for _ in range(options.people):
        print(f"  {address}/enter/{people.invite()}")
    if sys.stdin is not None and sys.stdin.isatty():
        print("Enter: an invitation for another person. Ctrl-C: stop.", flush=True)
    else:
        print("Ctrl-C: stop.", flush=True)


def _invite_more(people: People, address: str) -> None:
    for _ in sys.stdin:
        try:
            print(f"  {address}/enter/{people.invite()}", flush=True)
        except StudyError as refusal:
            print(refusal.text(), file=sys.stderr)


def _watch(is_idle: Callable[[], bool]) -> None:
    """End the server, as Ctrl-C does, when nobody has asked for anything for long."""
    import _thread

    def look() -> None:
        while not is_idle():
            time.sleep(1)
        _thread.interrupt_main()

    threading.Thread(target=look, daemon=True).start()


def desk_of(options: argparse.Namespace, cookie: str) -> tuple[Any, Any]:
    """Return the desk of the study that is asked for, and what the page says of it.

    Raises:
        StudyError: there is no list of queries, or no configuration.
    """
    from trialtrail.answering.answers_file import AnswersFile
    from trialtrail.answering.giving import AnswerDesk
    from trialtrail.answering.page import About

    results = _results_of(options)
    file = options.study or _configuration_of(results)
    study = _study(file)
    name = study.validation.resolutions
    path = Path(name) if name else study.folder / DEFAULT
    label = study.validation.resolutions_label or DEFAULT
    answers = AnswersFile(path.resolve(), label, named=bool(name))
    desk = AnswerDesk(results, answers, study.validation.second_signature)
    desk.queries()
    to_add = "" if name else f"validation:\n  resolutions: {DEFAULT}"
    about = About(
        study.config["study"]["title"],
        bool(study.config["study"].get("synthetic")),
        cookie,
        f"trialtrail run {file.name}",
        to_add,
    )
    return desk, about


def _results_of(options: argparse.Namespace) -> Path:
    if options.results is not None:
        return options.results.resolve()
    beside = options.study.resolve().parent / "results" if options.study else None
    return beside if beside and beside.is_dir() else Path("results").resolve()


def _configuration_of(results: Path) -> Path:
    """Return the configuration of the last run, which the journal names."""
    from runrecord import journal

    last = journal.read(results / "lineage").last("run_start") or {}
    for name in last.get("configuration") or {}:
        path = results.parent / name
        if path.is_file():
            return path
    raise StudyError(
        "It is not known which configuration the results are of",
        where=results.as_posix(),
        rule="the configuration says where the answers go",
        remedy="name it: trialtrail queries STUDY.yaml",
    )


def _study(file: Path) -> Study:
    from trialtrail.configuration import Study
    from trialtrail.configuration.reading import configuration_of

    config = configuration_of(file, "name the configuration of the study")
    return Study(config, file, without_files=True)
