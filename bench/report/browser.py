"""Finds the browser for the report's test: prints its path, or the missing requirement."""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def browser():
    """Returns the path of a Chromium."""
    named = os.environ.get("RUCHY_LAMBDA_BROWSER")
    for name in [named] if named else NAMES:
        if path := shutil.which(name):
            return path
    sys.exit(
        f"{named or 'Chromium'} not found: the report's test needs it. Install it (Debian: apt-get install chromium), "
        "or set RUCHY_LAMBDA_BROWSER to another Chromium."
    )


if __name__ == "__main__":
    print(browser())
