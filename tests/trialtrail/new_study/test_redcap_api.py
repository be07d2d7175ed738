"""A REDCap project fetched by its API, from a server on this machine that plays REDCap."""

import csv
import http.server
import json
import logging
import stat
import threading
from urllib.parse import parse_qs

import pytest

from trialtrail.errors import StudyError
from trialtrail.new_study.files.read_files import see_files
from trialtrail.new_study.files.redcap_api import DATA, DICTIONARY, EVENTS, TOKEN, fetch_redcap

pytest.importorskip("redcap")
SECRET = "0123456789ABCDEF0123456789ABCDEF"
METADATA = (
    "field_name,form_name,section_header,field_type,field_label,select_choices_or_calculations,"
    "field_note,text_validation_type_or_show_slider_number,identifier\n"
    "record_id,base,,text,Record,,,,\n"
    "name,base,,text,Name,,,,y\n"
    'sex,base,,radio,Géschlecht,"1, Female | 2, Male",,,\n'
    "weight,base,,text,Weight,,kg,number,\n"
)
RECORDS = (
    "record_id,redcap_event_name,name,sex,weight,base_complete\n"
    "1,start_arm_1,Ünal,1,70.5,2\n2,start_arm_1,Bea,2,71.5,2\n"
)
LIST = "event_name,arm_num,unique_event_name\nStart,1,start_arm_1\n"


class Redcap:
    """What the server answers, and what it was asked."""

    def __init__(self):
        self.answers = {"metadata": METADATA, "record": RECORDS, "event": LIST}
        self.status, self.location, self.asked = 200, "", []
        self.kind = "text/csv"  # without the name of an encoding, as some servers send it


