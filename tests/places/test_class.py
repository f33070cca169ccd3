"""A class on one server: JupyterHub, two students at once, one read-only course, nbgitpuller.

`make test-class` runs it (Linux and macOS; minutes) in an environment of its own, build/class.
Everything is on loopback, and the hub starts students' servers with a spawner that comes with it.
On 2026-11-25, JupyterHub 6.1.1, nbgitpuller 1.3.0, Python 3.11 on two cores: lesson 1 twice at once
took 26 s, 522 and 525 MiB at the peak (server and kernel; each run prints its own).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import environment
import psutil
import pytest
import requests
import websocket
from normalize import ROOT, read
from run_notebooks import readers_environment
from student import copy_course

BUILD = ROOT / "build" / "class"
PROXY = "configurable-http-proxy@5.3.0"
LESSON = "01_turn_a_likelihood_into_a_loss.ipynb"
STUDENTS = ("ada", "bob")
TOKEN = uuid.uuid4().hex
START = 300  # seconds for a server to come up on a busy machine; a cell may take longer
CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{homes}/{{username}}"
c.Spawner.cmd = ["{bin}/jupyterhub-singleuser"]
c.Spawner.args = {args}
c.Spawner.start_timeout = c.Spawner.http_timeout = {start}
c.ConfigurableHTTPProxy.command = ["{proxy}/node_modules/.bin/configurable-http-proxy"]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.JupyterHub.services = [{{"name": "driver", "api_token": "{token}"}}]
c.JupyterHub.load_roles = [
    {{"name": "driver", "services": ["driver"], "scopes": ["admin:users", "admin:servers", "access:servers"]}}
]
"""  # noqa: E501


def free_ports(n: int) -> list[int]:
    import socket

    sockets = [socket.socket() for _ in range(n)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def as_a_student(command: list) -> list:
    """The command with a student's right to write: root writes to read-only folders as well."""
    if os.geteuid():
        return command
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]


def wait_for(what: str, found, process=None):
    """What `found()` returns as soon as it is something."""
    until = time.monotonic() + START
    while time.monotonic() < until:
        assert process is None or process.poll() is None, f"{what}: the process ended"
        try:
            if result := found():
                return result
        except requests.ConnectionError:
            pass
        time.sleep(0.5)
    raise AssertionError(f"{what}: nothing after {START} s")


@pytest.fixture(scope="session")
def tools() -> Path:
    """The folder of programs of the class's own environment, made if need be."""
    BUILD.mkdir(parents=True, exist_ok=True)
    environment.VENV = BUILD / "env"
    names = ("requirements.txt", "requirements-site.txt", "requirements-class.txt")
    environment.main([*names])
    if not (BUILD / "proxy" / "node_modules").exists():
        npm = ["npm", "install", "--prefix", str(BUILD / "proxy"), PROXY]
        subprocess.run(npm, check=True, capture_output=True)
    return BUILD / "env" / "bin"


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """One copy of the course that nobody may write to."""
    folder = tmp_path_factory.mktemp("shared") / "course"
    copy_course(folder)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", dirs_exist_ok=True)
    places = [folder, *folder.rglob("*")]
    for path in places:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in places:
        path.chmod(0o755 if path.is_dir() else 0o644)


class Hub:
    """A running hub, asked through its interface."""

    def __init__(self, address: str, homes: Path, process):
        self.address, self.homes, self.process = address, homes, process

    def ask(self, method: str, path: str, **options):
        options.setdefault("timeout", START)
        headers = {"Authorization": f"token {TOKEN}"}
        return requests.request(method, f"{self.address}/{path}", headers=headers, **options)

    def start(self, student: str) -> None:
        self.ask("POST", f"hub/api/users/{student}").raise_for_status()
        self.ask("POST", f"hub/api/users/{student}/server").raise_for_status()

        def ready():
            return self.ask("GET", f"hub/api/users/{student}").json()["servers"][""]["ready"]

        wait_for(f"the server of {student}", ready, self.process)

    def run(self, student: str, path: str, cells: list[str]) -> list[dict]:
        """Run cells in a new kernel of the notebook `path`; each one's outputs."""
        wanted = {"path": path, "type": "notebook", "name": "", "kernel": {"name": "python3"}}
        session = self.ask("POST", f"user/{student}/api/sessions", json=wanted)
        session.raise_for_status()
        kernel = session.json()["kernel"]["id"]
        where = f"ws{self.address[4:]}/user/{student}/api/kernels/{kernel}/channels"
        line = websocket.create_connection(
            where, timeout=4 * START, header=[f"Authorization: token {TOKEN}"], suppress_origin=True
        )
        try:
            return [self._run_cell(line, cell) for cell in cells]
        finally:
            line.close()

    @staticmethod
    def _run_cell(line, source: str) -> list[dict]:
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.3"}
        header |= {"username": "", "session": uuid.uuid4().hex, "date": ""}
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        content |= {"user_expressions": {}, "stop_on_error": True}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        line.send(json.dumps({**message, "channel": "shell", "buffers": []}))
        outputs, waiting = [], {"idle", "reply"}
        while waiting:
            got = line.recv()
            if isinstance(got, bytes):  # buffers of a widget's picture
                continue
            got = json.loads(got)
            if got.get("parent_header", {}).get("msg_id") != header["msg_id"]:
                continue
            kind = got["header"]["msg_type"]
            if kind == "status" and got["content"]["execution_state"] == "idle":
                waiting.discard("idle")
            elif kind == "execute_reply":
                waiting.discard("reply")
            elif kind in ("stream", "error", "display_data", "execute_result"):
                outputs.append({"kind": kind, **got["content"]})
        return outputs


