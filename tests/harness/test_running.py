"""Measures that misbehave in every way: the right outcome for that claim alone, a clear reason, nothing left behind."""

from __future__ import annotations

import re
from typing import Any

import pytest

# name -> (source, changes of the claim, what the reason must say)
BROKEN: dict[str, tuple[str, dict[str, str], str]] = {
    "raises": ("def raises(sign=1): raise ValueError('no [/x] \\x1b[31m <b>luck</b>')", {}, r"ValueError: no \[/x\]"),
    "raises_without_words": (
        "class Mute(Exception):\n    def __str__(self): raise RuntimeError\n\ndef raises_without_words(sign=1): raise Mute",
        {},
        "Mute",
    ),
    "has_no_module": ("", {"measure": "'nowhere:f'"}, "there is no module nowhere in project/"),
    "has_no_function": ("", {"measure": "'experiments:f'"}, "has no function f"),
    "is_no_function": ("is_no_function = 4", {}, "has no function"),
    "is_not_ours": ("", {"measure": "'os:system'", "args": "{ command = 'touch harmed' }"}, "there is no module os"),
    "does_not_import": ("", {"measure": "'unparsable:f'"}, "SyntaxError"),
    "imports_what_is_missing": ("", {"measure": "'lacking:f'"}, "cannot import lacking: No module named 'nonesuch'"),
    "takes_other_arguments": ("def takes_other_arguments(y): return y", {}, "cannot take"),
    "gives_none": ("def gives_none(sign=1): return None", {}, "got nothing"),
    "gives_nan": ("def gives_nan(sign=1): return float('nan')", {}, "the result is nan"),
    "gives_infinity_deep_inside": (
        "def gives_infinity_deep_inside(sign=1): return {'a': [1.0, {'b': float('-inf')}]}",
        {},
        r"the result\['a'\]\[1\]\['b'\] is -inf",
    ),
    "gives_nan_in_an_array": (
        "def gives_nan_in_an_array(sign=1):\n    import numpy as np\n    return np.array([[1.0, np.nan]])",
        {},
        r"not finite at index \[0, 1\]",
    ),
    "gives_text": ("def gives_text(sign=1): return 'four'", {}, "expected a number, got 'four'"),
    "gives_a_truth": ("def gives_a_truth(sign=1): return True", {}, "expected a number, got true"),
    "gives_a_list": ("def gives_a_list(sign=1): return [4]", {}, "expected a number, got a list of 1"),
    "gives_an_object": ("def gives_an_object(sign=1): return object()", {}, "the result is a object"),
    "gives_a_complex": ("def gives_a_complex(sign=1): return 4j", {}, "the result is a complex"),
    "gives_objects": (
        "def gives_objects(sign=1):\n    import numpy as np\n    return np.array([None, {}])",
        {},
        "the result has dtype object",
    ),
    "gives_128_bits": (
        "def gives_128_bits(sign=1):\n    import numpy as np\n    return np.longdouble(4)",
        {},
        "the result has dtype float128",
    ),
    "gives_itself": ("def gives_itself(sign=1):\n    x = []\n    x.append(x)\n    return x", {}, "RecursionError"),
    "gives_a_number_of_5000_digits": ("def gives_a_number_of_5000_digits(sign=1): return 10**5000", {}, "ValueError"),
    "gives_too_much": ("def gives_too_much(sign=1): return 'x' * (65 << 20)", {}, "returned more than 64 MiB"),
    "gives_two_equal_keys": ("def gives_two_equal_keys(sign=1): return {1: 1, '1': 2}", {}, "two keys with one text"),
    "ignores_its_seeds": (
        "def ignores_its_seeds(seeds, sign=1): return [4.0] * len(seeds)",
        {"seeds": "64", "tolerance": "{ abs = 1 }"},
        "ignores its seeds",
    ),
    "takes_no_seeds": (
        "def takes_no_seeds(sign=1): return 4.0",
        {"seeds": "64", "tolerance": "{ abs = 1 }"},
        "expected a list with one value a seed",
    ),
    "gives_one_value_for_all_seeds": (
        "def gives_one_value_for_all_seeds(seeds, sign=1): return [float(seeds[0])]",
        {"seeds": "64", "tolerance": "{ abs = 1 }"},
        "has 1 values for 16 seeds",
    ),
    "gives_all_seeds_at_once": (
        "def gives_all_seeds_at_once(seeds, sign=1): return [float(k % 7) for k in range(64)]",
        {"seeds": "64", "tolerance": "{ abs = 1 }"},
        "has 64 values for 16 seeds",
    ),
    "is_ragged": (
        "def is_ragged(seeds, sign=1): return {'x': [1, 2], 'y': [[1.0, 2.0]] * 15 + [[1.0]]}",
        {"value": None, "shape": "{ kind = 'linear' }", "seeds": "16", "tolerance": "{ abs = 1 }"},
        "lists of different lengths",
    ),
    "moves_its_abscissa": (
        (
            "def moves_its_abscissa(seeds, sign=1):\n"
            "    y = [[1.0, 2.0 + s % 5 / 10, 4.0] for s in seeds]\n"
            "    return {'x': [float(seeds[0] + 1), 20.0, 40.0], 'y': y}"
        ),
        {"value": None, "shape": "{ kind = 'power', exponent = 0.34 }", "seeds": "64", "tolerance": "{ abs = 0.003 }"},
        r"the result\['x'\] differs between two batches",
    ),
    "overflows_in_the_mean": (
        "def overflows_in_the_mean(seeds, sign=1): return [1.7e308 - 1e292 * int(s) for s in seeds]",
        {"seeds": "16", "tolerance": "{ abs = 1 }"},
        "",
    ),
    "misses_a_row": (
        "def misses_a_row(sign=1): return {'a': {'v': 1}}",
        {"value": None, "table": "{ key = 'k', columns = ['k', 'v'], rows = [['a', 1], ['b', 2]] }"},
        "missing b",
    ),
    "adds_a_column": (
        "def adds_a_column(sign=1): return {'a': {'v': 1, 'w': 2}}",
        {"value": None, "table": "{ key = 'k', columns = ['k', 'v'], rows = [['a', 1]] }"},
        "extra w",
    ),
    "measures_another_pair": (
        "def measures_another_pair(sign=1): return {'a': 1, 'c': 2}",
        {"value": None, "order": "{ a = 'a', b = 'b', better = 'lower', margin = 0 }", "tolerance": None},
        "missing b; extra c",
    ),
    "confirms_nothing": (
        "def confirms_nothing(sign=1): return None",
        {
            "measure": "'experiments:double'",
            "value": "5",
            "refuted": "{ kind = 'wrong', because = 'b', value = 4, confirm = 'experiments:confirms_nothing' }",
        },
        "the second route to the correction gave nothing",
    ),
    "recurses": ("def recurses(sign=1): return recurses()", {}, "RecursionError"),
    "overflows_the_stack": (
        (
            "def overflows_the_stack(sign=1):\n    import sys\n    sys.setrecursionlimit(10**9)\n"
            "    f = lambda n: max([n], key=lambda n: f(n + 1))\n    return f(0)"
        ),
        {},
        "its process died 2 times",
    ),
    "exits": ("def exits(sign=1): raise SystemExit(0)", {}, "SystemExit: 0"),
    "interrupts_itself": ("def interrupts_itself(sign=1): raise KeyboardInterrupt", {}, "KeyboardInterrupt"),
    "exits_at_once": (
        "def exits_at_once(sign=1):\n    import os\n    print('farewell', flush=True)\n    os._exit(7)",
        {},
        r"its process died 2 times \(exit code 7; the last words: farewell",
    ),
    "kills_itself": (
        "def kills_itself(sign=1):\n    import os\n    os.kill(os.getpid(), 9)",
        {},
        r"its process died 2 times \(signal SIGKILL; ",
    ),
    "kills_its_group": ("def kills_its_group(sign=1):\n    import os\n    os.killpg(0, 9)", {}, "signal SIGKILL"),
    "violates_memory": (
        "def violates_memory(sign=1):\n    import ctypes\n    ctypes.string_at(0)",
        {},
        r"its process died 2 times \(signal SIGSEGV; ",
    ),
    "hangs": ("def hangs(sign=1):\n    while True: pass", {"limits": "{ seconds = 1 }"}, "was stopped after 1 seconds"),
    "hangs_with_the_interpreter_locked": (
        "def hangs_with_the_interpreter_locked(sign=1): return sum(range(10**15))",
        {"limits": "{ seconds = 1 }"},
        "was stopped after 1 seconds",
    ),
    "ignores_sigterm_and_forks": (
        (
            "def ignores_sigterm_and_forks(sign=1):\n    import os, signal, time\n"
            "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    os.fork()\n    os.fork()\n    time.sleep(1000)"
        ),
        {"limits": "{ seconds = 1 }"},
        "was stopped after 1 seconds",
    ),
    "starts_a_daemon": (
        (
            "def starts_a_daemon(sign=1):\n    import subprocess, sys, time\n"
            "    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)', __file__], start_new_session=True)\n"
            "    time.sleep(1000)"
        ),
        {"limits": "{ seconds = 1 }"},
        "was stopped after 1 seconds",
    ),
    "dies_behind_its_child": (
        "def dies_behind_its_child(sign=1):\n    import os, time\n    if os.fork() == 0: time.sleep(1000)\n    os._exit(3)",
        {},
        "its process died 2 times",
    ),
    "eats_memory": (
        "def eats_memory(sign=1):\n    kept = []\n    while True: kept.append(bytearray(8 << 20))",
        {"limits": "{ mebibytes = 300, seconds = 20 }"},
        r"was stopped at \d+ MiB of memory",
    ),
    "answers_in_our_place": (
        (
            "def answers_in_our_place(sign=1):\n    import os\n"
            '    for fd in range(3, 20):\n        try: os.write(fd, b\'{"seconds": 1, "reply": 4}\\n\')\n'
            "        except OSError: pass\n    import time; time.sleep(1000)"
        ),
        {},
        "sent what is no reply",
    ),
    "closes_everything": (
        "def closes_everything(sign=1):\n    import os, time\n    os.closerange(0, 50)\n    time.sleep(1000)",
        {},
        "its process died 2 times",
    ),
}

