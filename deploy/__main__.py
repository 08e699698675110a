"""What `./run` turns into once `.venv` is there: `python -m deploy start|manage|bench|reset`."""

import sys

from deploy.commands import bench, manage, reset
from deploy.start import start

COMMANDS = {"start": start, "manage": manage, "bench": bench, "reset": reset}

if __name__ == "__main__":
    try:
        COMMANDS[sys.argv[1]](sys.argv[2:])
    except KeyboardInterrupt:
        sys.exit(130)
