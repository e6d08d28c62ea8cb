"""A PostgreSQL server of the tests' own: reached through a socket in its own folder, gone at the end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine

from tests.needed import leave_out

HOW = "no PostgreSQL server here: tests on it are left out. To run them: apt-get install postgresql, and psycopg (make test installs it)"
_FAST = "-c fsync=off -c synchronous_commit=off -c max_connections=50"
_USER = "postgres"


class Postgresql:
    """A running server."""

    def __init__(self, folder: Path) -> None:
        self._url = f"postgresql://{_USER}@/{_USER}?host={folder}"

    def fresh(self) -> str:
        """The address, as DATABASE_URL takes it, of a new and empty database: a schema of its own, which is made in no time."""
        name = f"bot_{uuid4().hex}"
        engine = create_engine(self._url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
        engine.dispose()
        return f"{self._url}&options=-csearch_path%3D{name}"


@contextmanager
def server() -> Iterator[Postgresql]:
    """Start one and stop it; without its programs the test is left out."""
    programs = _programs()
    if programs is None:
        leave_out("postgresql", HOW)
        return
    folder = Path(tempfile.mkdtemp(prefix="informator-pg-"))
    try:
        if os.geteuid() == 0:  # the server refuses to run as root
            user = pwd.getpwnam(_USER)
            os.chown(folder, user.pw_uid, user.pw_gid)
        _run(programs / "initdb", "-D", folder / "data", "-U", _USER, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} {_FAST}"
        _run(programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield Postgresql(folder)
        finally:
            _run(programs / "pg_ctl", "-D", folder / "data", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _programs() -> Path | None:
    """Where the server's programs are: Debian keeps them beside the path, by version."""
    found = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).parent if found else debian[-1].parent if debian else None


def _run(*command: Path | str) -> None:
    as_other = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--init-groups"] if os.geteuid() == 0 else []
    subprocess.run([*as_other, *map(str, command)], check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