@pytest.fixture(scope="session")
def hub(tools, course, tmp_path_factory):
    """The hub, with the servers of two students; each home has a link to the one course."""
    folder = tmp_path_factory.mktemp("hub")
    homes = folder / "homes"
    for student in STUDENTS:
        (homes / student).mkdir(parents=True)
        (homes / student / "course").symlink_to(course)
    port, hub_port, api_port = free_ports(3)
    args = ["--allow-root"] if os.geteuid() == 0 else []
    settings = {"port": port, "hub_port": hub_port, "api_port": api_port, "homes": homes}
    settings |= {"bin": tools, "proxy": BUILD / "proxy", "args": args, "token": TOKEN}
    config = folder / "jupyterhub_config.py"
    config.write_text(CONFIG.format(**settings, start=START), encoding="utf-8")
    variables = readers_environment() | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    with open(folder / "log.txt", "wb") as log:
        command = as_a_student([str(tools / "jupyterhub"), "-f", str(config)])
        process = subprocess.Popen(
            command, cwd=folder, env=variables, stdout=log, stderr=log, start_new_session=True
        )
        running = Hub(f"http://127.0.0.1:{port}", homes, process)
        try:
            wait_for("the hub", lambda: running.ask("GET", "hub/api/").ok, process)
            for student in STUDENTS:
                running.start(student)
            yield running
        finally:
            children = psutil.Process(process.pid).children(recursive=True)
            for one in [*children, process]:
                one.terminate()
            psutil.wait_procs(children, timeout=20)
            for one in children:
                if one.is_running():
                    one.kill()
            process.wait()


def cells_of(name: str) -> list[str]:
    cells = read(ROOT / "notebooks" / name).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


def faults(outputs: list[list[dict]]) -> list:
    """What a student must not see: errors, and anything on stderr."""
    return [
        (i, one.get("ename", "stderr"), one.get("evalue", one.get("text")))
        for i, cell in enumerate(outputs)
        for one in cell
        if one["kind"] == "error" or one.get("name") == "stderr"
    ]


def mebibytes_of(student: str, process) -> float:
    """Memory of a student's server and kernels, pages that are shared counted in parts."""
    total = 0
    for one in psutil.Process(process.pid).children(recursive=True):
        try:
            if one.environ().get("JUPYTERHUB_USER") == student:
                about = one.memory_full_info()
                total += getattr(about, "pss", about.rss)
        except psutil.Error:
            continue
    return total / 2**20


def test_two_students_run_lesson_1_at_once_from_one_read_only_course(hub, course, capsys):
    lesson, peaks, done = f"course/notebooks/{LESSON}", dict.fromkeys(STUDENTS, 0.0), []

    def watch():
        while not done:
            for student in STUDENTS:
                peaks[student] = max(peaks[student], mebibytes_of(student, hub.process))
            time.sleep(1)

    watching = threading.Thread(target=watch)
    watching.start()
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda s: hub.run(s, lesson, cells_of(LESSON)), STUDENTS))
    took = time.monotonic() - began
    done.append(True)
    watching.join()
    for outputs in both:
        assert faults(outputs) == []
        pictures = [o for cell in outputs for o in cell if "image/png" in o.get("data", {})]
        assert len(pictures) >= 10
        said = "".join(one.get("text", "") for one in outputs[0])
        assert said.count("read-only") == 1 and "Save Notebook As" in said
    with capsys.disabled():
        told = ", ".join(f"{student} {peaks[student]:.0f} MiB" for student in STUDENTS)
        print(f"\nlesson 1 twice at once: {took:.0f} s, {told} at the peak", end=" ")
        print(f"(Python {sys.version.split()[0]}, psutil {version('psutil')})")


