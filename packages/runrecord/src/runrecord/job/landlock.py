"""Ask the Linux kernel to let this process, and all it starts, touch only the files it declared.

Landlock (Linux 5.13 and later) needs no privilege and cannot be undone: what is not allowed is
refused to Python, to Arrow's own readers and to child processes alike. From version 4 on the
network (TCP) is refused as well, from version 6 on signals to other processes and abstract sockets.
Numbers and structures are those of the kernel's header `linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_ONLY = 1
PATH_BENEATH = 1
NO_NEW_PRIVILEGES = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
MAKE_AND_REMOVE = sum(1 << bit for bit in range(4, 13))
"""Making and removing entries of folders: files, folders, links, pipes, sockets, devices."""

ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
"""Rights that a rule on a single file may carry."""
READ = EXECUTE | READ_FILE | READ_DIR
NETWORK_SINCE, SCOPES_SINCE = 4, 6
"""Versions of Landlock that know of the network, and of sockets and signals beyond the process."""
BIND_AND_CONNECT = 1 << 0 | 1 << 1
ABSTRACT_SOCKETS_AND_SIGNALS = 1 << 0 | 1 << 1


class NotAvailable(OSError):
    """The kernel has no Landlock, or has it switched off."""


def version() -> int:
    """Return the version of Landlock that the kernel speaks.

    Raises:
        NotAvailable: none.
    """
    if not sys.platform.startswith("linux"):
        raise NotAvailable("only Linux has Landlock")
    try:
        found = _library().syscall(CREATE_RULESET, None, 0, VERSION_ONLY)
    except (AttributeError, OSError, TypeError):  # another system, whose library is another
        found = -1
    if found < 1:
        raise NotAvailable("the kernel has no Landlock")
    return found


def handled(abi: int) -> int:
    """Return the rights that this kernel can refuse; all of them are refused unless allowed."""
    rights = READ | WRITE_FILE | MAKE_AND_REMOVE
    if abi >= 2:
        rights |= REFER
    if abi >= 3:
        rights |= TRUNCATE
    return rights


def ruleset_attributes(abi: int, rights: int) -> bytes:
    """Return the kernel's structure of what is refused, as long as this version knows it."""
    attributes = struct.pack("=Q", rights)
    if abi >= NETWORK_SINCE:
        attributes += struct.pack("=Q", BIND_AND_CONNECT)
    if abi >= SCOPES_SINCE:
        attributes += struct.pack("=Q", ABSTRACT_SOCKETS_AND_SIGNALS)
    return attributes


def restrict(reads: Iterable[str], writes: Iterable[str], folders: Iterable[str]) -> int:
    """Confine this process for good; return the version of Landlock.

    Args:
        reads: files and folders that may be read, and run.
        writes: existing files that may be read, overwritten and cut.
        folders: folders in which everything is allowed (a private scratch folder, caches).

    Raises:
        NotAvailable: the kernel cannot.
    """
    abi = version()
    rights = handled(abi)
    library = _library()
    attributes = ruleset_attributes(abi, rights)
    ruleset = library.syscall(CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        raise NotAvailable("the kernel refuses a set of rules")
    try:
        for paths, allowed in (
            (reads, READ),
            (writes, READ_FILE | WRITE_FILE | TRUNCATE),
            (folders, rights),
        ):
            for path in paths:
                _allow(library, ruleset, path, allowed & rights)
        if library.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
            raise NotAvailable("the process cannot give up new privileges")
        if library.syscall(RESTRICT_SELF, ruleset, 0) != 0:
            raise NotAvailable("the kernel refuses to confine the process")
    finally:
        os.close(ruleset)
    return abi


def _allow(library: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no permission
    try:
        if not os.path.isdir(path):
            rights &= ON_FILES
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, handle))
        if library.syscall(ADD_RULE, ruleset, PATH_BENEATH, rule, 0) != 0:
            raise NotAvailable("the kernel refuses a rule")
    finally:
        os.close(handle)


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return library