# name -> (source, changes): odd, but right
WORKING: dict[str, tuple[str, dict[str, str]]] = {
    "prints_100_megabytes": (
        (
            "def prints_100_megabytes(sign=1):\n    import os\n    for _ in range(100): os.write(1, b'x' * 1_000_000)\n"
            "    return sign * 4"
        ),
        {},
    ),
    "prints_our_json": (
        'def prints_our_json(sign=1):\n    print(\'{"seconds": 0.1, "reply": {"value": 5}}\', flush=True)\n    return sign * 4',
        {},
    ),
    "prints_no_text": (
        "def prints_no_text(sign=1):\n    import os\n    os.write(2, bytes(range(256)))\n    return sign * 4",
        {},
    ),
    "reads_standard_input": (
        "def reads_standard_input(sign=1):\n    import sys\n    return sign * 4 + len(sys.stdin.read())",
        {},
    ),
    "leaves_a_child": (
        (
            "def leaves_a_child(sign=1):\n    import subprocess, sys\n"
            "    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)', __file__])\n    return sign * 4"
        ),
        {},
    ),
    "changes_folder": ("def changes_folder(sign=1):\n    import os\n    os.chdir('/')\n    return sign * 4", {}),
    "dies_once": (
        (
            "def dies_once(sign=1):\n    import os, pathlib\n    mark = pathlib.Path(__file__).with_name(f'died{sign}')\n"
            "    if not mark.exists():\n        mark.touch()\n        os._exit(1)\n    return sign * 4"
        ),
        {},
    ),
    "returns_numpy": (
        "def returns_numpy(sign=1):\n    import numpy as np\n    return np.float32(sign * 4)",
        {},
    ),
    "counts_a_table_with_a_column_x": (
        "def counts_a_table_with_a_column_x(seeds, sign=1):\n    return {'x': [True] * len(seeds), 'y': [sign < 0] * len(seeds)}",
        {
            "value": None,
            "order": "{ a = 'x', b = 'y', better = 'higher', margin = 0.1 }",
            "seeds": "4096",
            "tolerance": None,
        },
    ),
}


