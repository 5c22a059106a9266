"""Make a real git repository, commit by commit."""

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
    """A checkout of a real repository, which commits each given tree as a whole."""

    directory: Path

    def create(self) -> Checkout:
        """Create the directory and an empty repository in it; return the checkout itself."""
        self.directory.mkdir(parents=True)
        self.run_git("init", "--quiet", "--initial-branch=main")
        return self

    def run_git(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run git in the checkout without settings of the machine; return its output."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        identity = {f"GIT_{role}_{name}": value for role in ("AUTHOR", "COMMITTER") for name, value in IDENTITY.items()}
        isolation = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        process = subprocess.run(
            ["git", "-c", "core.autocrlf=false", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.directory, input=stdin, env=environment | identity | isolation, check=True, capture_output=True,
        )  # fmt: skip
        return os.fsdecode(process.stdout).strip()

    def commit(self, files: Mapping[str, str | bytes | Path]) -> str:
        """Commit a tree, path -> text, bytes, or the target of a symbolic link; return the id of the commit."""
        self.run_git("read-tree", "--empty")
        rows = []
        for path, content in files.items():
            mode = "120000" if not isinstance(content, str | bytes) else "100644"
            data = content if isinstance(content, bytes) else str(content).encode()
            blob = self.run_git("hash-object", "-w", "--stdin", stdin=data)
            rows.append(f"{mode} {blob}\t{path}\0")
        self.run_git("update-index", "-z", "--index-info", stdin=os.fsencode("".join(rows)))
        return self.commit_index()

    def commit_index(self) -> str:
        """Commit the index as it is; return the id of the commit."""
        self.run_git("commit", "--quiet", "--allow-empty", "--message=next")
        return self.run_git("rev-parse", "HEAD")
