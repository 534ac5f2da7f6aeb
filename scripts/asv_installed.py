"""asv plugin: benchmark the package that is installed here, under names that say nothing about the machine's paths.

asv's own `existing` environment names result files after the path of the interpreter, so two checkouts never line up and a
tracked file would carry somebody's folders. It also ignores the `matrix`, where `asv.conf.json` sets one thread. This
environment differs from it in its name alone. And what asv knows of the machine stands in `.asv/` instead of in the home
folder, under the name in `ASV_MACHINE` (`local` unless it is set), so that no `asv machine` step is needed first.
"""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import Any

from asv import environment
from asv.machine import Machine, MachineCollection

MACHINE_FILE = Path(".asv/machine.json")
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


class InstalledEnvironment(environment.ExistingEnvironment):  # type: ignore[misc]  # asv has no annotations
    """The running interpreter with whatever is installed in it; the benchmarked commit is the checkout's."""

    tool_name = "installed"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._python = VERSION  # what result files carry; the interpreter's path stays in _executable

    @property
    def name(self) -> str:
        """`installed-py3.11`: the same on every machine and in every checkout."""
        return f"{self.tool_name}-py{VERSION}"


def setup() -> None:
    """Called by asv when it loads the plugin: describe this machine under its project-wide name."""
    environment.ExistingEnvironment = InstalledEnvironment  # so that `--python=same` means this one as well
    name = os.environ.get("ASV_MACHINE", "local")
    Machine.hardcoded_machine_name = name
    MachineCollection.get_machine_file_path = staticmethod(lambda: str(MACHINE_FILE))
    MACHINE_FILE.parent.mkdir(exist_ok=True)
    MachineCollection.save(name, {**Machine.get_defaults(), "machine": name, "os": platform.system()})