@pytest.fixture
def redcap(tmp_path, monkeypatch):
    """Run a server on a free port of this machine, and have its token in the environment."""
    world = Redcap()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked = {key: values[0] for key, values in parse_qs(body).items()}
            world.asked.append((self.path, asked))
            known = asked.get("token") == SECRET
            self.send_response(world.status if known else 403)
            if world.location:
                self.send_header("Location", world.location)
            self.send_header("Content-Type", world.kind)
            self.end_headers()
            answer = world.answers[asked["content"]] if known else "ERROR: You do not"
            if known and asked["format"] == "json":
                answer = json.dumps([*csv.DictReader(answer.splitlines())])
            self.wfile.write(answer.encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    world.url = f"http://127.0.0.1:{server.server_address[1]}/api/"
    monkeypatch.setenv(TOKEN, SECRET)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    yield world
    server.shutdown()
    server.server_close()


def refused(world, folder, **changes):
    for name, value in changes.items():
        setattr(world, name, value)
    with pytest.raises(StudyError) as caught:
        fetch_redcap(world.url, folder)
    told = caught.value.text()
    assert SECRET not in told
    assert not folder.exists() or not any(folder.iterdir())
    return told


def test_a_project_is_fetched_and_seen_like_one_that_was_exported(redcap, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    data, dictionary = fetch_redcap(redcap.url, tmp_path / "data")
    assert (data.name, dictionary.name) == (DATA, DICTIONARY)
    assert data.read_text(encoding="utf-8") == RECORDS
    assert {path.name for path in data.parent.iterdir()} == {DATA, DICTIONARY, EVENTS}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in data.parent.iterdir())
    (seen,) = see_files([data], dictionary)
    assert seen.export["dictionary"] == str(dictionary)
    assert seen.export["events"].endswith(EVENTS)
    assert seen.column("sex").label == "Géschlecht"
    assert seen.column("weight").unit == "kg"
    assert seen.column("name").identifies
    # The token is in nothing that stays.
    assert SECRET not in caplog.text
    assert all(SECRET.encode() not in path.read_bytes() for path in data.parent.iterdir())
    (asked,) = (each for _, each in redcap.asked if each["content"] == "record")
    assert (asked["rawOrLabel"], asked["eventName"]) == ("raw", "unique")


def test_what_was_fetched_before_stays_unless_it_is_the_same(redcap, tmp_path):
    fetch_redcap(redcap.url, tmp_path)
    fetch_redcap(redcap.url, tmp_path)
    redcap.answers["record"] += "3,start_arm_1,Cem,1,72.5,2\n"
    with pytest.raises(StudyError, match="is there already"):
        fetch_redcap(redcap.url, tmp_path)
    assert (tmp_path / DATA).read_text(encoding="utf-8") == RECORDS


def test_a_project_of_one_event_has_no_list_of_events(redcap, tmp_path):
    redcap.answers["record"] = RECORDS.replace("redcap_event_name,", "").replace("start_arm_1,", "")
    fetch_redcap(redcap.url, tmp_path)
    assert not (tmp_path / EVENTS).exists()
    assert "event" not in {each["content"] for _, each in redcap.asked}


def test_a_token_that_is_none_is_not_sent_and_not_shown(redcap, tmp_path, monkeypatch):
    for token, words in (("", "There is no token"), ("x" * 32, "no token"), ("AB12", "no token")):
        monkeypatch.setenv(TOKEN, token)
        with pytest.raises(StudyError, match=words) as caught:
            fetch_redcap(redcap.url, tmp_path)
        assert not token or token not in caught.value.text()
    monkeypatch.delenv(TOKEN)
    with pytest.raises(StudyError, match="There is no token"):
        fetch_redcap(redcap.url, tmp_path)
    assert redcap.asked == []


def test_a_token_that_redcap_does_not_take(redcap, tmp_path, monkeypatch):
    other = SECRET[::-1]
    monkeypatch.setenv(TOKEN, other)
    with pytest.raises(StudyError, match="does not take the token") as caught:
        fetch_redcap(redcap.url, tmp_path / "a")
    assert other not in caught.value.text()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_the_token_is_sent_to_no_other_address(status, redcap, tmp_path):
    told = refused(redcap, tmp_path / "a", status=status, location=f"{redcap.url}elsewhere/")
    assert "the token is not sent there" in told
    assert [path for path, _ in redcap.asked] == ["/api/"]


def test_answers_that_are_none_are_refused_and_not_shown(redcap, tmp_path):
    assert "the status 500" in refused(redcap, tmp_path / "a", status=500)
    redcap.status = 200
    for content, answer, words in (
        ("metadata", "<html>SECRET VALUE</html>", "no data dictionary"),
        ("metadata", 'ERROR: "SECRET VALUE"', "refuses to answer"),
        ("record", "<html>SECRET VALUE</html>", "no records"),
        ("record", "", "no records"),
        ("event", "SECRET VALUE", "no list of events"),
    ):
        kept = dict(redcap.answers)
        redcap.answers[content] = answer
        told = refused(redcap, tmp_path / "a")
        assert words in told
        assert "SECRET VALUE" not in told
        redcap.answers = kept


@pytest.mark.parametrize(
    "url",
    ["redcap.example.org", "ftp://a.org/api/", "https://u:p@a.org/api/", "https://", "https://[x"],
)
def test_what_is_no_address_is_refused_and_not_shown(url, tmp_path):
    with pytest.raises(StudyError, match="no address") as caught:
        fetch_redcap(url, tmp_path, SECRET)
    assert "u:p" not in caught.value.text()


def test_a_connection_without_tls_is_refused_but_on_this_machine(redcap, tmp_path):
    with pytest.raises(StudyError, match="not be encrypted"):
        fetch_redcap("http://redcap.example.org/api/", tmp_path, SECRET)
    assert fetch_redcap(redcap.url.removesuffix("/api/"), tmp_path, SECRET)[0].is_file()


def test_a_server_that_is_not_there(tmp_path):
    with pytest.raises(StudyError, match="cannot be reached") as caught:
        fetch_redcap("http://127.0.0.1:9/api/", tmp_path / "a", SECRET)
    assert SECRET not in caught.value.text()
