"""Where the Chromium of the browser tests is, and how one gets onto the machine.

`find` only looks; `ensure` installs one when that is possible. Installing means Playwright's own
download, then Debian's package for root.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
ADVICE = (
    "No Chromium for the browser tests: none in CHROMIUM_PATH or on the PATH, and none could be "
    "installed. Install chromium, or set CHROMIUM_PATH to a Chromium or Chrome."
)


class Unavailable(Exception):
    """No Chromium here. The text says what to do."""


def find() -> str | None:
    """The path of a Chromium that starts."""
    return next((path for path in candidates() if starts(path)), None)


def ensure() -> str:
    """The path of a Chromium, installed when there is none."""
    given = os.environ.get("CHROMIUM_PATH")
    if given and not starts(given):
        raise Unavailable(f"CHROMIUM_PATH: {given} does not start. Correct or unset it.")
    found = find()
    for install in (install_with_playwright, install_with_apt):
        if found:
            break
        install()
        found = find()
    if not found:
        raise Unavailable(ADVICE)
    return found


def candidates() -> Iterator[str]:
    given = os.environ.get("CHROMIUM_PATH")
    if given:
        yield given
        return
    yield from filter(None, map(shutil.which, NAMES))
    yield MAC
    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def starts(path: str) -> bool:
    """Whether it runs here: Ubuntu's `chromium-browser` is a note about snap, and a download may
    miss its libraries."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install_with_playwright() -> None:
    print("Chromium is missing; trying Playwright's download.", flush=True)
    attempt([sys.executable, "-m", "playwright", "install", "chromium"])


def install_with_apt() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("Installing Debian's chromium with apt-get.", flush=True)
    if attempt(["apt-get", "update", "-qq"]):
        attempt(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])


def attempt(command: list[str]) -> bool:
    """Run it quietly, and repeat its first line about an error when it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment)
    except subprocess.TimeoutExpired:
        print(f"{command[0]} took longer than ten minutes; giving up on it.", flush=True)
        return False
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        errors = [line for line in said if line.lower().startswith(("e:", "error"))]
        print(f"It failed: {next(iter(errors + said[-1:]), 'without a word')}", flush=True)
    return done.returncode == 0
