"""``python -m repro`` and the ``repro`` command."""

import io
import signal
import sys
import traceback
from types import FrameType


def main() -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a poor terminal shows poor text, not a traceback
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # not under nohup
            signal.signal(number, _interrupt)
    try:
        from repro.cli import run_command_line

        sys.exit(run_command_line(sys.argv[1:]))
    except KeyboardInterrupt:  # before the first command started
        sys.exit(128 + signal.SIGINT)
    except Exception:  # noqa: BLE001  # a fault of ours; Python's own exit code, 1, would read as a refuted claim
        traceback.print_exc()
        sys.exit(3)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """To be terminated is to be interrupted: the workers end, and what is finished is kept."""
    raise KeyboardInterrupt(number)


if __name__ == "__main__":
    main()