@pytest.fixture(scope="module")
def outcomes(shared_project: Any) -> dict[str, dict[str, Any]]:
    """One run over all of them; its rows by claim."""
    shared_project.write("unparsable.py", "def f(:\n")
    shared_project.write("lacking.py", "import nonesuch\n")
    claims = [shared_project.claim("before"), shared_project.claim("wrong", value="5")]
    for name, (source, changes, *_) in {**BROKEN, **WORKING}.items():
        shared_project.experiment(source)
        claims.append(shared_project.claim(name, **{"measure": f"'experiments:{name}'", **changes}))
    shared_project.claims(*claims, shared_project.claim("zz_after"))
    done = shared_project.run("run", "--jobs", "2", "--json")
    assert done.code == 3, done.err
    assert "Traceback" not in done.err
    return {row["id"]: row for row in done.rows}


@pytest.mark.parametrize("name", BROKEN)
def test_a_measure_that_breaks_costs_its_own_claim_and_says_why(name: str, outcomes: dict[str, Any]) -> None:
    """The outcome is `error`, never a verdict, and the reason names what happened."""
    row = outcomes[name]
    assert row["outcome"] == "error", row
    assert re.search(BROKEN[name][2], row["reason"]), row["reason"]
    assert not row["as_expected"]


@pytest.mark.parametrize("name", WORKING)
def test_a_measure_that_is_merely_odd_is_judged(name: str, outcomes: dict[str, Any]) -> None:
    """Noise on the standard streams, a death that does not repeat and a child left running change no verdict."""
    assert outcomes[name]["outcome"] == "reproduced", outcomes[name]


def test_the_other_claims_are_not_touched(outcomes: dict[str, Any]) -> None:
    """A good and a wrong claim among them come out as they would alone."""
    assert outcomes["before"]["outcome"] == outcomes["zz_after"]["outcome"] == "reproduced"
    assert outcomes["wrong"]["outcome"] == "refuted"
    assert outcomes["wrong"]["measured"] == "4"


def test_a_specification_runs_no_foreign_code(outcomes: dict[str, Any], shared_project: Any) -> None:
    """`os:system` as a measure is refused before it is called."""
    assert outcomes["is_not_ours"]["outcome"] == "error"
    assert not list(shared_project.root.rglob("harmed"))
