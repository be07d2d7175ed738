"""Readers and their keys: what is taken, what is refused, and who can decrypt."""

from __future__ import annotations

import subprocess

import pyrage
import pytest

from trialtrail.committee.readers import Reader, encrypt, readers_of
from trialtrail.configuration.reader_keys import reader_problems, recipient_of
from trialtrail.errors import StudyError

ME = pyrage.x25519.Identity.generate()
KEY = str(ME.to_public())


@pytest.fixture(scope="module")
def ssh_key(tmp_path_factory):
    """Return the path of a private ed25519 key of SSH."""
    path = tmp_path_factory.mktemp("ssh") / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "Dr B", "-f", str(path)], check=True
    )
    return path


SSH = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINfbTKochQFwftCv7vdoWKzWYRgV1YnDRcEBHktAduBl"


def other(sign: str) -> str:
    return "q" if sign != "q" else "p"


WRONG = {
    "no key": "hello",
    "a secret key": str(ME),
    "a secret key in small letters": str(ME).lower(),
    "another kind of age key": "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw",
    "RSA": "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ",
    "one sign wrong": KEY[:-1] + other(KEY[-1]),
    "one sign missing": KEY[:20] + KEY[21:],
    "too short": "age1",
    "two keys": f"{KEY}\n{KEY}",
    "two keys in a line": f"{KEY} {KEY}",
    "two keys of SSH": f"{SSH} a\n{SSH} b",
    "an SSH key cut off": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINfbTKochQFw",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_key_is_refused_and_never_repeated(name):
    with pytest.raises(StudyError) as refused:
        readers_of([], [f"Chair={WRONG[name]}"])
    text = refused.value.text()
    assert "where: --reader 1" in text
    assert "do:" in text
    assert max(WRONG[name].split(), key=len) not in text.replace("age1...", "")


@pytest.mark.parametrize("name", WRONG)
def test_and_so_is_one_of_the_configuration_by_its_place(name):
    config = {"committee": {"readers": [{"name": "Chair", "key": WRONG[name]}]}}
    [(what, path, _)] = reader_problems(config)
    assert path == ["committee", "readers", 0, "key"]
    assert WRONG[name] not in what


def test_two_readers_of_one_name_or_key_are_refused():
    another = str(pyrage.x25519.Identity.generate().to_public())
    for second in (f"Chair={another}", f"Chair ={another}", f"Member={KEY}", f"Member= {KEY} "):
        with pytest.raises(StudyError, match="Two readers have one"):
            readers_of([{"name": "Chair", "key": KEY}], [second])
    config = [{"name": "Chair", "key": KEY}, {"name": " Chair", "key": KEY}]
    assert len(list(reader_problems({"committee": {"readers": config}}))) == 2


@pytest.mark.parametrize(
    "text",
    ["Chair", f"={KEY}", " = ", "Chair=", KEY],
    ids=["no key", "no name", "nothing", "an empty key", "a key alone"],
)
def test_a_reader_without_name_or_key(text):
    with pytest.raises(StudyError, match="no name, or no key"):
        readers_of([], [text])


def test_without_any_reader_there_is_no_closed_edition():
    with pytest.raises(StudyError, match="has no reader"):
        readers_of([], [])


def test_each_reader_alone_decrypts_to_the_same_bytes_and_no_one_else(ssh_key):
    public = ssh_key.with_suffix(".pub").read_text()
    readers = readers_of([{"name": "Chair", "key": KEY}], [f"Dr B={public}"])
    document = b"%PDF" + bytes(range(256)) * 300
    locked = encrypt(document, readers)
    assert locked.startswith(b"age-encryption.org/v1\n")
    assert document[:64] not in locked
    by_ssh = pyrage.ssh.Identity.from_buffer(ssh_key.read_bytes())
    for identity in (ME, by_ssh):
        assert pyrage.decrypt(locked, [identity]) == document
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(locked, [pyrage.x25519.Identity.generate()])
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(locked[:-1] + bytes([locked[-1] ^ 1]), [ME])


def test_the_fingerprint_of_an_ssh_key_is_the_one_that_ssh_prints(ssh_key):
    public = ssh_key.with_suffix(".pub")
    printed = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(public)], capture_output=True, text=True, check=True
    )
    assert Reader("Dr B", public.read_text()).fingerprint in printed.stdout.split()


def test_fingerprints_differ_and_do_not_hang_on_a_comment(ssh_key):
    another = Reader("Member", str(pyrage.x25519.Identity.generate().to_public()))
    assert another.fingerprint != Reader("Chair", KEY).fingerprint
    public = ssh_key.with_suffix(".pub").read_text()
    without = " ".join(public.split()[:2])
    assert Reader("Dr B", public).fingerprint == Reader("Dr B", without).fingerprint
    with pytest.raises(StudyError, match="Two readers have one key"):
        readers_of([], [f"Dr B={public}", f"Dr C={without} work"])
    assert recipient_of(f" {KEY} ") is not None
