"""Whatever a repository makes its tools run, runs in the sandbox, and gets nothing there."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from workers.sandbox import Limits, Sandbox, open_sandbox

MARKER = "ponder-secret-of-this-worker"
LIMITS = Limits(wall_seconds=90, cpu_seconds=60, memory_mib=1536)
PAYLOAD = """
import glob, json, os, socket, sys
def tries():
    yield "secret file", lambda: open({secret!r}).read()
    for path in glob.glob("/proc/*/environ"):
        yield path, lambda path=path: {marker!r} in open(path).read() and path
    yield "server", lambda: socket.create_connection(("127.0.0.1", {port}), 1)
    for folder in ({toolchain!r}, "/usr/lib", "/etc", "/", "/dependencies", {data!r}):
        yield folder, lambda folder=folder: open(folder + "/evil.py", "w")
    yield "accounts", lambda: open("/etc/shadow").read()
got = []
for name, attempt in tries():
    try:
        if attempt():
            got.append(name)
    except (OSError, ValueError):
        pass
with open("/repository/reports/{name}", "w") as file:
    json.dump(got, file)
"""
SCRIPT = """
const fs = require("node:fs"), got = [];
for (const [name, attempt] of [
  ["secret file", () => fs.readFileSync({secret})],
  ["environment", () => process.env.OPENAI_API_KEY],
  ["toolchain", () => fs.writeFileSync({toolchain} + "/evil.js", "")],
  ["system", () => fs.writeFileSync("/usr/lib/evil.js", "")],
]) try {{ if (attempt()) got.push(name); }} catch (error) {{}}
fs.writeFileSync("/repository/reports/{name}", JSON.stringify(got));
"""

# The files that are hostile, '' standing for the payload, and the command that runs them.
TRICKS: dict[str, tuple[dict[str, str], str]] = {
    "conftest.py": ({"conftest.py": "", "test_a.py": ""}, "python -m pytest -q ."),
    "a plugin of pytest": (
        {"evil.py": "", "pytest.ini": "[pytest]\naddopts = -p evil"},
        "PYTHONPATH=. python -m pytest -q .",
    ),
    "sitecustomize": ({"sitecustomize.py": ""}, "PYTHONPATH=. python -c pass"),
    "usercustomize": (
        {"usercustomize.py": ""},
        "PYTHONPATH=. python -c 'import usercustomize'",
    ),
    "a module that shadows one of Python": ({"random.py": ""}, "python -c 'import random'"),
    "setup.py": ({"setup.py": ""}, "python setup.py --version"),
    "a plugin of mypy": (
        {"evil.py": "", "mypy.ini": "[mypy]\nplugins = evil", "a.py": "x = 1\n"},
        "PYTHONPATH=. python -m mypy a.py",
    ),
    "a plugin of coverage": (
        {"evil.py": "", ".coveragerc": "[run]\nplugins = evil", "a.py": "x = 1\n"},
        "PYTHONPATH=. python -m coverage run a.py",
    ),
    "scripts of package.json": (
        {"evil.js": "", "package.json": '{"scripts": {"pretest": "node evil.js", "test": "true"}}'},
        "npm test",
    ),
    "the configuration of ESLint": (
        {"eslint.config.cjs": "", "a.js": "1"},
        "node $NODE/eslint/bin/eslint.js a.js",
    ),
    "the configuration of vitest": (
        {"vitest.config.cjs": "", "a.test.js": "1"},
        "node $NODE/vitest/vitest.mjs run --root .",
    ),
}


def laid_out(folder: Path, told: dict[str, str]) -> str:
    """Write the tricks below a folder, each in its own; and return the script that runs them."""
    (folder / "reports").mkdir(parents=True)
    commands = []
    for number, (name, (files, command)) in enumerate(TRICKS.items()):
        place = folder / f"trick{number}"
        place.mkdir()
        for path, content in files.items():
            quoted = {key: json.dumps(value) for key, value in told.items()}
            javascript = SCRIPT.format(**{**quoted, "name": name})
            python = PAYLOAD.format(**{**told, "name": name})
            payload = python if path.endswith(".py") else javascript
            (place / path).write_text(content or payload)
        commands.append(f"(cd {place.name}; {command})")
    return "\n".join(commands)


@pytest.fixture(scope="module")
async def reports(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, list[str] | None]:
    """What each trick got, or None where it never ran."""
    folder = tmp_path_factory.mktemp("host")
    (folder / "secret").write_text("secret")
    sandbox = await open_sandbox(folder / "scratch")
    assert sandbox is not None
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.MonkeyPatch.context() as patched:
        patched.setenv("OPENAI_API_KEY", MARKER)
        told = {
            "secret": str(folder / "secret"),
            "marker": MARKER,
            "port": str(server.getsockname()[1]),
            "toolchain": str(sandbox.toolchain.folder),
            "data": str(folder),
        }
        script = laid_out(folder / "code", told)
        async with sandbox.workspace(folder / "code") as workspace:
            await workspace.run(
                ["/bin/sh", "-c", script],
                limits=LIMITS,
                environment={"NODE": f"{sandbox.toolchain.folder}/node/node_modules"},
            )
            found = {name: workspace.read(f"reports/{name}") for name in TRICKS}
    return {name: None if raw is None else json.loads(raw) for name, raw in found.items()}


@pytest.mark.parametrize("trick", TRICKS)
def test_nothing_is_got_by(reports: dict[str, list[str] | None], trick: str) -> None:
    assert reports[trick] == [], "the trick should run, and get nothing"


async def test_a_hostile_git_folder_never_arrives(sandbox: Sandbox, tmp_path: Path) -> None:
    code = tmp_path / "code"
    (code / ".git" / "hooks").mkdir(parents=True)
    (code / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (code / ".git" / "config").write_text("[core]\nfsmonitor = touch /repository/ran\n")
    (code / "inner" / ".git").mkdir(parents=True)
    (code / ".gitattributes").write_text("* filter=evil\n")
    async with sandbox.workspace(code) as workspace:
        ran = await workspace.run(["git", "status"], limits=Limits())
        assert (ran.exit_code, workspace.names()) == (128, [".gitattributes"])


async def test_pipes_and_devices_of_the_code_are_not_copied(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "code").mkdir()
    os.mkfifo(tmp_path / "code" / "pipe")
    (tmp_path / "code" / "link").symlink_to("/etc/passwd")
    async with sandbox.workspace(tmp_path / "code") as workspace:
        ran = await workspace.run(["/bin/sh", "-c", "ls; cat link"], limits=Limits())
        assert ran.stdout.startswith("link\nroot:x:0:0:root:/nonexistent")
