"""A backup's file: a ZIP with a manifest that holds the hash of everything in it, sealed with age where that is asked.

age (https://age-encryption.org/v1) seals for a public key, so that the machine which makes backups can't open them.
"""

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import pyrage

MANIFEST = "manifest.json"
FORMAT = 1
SEALED = b"age-encryption.org/v1"
CHUNK = 1024 * 1024  # octets read at a time


class UnusableArchive(Exception):
    """The file is no backup, is damaged, or can't be opened. The message is for whoever runs the command."""


class Writer:
    """Members are written one after the other, and hashed meanwhile."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.hashes: dict[str, str] = {}

    def add_file(self, name: str, path: Path) -> None:
        """Add a file's content.

        Raises:
            FileNotFoundError: it is gone. Nothing is added.
        """
        with path.open("rb") as source, self.member(name) as target:
            shutil.copyfileobj(source, target, CHUNK)

    @contextmanager
    def member(self, name: str) -> Iterator["Hashing"]:
        with self._zip.open(name, "w", force_zip64=True) as target:
            hashing = Hashing(target)
            yield hashing
        self.hashes[name] = hashing.hexdigest()

    def finish(self, manifest: dict[str, Any]) -> None:
        told = {"format": FORMAT, **manifest, "sha256": self.hashes}
        self._zip.writestr(MANIFEST, json.dumps(told, ensure_ascii=False, indent=1))
        self._zip.close()


class Hashing(io.RawIOBase):
    """A file that hashes what passes on its way into another."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target, self._hash = target, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._hash.update(data)
        return self._target.write(data)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class Reader:
    """A backup of which every octet has been compared with its hash."""

    def __init__(self, path: Path) -> None:
        """Open and check.

        Raises:
            UnusableArchive: it is none, or isn't whole.
        """
        try:
            self._zip = zipfile.ZipFile(path)
            self.manifest: dict[str, Any] = json.loads(self._zip.read(MANIFEST))
            self._check()
        except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError) as error:
            raise UnusableArchive(f"{path.name} is no backup, or is damaged: {error}.") from None

    def _check(self) -> None:
        if self.manifest["format"] > FORMAT:
            raise ValueError("a newer version made it")
        hashes = self.manifest["sha256"]
        if {*hashes, MANIFEST} != set(self._zip.namelist()):
            raise ValueError("its list of contents doesn't fit what is in it")
        for name, expected in hashes.items():
            if self._hash(name) != expected:
                raise ValueError(f"{name} has changed")

    def _hash(self, name: str) -> str:
        digest = hashlib.sha256()
        with self._zip.open(name) as member:
            while chunk := member.read(CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    def names(self, folder: str) -> list[str]:
        return [name for name in self._zip.namelist() if name.startswith(f"{folder}/")]

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(name)

    def close(self) -> None:
        self._zip.close()


def seal(source: Path, target: IO[bytes], public_key: str) -> None:
    """Encrypt a file for whoever has the private key.

    Raises:
        UnusableArchive: that is no public key of age.
    """
    try:
        recipient = pyrage.x25519.Recipient.from_str(public_key)
    except pyrage.RecipientError:
        raise UnusableArchive("A public key of age begins with age1: `rbc-events backup-key` makes one.") from None
    with source.open("rb") as file:
        pyrage.encrypt_io(file, target, [recipient])


@contextmanager
def opened(path: Path, private_key: Path | None, folder: Path) -> Iterator[Reader]:
    """The backup in a file, decrypted beside it in `folder` while it is read.

    Raises:
        UnusableArchive: see the message.
    """
    with path.open("rb") as file:
        sealed = file.read(len(SEALED)) == SEALED
    if sealed and private_key is None:
        raise UnusableArchive(f"{path.name} is encrypted: give its private key with --key.")
    with TemporaryDirectory(dir=folder, prefix="restoring-") as place:
        plain = Path(place) / "backup.zip"
        if sealed and private_key is not None:
            _decrypt(path, plain, private_key)
        reader = Reader(plain if sealed else path)
        try:
            yield reader
        finally:
            reader.close()


def _decrypt(path: Path, plain: Path, private_key: Path) -> None:
    lines = private_key.read_text(encoding="utf-8", errors="replace").splitlines()
    keys = [line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")]
    try:
        identities = [pyrage.x25519.Identity.from_str(key) for key in keys]
    except pyrage.IdentityError:
        identities = []
    if not identities:
        raise UnusableArchive(f"{private_key.name} holds no private key of age.")
    try:
        with path.open("rb") as sealed, plain.open("wb") as target:
            pyrage.decrypt_io(sealed, target, identities)
    except (pyrage.DecryptError, OSError):  # the latter where what was opened ends too soon
        raise UnusableArchive(f"{private_key.name} doesn't open {path.name}, or the file is damaged.") from None


def make_key(path: Path) -> str:
    """Write a new private key to a file that is this user's alone; gives its public key.

    Raises:
        FileExistsError: keys are never overwritten.
    """
    identity = pyrage.x25519.Identity.generate()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())