def test_answers_do_not_reach_the_course_and_are_kept_at_home(hub, course):
    for student in STUDENTS:
        there = f"user/{student}/api/contents/course/notebooks/{LESSON}"
        opened = hub.ask("GET", there).json()
        assert opened["writable"] is False
        opened["content"]["cells"][0]["source"] += f"\n\nRead by {student}."
        body = {key: opened[key] for key in ("content", "format", "type")}
        assert hub.ask("PUT", there, json=body).status_code >= 400
        own = f"user/{student}/api/contents/my%20lesson%201.ipynb"
        assert hub.ask("PUT", own, json=body).status_code == 201
        saved = (hub.homes / student / "my lesson 1.ipynb").read_text(encoding="utf-8")
        assert f"Read by {student}." in saved
        (setup,) = hub.run(student, "my lesson 1.ipynb", cells_of(LESSON)[:1])
        assert faults([setup]) == [] and "read-only" not in str(setup)
    ours = (ROOT / "notebooks" / LESSON).read_bytes()
    assert (course / "notebooks" / LESSON).read_bytes() == ours


def git(*command: str, cwd: Path) -> str:
    who = ["-c", "user.name=Course", "-c", "user.email=course@example.invalid"]
    done = subprocess.run(
        ["git", *who, *command], cwd=cwd, check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout


@pytest.fixture
def teacher(tmp_path):
    """A git repository of the course, and the address it is handed out from."""
    work, bare = tmp_path / "work", tmp_path / "served" / "course.git"
    work.mkdir()
    copy_course(work)
    shutil.copytree(ROOT / "notebooks", work / "notebooks", dirs_exist_ok=True)
    git("init", "-q", "-b", "main", cwd=work)
    git("add", "-A", cwd=work)
    git("commit", "-qm", "The course", cwd=work)
    git("clone", "-q", "--bare", str(work), str(bare), cwd=tmp_path)
    (port,) = free_ports(1)
    daemon = subprocess.Popen(
        ["git", "daemon", "--export-all", f"--base-path={bare.parent}", "--listen=127.0.0.1",
         f"--port={port}", str(bare.parent)],
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    address = f"git://127.0.0.1:{port}/course.git"
    asking = ["git", "ls-remote", address]
    wait_for("git daemon", lambda: not subprocess.run(asking, capture_output=True).returncode)

    def publish(message: str) -> None:
        git("commit", "-qam", message, cwd=work)
        git("push", "-q", str(bare), "main", cwd=work)

    yield work, address, publish
    for one in [*psutil.Process(daemon.pid).children(recursive=True), daemon]:
        one.terminate()
    daemon.wait()


def test_nbgitpuller_hands_out_news_and_overwrites_no_work(hub, teacher):
    """The student has answered in one notebook; the teacher mends that one and another."""
    work, address, publish = teacher
    home = hub.homes / "ada" / "mine"

    def pull():
        asked = {"repo": address, "branch": "main", "targetpath": "mine", "depth": "1"}
        said = hub.ask("GET", "user/ada/git-pull/api", params=asked).text
        assert '"finished"' in said and '"error"' not in said, said[-2000:]

    pull()
    assert (home / "notebooks" / LESSON).read_bytes() == (work / "notebooks" / LESSON).read_bytes()
    notebooks = home / "notebooks"
    page = hub.ask("GET", "user/ada/git-pull", params={"repo": address, "branch": "main"})
    assert page.status_code == 200

    answered = read(notebooks / LESSON)
    stub = next(i for i, c in enumerate(answered.cells) if c.id.startswith("exercise-1"))
    answered.cells[stub].source = "my_answer = 42"
    (notebooks / LESSON).write_text(json.dumps(answered), encoding="utf-8")
    (notebooks / "scratch.ipynb").write_text("{}", encoding="utf-8")

    other = "02_build_an_autoencoder.ipynb"
    for name in (LESSON, other):
        mended = json.loads((work / "notebooks" / name).read_text(encoding="utf-8"))
        mended["cells"][-1]["source"] = ["Mended by the teacher."]
        (work / "notebooks" / name).write_text(json.dumps(mended, indent=1), encoding="utf-8")
    publish("Two lessons mended")
    pull()
    assert "my_answer = 42" in (notebooks / LESSON).read_text(encoding="utf-8")
    assert "Mended by the teacher." in (notebooks / other).read_text(encoding="utf-8")
    assert (notebooks / "scratch.ipynb").read_text(encoding="utf-8") == "{}"

    (notebooks / other).unlink()
    pull()
    assert (notebooks / other).exists(), "what was deleted comes back"
    (setup,) = hub.run("ada", f"mine/notebooks/{LESSON}", cells_of(LESSON)[:1])
    assert faults([setup]) == [] and "read-only" not in str(setup)
