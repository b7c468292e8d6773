"""A check of a PDF's signature with openssl, independent of the code that signs."""

from __future__ import annotations

import base64
import re
import subprocess
from pathlib import Path


def verified(pdf: bytes, key_file: str, folder: Path) -> bool:
    """Return whether openssl accepts the signature over the byte range with the key file's certificate."""
    found = re.search(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)\s*\]", pdf)
    assert found, "there is no signature"
    start, length, again, rest = map(int, found.groups())
    assert start == 0
    assert again + rest == len(pdf), "the signature does not cover the whole file"
    filled = bytes.fromhex(pdf[length + 1 : again - 1].decode("ascii"))
    assert filled[:2] == b"\x30\x82", "the signature is no DER sequence of this length"
    signature = filled[: 4 + int.from_bytes(filled[2:4], "big")]  # the rest is room that was not needed
    files = {"data": pdf[:length] + pdf[again:], "signature": signature, "key": base64.b64decode(key_file)}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    _openssl(folder, "pkcs12", "-in", "key", "-nokeys", "-passin", "pass:", "-out", "certificate")
    checking = ["-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "data", "-purpose", "any"]
    return _openssl(folder, "cms", *checking, "-CAfile", "certificate", "-out", "verified").returncode == 0


def _openssl(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=False)
