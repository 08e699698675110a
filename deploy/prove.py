"""`./run prove [name]`: the proofs of tests/proofs in their full figures, each ends with a JSON line.

The same tests run small in `./run test`. What stands behind the name goes to pytest.
"""

import os
import sys

from deploy.environment import PYTHON, ROOT

PROOFS = ROOT / "tests" / "proofs"


def command(arguments: list[str]) -> list[str]:
    """What to run: all proofs, or the one that is named. Stops with the list where there is none of it."""
    names = sorted(path.stem.removeprefix("test_") for path in PROOFS.glob("test_*.py"))
    pytest = [PYTHON, "-m", "pytest", "-q"]
    if not arguments or arguments[0].startswith("-"):
        return [*pytest, "tests/proofs", *arguments]
    name, *rest = arguments
    if name not in names:
        sys.exit("Proofs:\n" + "\n".join(f"  ./run prove {each}" for each in names))
    return [*pytest, f"tests/proofs/test_{name}.py", *rest]


def main() -> None:
    """This process turns into pytest, told to do all of it."""
    line = command(sys.argv[1:])
    os.chdir(ROOT)
    os.execve(line[0], line, {**os.environ, "QUITTANCE_PROVE": "full"})  # noqa: S606 - our own interpreter


if __name__ == "__main__":
    main()
