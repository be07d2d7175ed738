"""What the page refuses: other hosts, other pages, used invitations, forged and large requests."""

from __future__ import annotations

import argparse
import re
import socket
import threading
import time

import pytest
import waitress
from queried_study import COOKIE, Browser

from trialtrail.answering import command, guard
from trialtrail.answering.page import FILES, TEMPLATES

VALUE = "<script>alert(1)</script>"


def state_of(served) -> bytes:
    path = served.desk.answers.path
    return path.read_bytes() if path.exists() else b""


def test_an_invitation_opens_once(served):
    token = served.people.invite()
    client = served.app.test_client()
    own = {"Host": Browser.HOST, "Origin": f"http://{Browser.HOST}"}
    for _ in range(3):  # a browser that looks ahead, or a program that previews links, uses up none
        assert client.get(f"/enter/{token}", headers=own).status_code == 200
    came = client.post(f"/enter/{token}", headers=own, data={"name": "A"})
    assert came.status_code == 303
    cookie = came.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    again = served.app.test_client()
    assert again.get(f"/enter/{token}", headers=own).status_code == 403
    refused = again.post(f"/enter/{token}", headers=own, data={"name": "B"})
    assert refused.status_code == 403
    assert "Set-Cookie" not in refused.headers


@pytest.mark.parametrize("token", ["x", "", "%00", "ä" * 9, "a" * 4000])
def test_an_invented_invitation_opens_nothing(served, token):
    client = served.app.test_client()
    answer = client.get(f"/enter/{token}", headers={"Host": Browser.HOST})
    assert answer.status_code in (401, 403, 404)
    assert "<form" not in answer.text


@pytest.mark.parametrize("name", ["", "  ", "--", "x" * 101, "A\u202eB", "A\x00B", "\u200b"])
def test_a_name_that_says_nothing_does_not_use_the_invitation_up(served, name):
    token = served.people.invite()
    own = {"Host": Browser.HOST, "Origin": f"http://{Browser.HOST}"}
    client = served.app.test_client()
    assert client.post(f"/enter/{token}", headers=own, data={"name": name}).status_code == 400
    assert client.post(f"/enter/{token}", headers=own, data={"name": "A"}).status_code == 303


@pytest.mark.parametrize("path", ["/", "/query/{}", "/queries.xlsx", "/query/{}?said=answered"])
def test_without_an_invitation_nothing_is_seen(served, path):
    query = served.query("pain")
    client = served.app.test_client()
    for cookie in ("", "x", "ä"):
        client.set_cookie(COOKIE, cookie, domain="127.0.0.1")
        answer = client.get(path.format(query), headers={"Host": Browser.HOST})
        assert answer.status_code == 401
        assert query not in answer.text
        assert "Found" not in answer.text


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example"),
        *("127.0.0.1@evil.example", "evil.example#127.0.0.1", "127.0.0.1:8000:evil", "0.0.0.0"),
        *("127.0.0.1, evil.example", "192.168.1.2:8000", "[::2]", "127.0.0.1:x", "[::1", ""),
        "2130706433",
    ],
)
def test_another_host_is_refused(served, host):
    assert not guard.is_of_this_machine(host)
    browser = served.browser("A")
    answer = browser.get("/", Host=host)
    assert answer.status_code == 400
    assert "queries to answer" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9000", "LOCALHOST:1", "[::1]:8000"])
def test_the_names_of_this_machine_are_taken_with_any_port(host):
    assert guard.is_of_this_machine(host)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        *(("Origin", each) for each in ("http://evil.example", "null", "https://127.0.0.1:8000")),
        ("Origin", "http://127.0.0.1:8001"),
        ("Origin", "http://localhost:8000"),
        ("Origin", None),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ],
)
@pytest.mark.parametrize("way", ["answer", "confirm", "object", "withdraw"])
def test_a_form_of_another_page_is_refused(served, header, value, way):
    browser = served.browser("A")
    query = served.query("age")
    form = browser.hidden(query) | {"kind": "confirm", "why": "so"}
    answer = browser.post(f"/query/{query}/{way}", headers={header: value}, **form)
    assert answer.status_code == 403
    assert state_of(served) == b""


def test_a_form_needs_the_secret_that_this_person_was_given(served):
    one, other = served.browser("A"), served.browser("B")
    query = served.query("age")
    form = one.hidden(query) | {"kind": "confirm", "why": "so"}
    for key in ("", "x", other.hidden(query)["form_key"]):
        answer = one.post(f"/query/{query}/answer", **(form | {"form_key": key}))
        assert answer.status_code == 403
    assert state_of(served) == b""
    assert one.post(f"/query/{query}/answer", **form).status_code == 303


def test_a_link_of_another_page_leads_nowhere(served):
    browser = served.browser("A")
    for site in ("cross-site", "same-site"):
        assert browser.get("/", **{"Sec-Fetch-Site": site}).status_code == 403


@pytest.mark.parametrize(
    "name",
    [
        *("../../pyproject.toml", "..%2f..%2fpyproject.toml", "%2e%2e/page.css", "/etc/passwd"),
        *("queries/page.css", "fonts/IBMPlexSans-Regular.woff2", "page.css%00", "..\\page.css"),
        *("IBMPlexSans-Regular.ttf", "base.html.j2", "", "."),
    ],
)
def test_only_the_files_of_the_table_are_served(served, name):
    answer = served.browser("A").get(f"/files/{name}")
    assert answer.status_code == 404
    assert "@font-face" not in answer.text


def test_the_files_of_the_table_are_there(served):
    browser = served.browser("A")
    for name, (path, kind) in FILES.items():
        answer = browser.get(f"/files/{name}")
        assert (answer.status_code, answer.content_type) == (200, kind)
        assert answer.data == (TEMPLATES / path).read_bytes()


