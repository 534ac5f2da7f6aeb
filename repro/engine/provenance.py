"""Where a measurement was made: versions, machine, threads, commit and time."""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from repro import __version__
from repro.engine.fingerprint import environment


def provenance(packages: tuple[str, ...], at: str) -> dict[str, str]:
    """What a record tells of its making; ``at`` is the commit."""
    return {
        "repro": __version__,
        **environment(packages),
        "implementation": f"{platform.python_implementation()} {platform.python_version()}",
        "machine": f"{platform.system()} {platform.machine()}",
        "threads": "1",
        "commit": at,
        "measured": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def commit(root: Path, results: Path) -> str:
    """The commit that is checked out, "... with changes" where a tracked file outside the results differs from it.

    A renewed record changes no measurement, so the top folder of the ``results`` does not count.
    """
    aside = [f":(exclude){results.relative_to(root).parts[0]}"] if results.is_relative_to(root) else []

    def git(*arguments: str) -> str:
        answer = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True, timeout=20
        )
        return answer.stdout.strip()

    try:
        head = git("rev-parse", "HEAD")
        changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", *aside)
    except (OSError, subprocess.SubprocessError):
        return "not under git"
    return f"{head} with changes" if changed else head
