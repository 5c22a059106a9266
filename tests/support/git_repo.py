"""A real repository, written by the real git, commit by commit."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

IDENTITY = {"NAME": "A Person", "EMAIL": "person@example.org", "DATE": "2026-08-21T21:01:48+0200"}


@frozen(kw_only=True)
class Checkout:
    """A checkout that commits whatever tree it is given, whole."""

    directory: Path

    def start(self) -> Checkout:
        """Make the directory and an empty repository in it."""
        self.directory.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        return self

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run git in the checkout: what it prints."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        people = {f"GIT_{role}_{name}": value for role in ("AUTHOR", "COMMITTER") for name, value in IDENTITY.items()}
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", "-c", "core.autocrlf=false", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.directory, input=stdin, env=clean | people | alone, check=True, capture_output=True,
        )  # fmt: skip
        return os.fsdecode(done.stdout).strip()

    def commit(self, files: Mapping[str, str | bytes | Path]) -> str:
        """Commit a tree: path -> text, bytes, or the target of a symbolic link; the commit's id."""
        self.git("read-tree", "--empty")
        rows = []
        for path, content in files.items():
            mode = "120000" if not isinstance(content, str | bytes) else "100644"
            data = content if isinstance(content, bytes) else str(content).encode()
            blob = self.git("hash-object", "-w", "--stdin", stdin=data)
            rows.append(f"{mode} {blob}\t{path}\0")
        self.git("update-index", "-z", "--index-info", stdin=os.fsencode("".join(rows)))
        return self.record()

    def record(self) -> str:
        """Commit the index as it is."""
        self.git("commit", "--quiet", "--allow-empty", "--message=next")
        return self.git("rev-parse", "HEAD")
