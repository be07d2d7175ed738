"""The page: who may see it, what is asked for, and what comes back. No value is in an address.

Every page is made by the server; no script runs in the browser, and nothing is loaded from
elsewhere. What goes wrong in the program is told by its kind and place alone, since a message of
Python may hold a value.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, redirect, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.exceptions import HTTPException

from trialtrail import ROOT
from trialtrail.answering import guard, shown
from trialtrail.answering.giving import AnswerDesk, BreaksRule, Changed
from trialtrail.answering.people import People
from trialtrail.answering.said_by_people import name_of
from trialtrail.answering.standing import STATES, Standing
from trialtrail.errors import StudyError
from trialtrail.results.workbooks import write_workbook
from trialtrail.validation.resolutions import NEEDED, NOTES, same_person, to_answer

TEMPLATES = ROOT / "templates"
FILES = {
    "page.css": ("queries/page.css", "text/css; charset=utf-8"),
    **{
        f"{name}.woff2": (f"fonts/{name}.woff2", "font/woff2")
        for name in ("IBMPlexSans-Regular", "IBMPlexSans-Medium", "IBMPlexSans-SemiBold")
    },
}
"""The files that the page is made with: name in the address -> file of the templates, its kind."""
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAID = {
    "answered": "The answer is written. It is in the results after the next run.",
    "proposed": "The answer is kept. It comes into force when somebody else confirms it.",
    "confirmed": "The answer is confirmed and written. It is in the results after the next run.",
    "objected": "Your objection is kept. The answer cannot come into force while it stands.",
    "withdrawn": "What you had said is taken back.",
}
"""What is told after something was done, by its word in the address."""
CHANGED = (
    "Somebody has changed something about this query since you opened it, or it was raised anew. "
    "Nothing of yours was written. What stands now is shown here; your answer is still in the form."
)
OPEN_TO_ALL = ("enter", "come_in", "file")
"""Endpoints for which nobody needs to have come in."""


@dataclass
class About:
    """What the page says of the study, and how the server is called.

    Attributes:
        title: the title of the study.
        synthetic: whether its data are synthetic.
        cookie: the name of the cookie, another one for each server of a machine.
        run: the command that makes the results anew.
        to_add: lines for the configuration, where it does not name the file of answers.
    """

    title: str
    synthetic: bool
    cookie: str
    run: str
    to_add: str = ""
    last: float = field(default_factory=time.monotonic)
    """When somebody last asked for something, by a clock that is never set."""


def make_page(desk: AnswerDesk, people: People, about: About) -> Flask:
    """Return the application."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = guard.MOST_BYTES
    app.config["MAX_FORM_PARTS"] = 20
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "queries"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"states": STATES, "in_words": shown.answer_in_words}

    def page(name: str, status: int = 200, /, **context: Any) -> Response:
        session = g.get("session")
        text = environment.get_template(f"{name}.html.j2").render(
            about=about,
            answers=desk.answers,
            second_signature=desk.second_signature,
            me=session.name if session else "",
            form_key=session.form_key if session else "",
            **context,
        )
        return Response(text, status, content_type="text/html; charset=utf-8")

    def refused(status: int, what: str, do: str = "") -> Response:
        return page("refused", status, what=what, do=do, where="")

    @app.before_request
    def check() -> Response | None:
        about.last = time.monotonic()
        g.session = None
        site = request.headers.get("Sec-Fetch-Site")
        host = request.headers.get("Host", "")
        if not guard.is_of_this_machine(host):
            return refused(400, "This page is served under the name of this machine only.")
        if request.method not in ("GET", "HEAD", "POST"):
            return refused(405, "This page takes no request of this kind.")
        is_form = request.method == "POST"
        if is_form and not guard.is_own_form(host, request.headers.get("Origin"), site):
            return refused(403, "This form was sent from another page.")
        if is_form and request.mimetype != guard.FORM:
            return refused(415, "This is no form of this page.")
        if is_form and any(len(each) > 1 for _, each in request.form.lists()):
            return refused(400, "This form says one thing twice.", "Go back and load it again.")
        if request.endpoint in OPEN_TO_ALL:
            return None
        if not guard.is_own_visit(site):
            return refused(403, "A link on another page led here.", "Open the address yourself.")
        g.session = people.session(request.cookies.get(about.cookie, ""))
        if g.session is None:
            do = "Whoever started it sees an address in the terminal: each opens for one person."
            return refused(401, "This page is by invitation.", do)
        if is_form and not g.session.has_form_key(request.form.get("form_key", "")):
            g.session = None
            return refused(403, "This form is not one of yours.", "Go back and load it again.")
        return None

    app.after_request(guard.with_headers)

    @app.errorhandler(Exception)
    def fail(error: Exception) -> Response:
        if isinstance(error, StudyError):
            return page("refused", 409, what=error.what, do=error.remedy, where=error.where)
        if isinstance(error, HTTPException):
            return refused(error.code or 400, f"{error.name}.")
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno}"
        print(f"A request failed: {type(error).__name__} at {place}", file=sys.stderr)
        what = f"Something is wrong with this page: {type(error).__name__} at {place}."
        return refused(500, what, "Nothing was written. Please report it.")

    @app.get("/enter/<token>")
    def enter(token: str) -> Response:
        if not people.is_open(token):
            return refused(
                403,
                "This invitation was used already, or does not exist.",
                "Each opens once. Whoever started the page can give you another one.",
            )
        return page("enter", token=token, name="", refusal="")

    @app.post("/enter/<token>", endpoint="come_in")
    def come_in(token: str) -> Response:
        try:
            name = name_of(request.form.get("name", ""))
        except StudyError as refusal:
            text = f"{refusal.what}: {refusal.remedy}."
            return page("enter", 400, token=token, name="", refusal=text)
        session = people.enter(token, name)
        if session is None:
            return refused(403, "This invitation was used already, or does not exist.")
        response = redirect("/", 303)
        response.set_cookie(about.cookie, session.key, httponly=True, samesite="Strict", path="/")
        return response

    @app.get("/files/<name>", endpoint="file")
    def file(name: str) -> Response:
        if name not in FILES:
            return refused(404, "There is no such file.")
        path, kind = FILES[name]
        return Response((TEMPLATES / path).read_bytes(), content_type=kind)

    @app.get("/")
    def index() -> Response:
        found, standings, left_over = desk.queries(), desk.standings(), desk.left_over()
        chosen = shown.filter_of(request.args, standings)
        mine = [each for each in standings if chosen.takes(each)]
        last = max(1, -(-len(mine) // shown.A_PAGE))
        at = min(max(1, request.args.get("page", 1, type=int) or 1), last)
        some = mine[(at - 1) * shown.A_PAGE : at * shown.A_PAGE]
        return page(
            "list",
            rows=[shown.listed(each, found) for each in some],
            by_effect=found.effects is not None,
            arisen=len(found.arisen),
            left_over=left_over,
            chosen=chosen,
            choices=shown.choices(standings),
            count=len(mine),
            total=len(standings),
            to_do=sum(each.to_do for each in standings),
            notes=sum(each.is_open_note for each in standings),
            answered=sum(each.state == "answered" for each in standings),
            at=at,
            last=last,
            address=lambda n: "/?" + urlencode({**chosen.words, "page": n}),
            others=people.others(g.session),
        )

    @app.get("/query/<name>")
    def query(name: str) -> Response:
        return one(name, said=SAID.get(request.args.get("said", ""), ""))

    def one(name: str, status: int = 200, /, **context: Any) -> Response:
        """Return the page of one query; what was sent and not taken is still in its form."""
        found, standings = desk.queries(), desk.standings()
        places = [each.query["query_id"] for each in standings]
        if name not in places:
            do = "Go back to the list: the queries are those of the last run."
            return refused(404, "There is no such query.", do)
        at = places.index(name)
        standing = standings[at]
        record = desk.record_of(standing.query)
        possible = desk.possible(standing.query)
        sent = context.pop("sent", {})
        mine = standing.entry_of(g.session.name)
        after = [each for each in standings[at + 1 :] if each.to_do]
        before = [each for each in standings[:at] if each.to_do]
        job = f"validate_table-{standing.query['table']}"
        actions = found.run.jobs[job]["params"]["actions"] if found.run.has(job) else {}
        return page(
            "query",
            status,
            query=standing.query,
            standing=standing,
            place=shown.place_of(standing.query),
            rule=shown.rule_in_words(standing.query["rule"], actions),
            record=record,
            effects=shown.effects_shown(name, found),
            by_effect=found.effects is not None,
            effect=shown.effect_in_words(found.effects[name])
            if name in (found.effects or {})
            else "",
            kinds=shown.kinds_shown(possible, sent.get("kind", "")),
            impossible={shown.TELL[kind]: why for kind, why in possible.items() if why},
            value=sent.get("value", ""),
            why=sent.get("why", ""),
            mine=mine,
            others=[e for e in standing.entries if not same_person(e.who, g.session.name)],
            next=after[0].query["query_id"] if after else "",
            previous=before[-1].query["query_id"] if before else "",
            **{"said": "", "refusal": "", "breaks": [], **context},
        )

    def done(name: str, act: Callable[[], str]) -> Response:
        """Do something with a query and show it again, or say why it was not done."""
        sent = {key: request.form.get(key, "") for key in ("kind", "value", "why")}
        try:
            word = act()
        except Changed:
            return one(name, 409, refusal=CHANGED, sent=sent)
        except BreaksRule as broken:
            return one(name, 400, breaks=broken.findings, sent=sent)
        except StudyError as refusal:
            parts = (refusal.what, refusal.where, refusal.remedy)
            return one(name, 400, refusal=": ".join(filter(None, parts)), sent=sent)
        return redirect(f"/query/{name}?said={word}", 303)

    @app.post("/query/<name>/answer")
    def answer(name: str) -> Response:
        form = request.form
        said = [form.get(key, "") for key in ("kind", "value", "why", "version")]
        despite = form.get("despite") == "yes"
        return done(name, lambda: desk.answer(g.session.name, name, *said, despite=despite))

    @app.post("/query/<name>/confirm")
    def confirm(name: str) -> Response:
        said = [request.form.get(key, "") for key in ("proposal", "version")]
        return done(name, lambda: desk.confirm(g.session.name, name, *said) or "confirmed")

    @app.post("/query/<name>/object")
    def object_to(name: str) -> Response:
        said = [request.form.get(key, "") for key in ("why", "version")]
        return done(name, lambda: desk.object_to(g.session.name, name, *said) or "objected")

    @app.post("/query/<name>/withdraw")
    def withdraw(name: str) -> Response:
        version = request.form.get("version", "")
        return done(name, lambda: desk.withdraw(g.session.name, name, version) or "withdrawn")

    @app.get("/queries.xlsx")
    def workbook() -> Response:
        return _workbook_of([each for each in desk.standings() if each.to_do])

    return app


def _workbook_of(standings: list[Standing]) -> Response:
    """Return the queries that nobody has answered as a workbook to answer them in."""
    import tempfile
    from pathlib import Path

    import pandas as pd

    frame = pd.DataFrame([dict(each.query) for each in standings])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "queries.xlsx"
        filled = to_answer(frame) if len(frame) else pd.DataFrame(columns=list(NEEDED))
        write_workbook(filled, path, "Queries", to_fill=NEEDED[1:], notes=NOTES)
        data = path.read_bytes()
    response = Response(data, content_type=WORKBOOK)
    response.headers["Content-Disposition"] = 'attachment; filename="queries.xlsx"'
    return response
