"""Which browser the report's test opens: prints it, or says what is missing."""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def browser():
    """The path of a Chromium."""
    named = os.environ.get("RUCHY_LAMBDA_BROWSER")
    for name in [named] if named else NAMES:
        if path := shutil.which(name):
            return path
    sys.exit(
        f"{named or 'Chromium'} is missing, the browser that the report is opened in to be tested. Install it (Debian: apt-get install chromium), "
        "or name another Chromium in RUCHY_LAMBDA_BROWSER."
    )


if __name__ == "__main__":
    print(browser())