@pytest.mark.parametrize("name", ["Q-0000000000", "../x", "Q-%0d%0aSet-Cookie:x", "<u>", "%00"])
def test_a_query_that_is_none_is_not_found_and_not_repeated(served, name):
    answer = served.browser("A").get(f"/query/{name}")
    assert answer.status_code == 404
    assert "<u>" not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_every_answer_forbids_to_be_kept_framed_and_scripted(served):
    browser = served.browser("A")
    paths = ["/", f"/query/{served.query('age')}", "/files/page.css", "/nothing", "/enter/x"]
    for path in paths:
        answer = browser.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "style=" not in answer.text
        assert not re.search(r"(?:src|href|action)=\"(?!/[^/]|#)", answer.text)


def test_markup_in_values_names_and_reasons_is_text(served):
    browser = served.browser("<i>A</i>")
    ids = [q["query_id"] for q in served.desk.queries().queries.values() if q["found"] == VALUE]
    (query,) = ids
    said = browser.answer(query, value="3", why="<img src=x onerror=alert(2)>")
    assert said.status_code == 303
    for path in ("/", f"/query/{query}", "/?state="):
        text = browser.get(path).text
        assert "<script" not in text
        assert "<img" not in text
        assert "<i>" not in text
    assert "&lt;script&gt;" in browser.get(f"/query/{query}").text


def test_no_value_is_in_an_address_or_on_the_screen(served, capfd, monkeypatch):
    browser = served.browser("A")
    query = served.query("age")
    browser.answer(query, value="174x")  # refused
    done = browser.answer(query, value="74", why="known from 74")
    assert done.headers["Location"] == f"/query/{query}?said=answered"
    text = browser.get("/").text + browser.get(f"/query/{query}").text
    for address in re.findall(r'(?:href|action)="([^"]*)"', text):
        assert re.fullmatch(r"[/?=&\w.#-]*", address), address
        assert "174" not in address

    def broken(*_):
        raise ValueError("the value 174 of P01")

    monkeypatch.setattr(served.desk, "standings", broken)
    answer = browser.get("/")
    assert answer.status_code == 500
    told = capfd.readouterr()
    assert "ValueError" in told.err
    assert "174" not in told.err + told.out + answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(served, method):
    browser = served.browser("A")
    answer = browser.client.open("/", method=method, headers={"Host": Browser.HOST})
    assert answer.status_code == 405


def test_a_large_form_is_refused(served):
    browser = served.browser("A")
    query = served.query("age")
    form = browser.hidden(query) | {"kind": "confirm"}
    answer = browser.post(f"/query/{query}/answer", why="x" * guard.MOST_BYTES, **form)
    assert answer.status_code in (400, 413)
    assert state_of(served) == b""


@pytest.mark.parametrize("name", ["kind", "why", "version", "form_key", "despite"])
def test_a_form_that_says_one_thing_twice_is_refused(served, name):
    browser, query = served.browser("A"), served.query("age")
    form = browser.hidden(query) | {"kind": "confirm", "why": "so", "despite": "yes"}
    form |= {name: [form[name], form[name] if name == "form_key" else "exclude"]}
    assert browser.post(f"/query/{query}/answer", **form).status_code == 400
    assert state_of(served) == b""


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data", ""])
def test_what_is_no_form_of_the_page_is_refused(served, kind):
    browser, query = served.browser("A"), served.query("age")
    own = {"Host": Browser.HOST, "Origin": f"http://{Browser.HOST}"}
    answer = browser.client.post(
        f"/query/{query}/answer", data=b"kind=confirm", content_type=kind, headers=own
    )
    assert answer.status_code == 415
    assert state_of(served) == b""


@pytest.fixture
def port(served):
    """Yield the port of a server as the command starts it."""
    options = argparse.Namespace(host="localhost", port=0)
    server = command._listen(options, waitress, served.app, guard.MOST_BYTES, guard.MOST_HEADERS)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield int(server.effective_port)
    server.close()


def sent(port: int, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
        found = b""
        try:
            link.sendall(data)
            link.shutdown(socket.SHUT_WR)
            while part := link.recv(65536):
                found += part
        except OSError:
            pass  # it hangs up on what is too large
        return found


@pytest.mark.parametrize(
    "request_",
    [
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999999\r\n\r\n" + b"x" * 99_999,
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 99_999 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n",
        b"GET /../../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /files/../../pyproject.toml HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_the_server_itself_refuses_what_is_ill_formed(port, request_):
    answer = sent(port, request_)
    assert not answer.startswith(b"HTTP/1.1 2")
    assert b"root:" not in answer
    assert b"Traceback" not in answer


def test_many_slow_programs_keep_nobody_out_and_are_let_go(monkeypatch, served, request):
    monkeypatch.setattr(command, "LONGEST_REQUEST", 1)
    port = request.getfixturevalue("port")
    begun = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(80)]
    try:
        for link in begun:
            link.sendall(b"GET /enter/x HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
        answer = sent(port, b"GET /enter/x HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        assert answer.startswith(b"HTTP/1.0 403")
        assert is_let_go(begun[0])
    finally:
        for link in begun:
            link.close()


def is_let_go(link: socket.socket) -> bool:
    """Send a sign a moment, and return whether the server ends the connection all the same."""
    link.settimeout(0.2)
    for _ in range(150):
        try:
            link.sendall(b"a")
            if link.recv(100) == b"":
                return True
        except TimeoutError:
            time.sleep(0.01)
        except OSError:
            return True
    return False
