"""Signatures: what is signed holds, what is changed does not; a local authority gives the time."""

from __future__ import annotations

import argparse
import base64
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from runrecord import signature
from runrecord.digest import json_text
from runrecord.errors import UserError
from runrecord.statement import state_run
from small_study import Job, do, read_json

RESULTS = Path("results")
SIGNED = RESULTS / signature.SIGNATURES
REPORT = "results/report/report.pdf"


@pytest.fixture
def stated(study) -> Path:
    """Return the folder of a sealed run with a statement, two keys and a file of signers."""
    records = sorted(Path("results/lineage/records").glob("*.json"))
    job = Job(
        "state_results",
        input={
            "lineage": "results/lineage/lineage.json",
            "manifest": "results/lineage/manifest.sha256",
            "records": [path.as_posix() for path in records if path.stem != "seal_lineage"],
            "report": [REPORT],
        },
        output={"statement": "results/lineage/statement.intoto.json"},
        params={"title": "A study"},
    )
    do(job, state_run)
    for name in ("ann", "eve"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name]
        subprocess.run(make, check=True)
    Path("signers").write_text(f"ann@trial.example {Path('ann.pub').read_text()}")
    return study


def ask(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", default="results")
    (signature.add_arguments if "--key" in words else signature.add_check_arguments)(parser)
    return parser.parse_args(words)


def test_who_signed_is_named_and_the_files_are_compared(stated, capsys):
    assert signature.command(ask("--key", "ann", "--dsse")) == 0
    assert signature.check_command(ask("--allowed-signers", "signers")) == 0
    told = capsys.readouterr().out
    assert "signed by ann@trial.example" in told
    assert "envelope signed by ann@trial.example" in told
    assert "4 files are as they were signed" in told


def test_ssh_keygen_alone_checks_the_signature(stated):
    signature.sign(RESULTS, Path("ann"))
    about = ["-f", "signers", "-I", "ann@trial.example", "-n", "flow"]
    command = ["ssh-keygen", "-Y", "verify", *about, "-s", str(SIGNED / signature.SIGNATURE)]
    with open(RESULTS / signature.STATEMENT, "rb") as statement:
        done = subprocess.run(command, stdin=statement, capture_output=True, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("path", [REPORT, "results/lineage/manifest.sha256"])
def test_a_file_changed_after_signing_is_named(stated, capsys, path):
    signature.sign(RESULTS, Path("ann"))
    Path(path).write_bytes(Path(path).read_bytes() + b" ")
    assert signature.check_command(ask("--allowed-signers", "signers")) == 1
    assert path in capsys.readouterr().out


def test_a_changed_statement_is_not_what_was_signed(stated):
    signature.sign(RESULTS, Path("ann"))
    path = RESULTS / signature.STATEMENT
    path.write_text(path.read_text().replace("A study", "B study"))
    with pytest.raises(signature.NotSigned, match="of another text"):
        signature.check(RESULTS, Path("signers"))


def test_a_key_that_is_not_allowed_is_refused(stated):
    signature.sign(RESULTS, Path("eve"))
    with pytest.raises(signature.NotSigned, match="by no key that is allowed"):
        signature.check(RESULTS, Path("signers"))


def test_a_signature_for_another_purpose_is_refused(stated):
    command = ["ssh-keygen", "-Y", "sign", "-f", "ann", "-n", "git"]
    subprocess.run([*command, RESULTS / signature.STATEMENT], check=True, capture_output=True)
    SIGNED.mkdir()
    Path(f"{RESULTS / signature.STATEMENT}.sig").rename(SIGNED / signature.SIGNATURE)
    with pytest.raises(signature.NotSigned):
        signature.check(RESULTS, Path("signers"))


def test_without_a_signature_nothing_holds(stated):
    with pytest.raises(signature.NotSigned, match="no signature"):
        signature.check(RESULTS, Path("signers"))


def test_results_that_the_statement_is_not_of_are_not_signed(stated):
    Path(REPORT).write_bytes(b"forged")
    with pytest.raises(UserError, match="not of these results"):
        signature.sign(RESULTS, Path("ann"))
    assert not SIGNED.exists()


@pytest.mark.parametrize("part", ["payload", "sig"])
def test_a_changed_envelope_is_refused(stated, part):
    signature.sign(RESULTS, Path("ann"), dsse=True)
    envelope = read_json(SIGNED / signature.ENVELOPE)
    holder = envelope if part == "payload" else envelope["signatures"][0]
    content = bytearray(base64.b64decode(holder[part]))
    content[-1] ^= 1
    holder[part] = base64.b64encode(content).decode()
    (SIGNED / signature.ENVELOPE).write_text(json_text(envelope))
    with pytest.raises(signature.NotSigned):
        signature.check(RESULTS, Path("signers"))


def test_the_envelope_signs_the_encoding_of_dsse():
    told = signature.encoded(b"hello")
    assert told == b"DSSEv1 28 application/vnd.in-toto+json 5 hello"


AUTHORITY = """
[tsa]
default_tsa = here
[here]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
[ca]
extendedKeyUsage = critical,timeStamping
"""


@pytest.fixture
def authority(stated) -> Iterator[str]:
    """Yield the address of a time stamp authority on loopback; it ends with the test."""
    Path("tsa.cnf").write_text(AUTHORITY)
    Path("serial").write_text("01\n")
    make = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=here -keyout tsa.key -out tsa.pem"
    more = "-addext extendedKeyUsage=critical,timeStamping"
    subprocess.run(["openssl", *make.split(), *more.split()], check=True, capture_output=True)

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            Path("q").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            reply = "ts -reply -config tsa.cnf -queryfile q -signer tsa.pem -inkey tsa.key -out a"
            done = subprocess.run(["openssl", *reply.split()], capture_output=True, check=False)
            self.send_response(200 if done.returncode == 0 else 500)
            self.end_headers()
            self.wfile.write(Path("a").read_bytes() if done.returncode == 0 else b"")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        server.timeout = 20
        # One request and no more: nothing is left behind when a test fails.
        thread = threading.Thread(target=server.handle_request, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.timeout = 0
        thread.join(25)


def test_the_time_of_a_signature_is_attested_and_checked(authority, capsys):
    assert signature.command(ask("--key", "ann", "--timestamp", authority)) == 0
    check = ask("--allowed-signers", "signers", "--timestamp-ca", "tsa.pem")
    assert signature.check_command(check) == 0
    assert "signature time-stamped" in capsys.readouterr().out
    stamp = (SIGNED / signature.STAMP).read_bytes()
    signature.sign(RESULTS, Path("ann"))  # ed25519 signs the same text in the same way
    assert not (SIGNED / signature.STAMP).exists()
    (SIGNED / signature.STAMP).write_bytes(stamp)
    signature.check(RESULTS, Path("signers"), "tsa.pem")
    Path("signers").write_text(f"eve@trial.example {Path('eve.pub').read_text()}")
    signature.sign(RESULTS, Path("eve"))
    (SIGNED / signature.STAMP).write_bytes(stamp)
    with pytest.raises(signature.NotSigned, match="time stamp does not hold"):
        signature.check(RESULTS, Path("signers"), "tsa.pem")


def test_an_authority_that_is_not_there_leaves_the_signature(stated):
    with pytest.raises(UserError, match="gave no answer"):
        signature.command(ask("--key", "ann", "--timestamp", "http://127.0.0.1:9/"))
    assert signature.check(RESULTS, Path("signers"))
    with pytest.raises(signature.NotSigned, match="no time stamp"):
        signature.check(RESULTS, Path("signers"), "ann.pub")
