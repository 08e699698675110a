"""`./run lint`: every check of the code's form, one line each; all run, one failure is enough.

The type checker imports the settings, so they get an environment that reaches nothing.
"""

import os
import subprocess
import sys
import time

from deploy.environment import PYTHON, ROOT

NOWHERE = {
    "SECRET_KEY": "for-the-type-checker-only",
    "PIN_PEPPERS": f"1:{'0' * 64}",
    "CODE_KEYS": f"1:{'0' * 64}",
    "RECEIPT_KEYS": f"1:{'0' * 64}",
    "BASE_URL": "http://127.0.0.1:8000",
    "DATABASE_URL": "postgres://nobody@localhost/nothing",
    "REDIS_URL": "redis://localhost:1/0",
    "QUITTANCE_DEMO": "1",
}
CHECKS = {
    "ruff check": [PYTHON, "-m", "ruff", "check", "."],
    "ruff format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "mypy": [PYTHON, "-m", "mypy", ".", "run"],
    "import contracts": [
        PYTHON,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
    ],
}


def main() -> int:
    """Run all checks; 1 if any failed. What a check said is shown only then."""
    failed = False
    for name, command in CHECKS.items():
        began = time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, env={**NOWHERE, **os.environ},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        failed |= done.returncode != 0
        verdict = "FAILED" if done.returncode else "ok"
        print(f"{name:<18}{verdict:<8}{time.monotonic() - began:5.1f} s", flush=True)
        if done.returncode:
            print(done.stdout, flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
