"""A real Dask scheduler and workers as processes of their own: whatever dies, the results are those of one machine."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from importlib.util import find_spec

import pytest

from bitext.batch import inputs
from bitext.batch.cluster import ClusterWorkers
from bitext.batch.run import run_batch
from bitext.errors import BitextError
from test_batch import COMMAND, batch, options, results, text

from conftest import ROOT, bitext

if find_spec("distributed") is None:
    if os.environ.get("CI"):
        raise RuntimeError("distributed isn't installed, so that the cluster would go untested")
    pytest.skip("distributed isn't installed (pip install 'bitext[cluster]'): the cluster goes UNTESTED", allow_module_level=True)

LIMIT = 60              # seconds that anything may take before the test says that it hangs


class Cluster:
    """A scheduler and workers, on this host or in network namespaces."""

    def __init__(self, folder, host="127.0.0.1", scheduler_in=(), **env):
        folder.mkdir()
        self.folder, self.host, self.scheduler_in, self.env = folder, host, scheduler_in, env
        with closing(socket.socket()) as s:
            s.bind(("127.0.0.1", 0))
            self.address = f"tcp://{host}:{s.getsockname()[1]}"
        self.log = (folder / "log.txt").open("wb")
        self.processes = []
        self.start_scheduler()

    def _start(self, before, *args, **env):
        process = subprocess.Popen([*before, sys.executable, "-m", *map(str, args)], cwd=self.folder, stdout=self.log, stderr=self.log,
                                   env={**os.environ, "BITEXT_TEST_DASK": "1", **self.env, **env})
        self.processes.append(process)
        return process

    def start_scheduler(self):
        self.scheduler = self._start(
            self.scheduler_in, "distributed.cli.dask_scheduler", "--host", self.host, "--port", self.address.rpartition(":")[2], "--no-dashboard")

    def start_worker(self, *args, before=(), nanny=False, **env):
        return self._start(before, "distributed.cli.dask_worker", self.address, "--nthreads", 1, "--no-dashboard", "--local-directory", self.folder,
                           "--nanny" if nanny else "--no-nanny", "--death-timeout", LIMIT, *args, **env)

    def stop(self):
        for p in self.processes[::-1]:
            p.terminate() if "--nanny" in p.args else p.kill()
        for p in self.processes:
            try:
                p.wait(10)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
        self.log.close()


@pytest.fixture
def cluster(tmp_path, request):
    c = Cluster(tmp_path / "cluster", **getattr(request, "param", {}))
    yield c
    c.stop()


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    """A cluster that several tests use, one after another; the limit must let the engine live."""
    c = Cluster(tmp_path_factory.mktemp("standing") / "cluster")
    c.start_worker("--memory-limit", "1GB")
    c.start_worker("--memory-limit", "1GB")
    yield c
    c.stop()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Texts and a shard that take a moment each."""
    monkeypatch.setattr(inputs, "TOGETHER", 200)
    place = tmp_path / "in"
    place.mkdir()
    for n in range(12):
        (place / f"a{n}.ar.txt").write_text(text(n) + "في مهل.\n" * 3, "utf-8")
    write_shard(place, range(24))
    return place


def write_shard(place, numbers, **more):
    lines = {f"d{n}": f"{text(n)}في مهل.\n" for n in numbers} | more
    (place / "s.jsonl").write_text("".join(json.dumps({"name": k, "text": v}, ensure_ascii=False) + "\n" for k, v in lines.items()), "utf-8")


def on(cluster, place, out, command=COMMAND):
    how = options(out)
    return run_batch(str(place), how, ClusterWorkers(how, cluster.address, command))


def notes(out):
    return len(list((out / ".batch").rglob("*.json"))) if out.exists() else 0


def when(out, count, act):
    """Act once some of the work is noted; returns the thread and what it did."""
    did = []

    def watch():
        end = time.monotonic() + LIMIT
        while notes(out) < count and time.monotonic() < end:
            time.sleep(0.02)
        did.append(notes(out))
        act()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread, did


def test_a_worker_is_killed_and_another_is_slow(cluster, folder, tmp_path):
    doomed = cluster.start_worker()
    cluster.start_worker(BITEXT_TEST_SLOW="0.1")
    local = batch(folder, tmp_path / "local")
    out = tmp_path / "out"
    thread, did = when(out, 6, doomed.kill)
    result = on(cluster, folder, out)
    thread.join()
    assert did[0] < 12 + 12  # the kill came while there was work to do
    assert doomed.wait() == -signal.SIGKILL
    assert (result.documents, result.segments, result.failed) == (local.documents, local.segments, []) == (36, 36 * 3 + 12 * 3 + 24, [])
    assert results(out) == results(tmp_path / "local")


def test_the_scheduler_is_killed_and_started_again(cluster, folder, tmp_path):
    cluster.start_worker()
    cluster.start_worker()
    local = batch(folder, tmp_path / "local")
    out = tmp_path / "out"

    def restart():
        cluster.scheduler.kill()
        cluster.scheduler.wait()
        cluster.start_scheduler()  # its workers went with it
        cluster.start_worker()
        cluster.start_worker()

    thread, did = when(out, 6, restart)
    result = on(cluster, folder, out)
    thread.join()
    assert did[0] < 12 + 12
    assert (result.documents, result.segments, result.failed) == (local.documents, local.segments, [])
    assert results(out) == results(tmp_path / "local")


RUN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import test_batch_cluster as t
t.inputs.TOGETHER = 200
class cluster: address = sys.argv[2]
t.on(cluster, Path(sys.argv[3]), Path(sys.argv[4]))
"""


def test_the_batch_is_killed_and_run_again(standing, folder, tmp_path):
    batch(folder, tmp_path / "local")
    out = tmp_path / "out"
    process = subprocess.Popen([sys.executable, "-c", RUN, ROOT / "tests", standing.address, folder, out])
    thread, _ = when(out, 8, process.kill)
    thread.join()
    assert process.wait() == -signal.SIGKILL
    result = on(standing, folder, out)
    assert result.already > 0
    assert 0 < result.documents < 36
    assert results(out) == results(tmp_path / "local")


@pytest.mark.parametrize("cluster", [{"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}], indirect=True, ids=[""])
def test_documents_that_kill_are_set_aside(cluster, folder, tmp_path):
    """A defect, a process killed, too much memory, and worst: the Dask worker itself dies, each time."""
    for _ in range(2):
        cluster.start_worker("--memory-limit", "1GB", nanny=True)
    batch(folder, tmp_path / "local")
    (folder / "b1.ar.txt").write_text("هنا خلل.", "utf-8")
    (folder / "b2.ar.txt").write_text("هنا قاتل.", "utf-8")
    (folder / "b3.ar.txt").write_text("هنا ذاكرة.", "utf-8")
    write_shard(folder, range(24), bad="موت العامل", big="ذاكرة")
    out = tmp_path / "out"
    result = on(cluster, folder, out)
    assert {f.doc: f.reason for f in result.failed} == {
        "b1": "a defect of bitext: ZeroDivisionError: a defect",
        "b2": "the worker died at this document (signal 9), perhaps for want of memory",
        "b3": "out of memory; split the document, or give the workers more",
        "bad": "worker after worker died at this document, perhaps for want of memory",
        "big": "out of memory; split the document, or give the workers more"}
    assert result.documents == 36
    made = results(out)
    assert made.pop("failed.jsonl").count(b"\n") == 5
    assert made == results(tmp_path / "local")  # of the shard: the good documents, as without the bad ones


def test_the_command_with_the_real_package(standing, tmp_path):
    place = tmp_path / "in"
    place.mkdir()
    (place / "a.ar.txt").write_text(text(1), "utf-8")
    args = ["batch", place, "--models", ROOT / "models", "--beam", 1]
    here = bitext(*args[:2], tmp_path / "local", *args[2:])
    there = bitext(*args[:2], f"file://{tmp_path}/out", *args[2:], "--scheduler", standing.address)
    assert (there.returncode, there.stdout, there.stderr) == (here.returncode, here.stdout, here.stderr) == (0, "1 documents, 3 segments\n", "")
    assert results(tmp_path / "out") == results(tmp_path / "local")


def test_no_scheduler_there(tmp_path, folder, monkeypatch):
    monkeypatch.setattr("bitext.batch.cluster.AT_FIRST", 0.0)
    monkeypatch.setattr("bitext.batch.cluster.ANSWER", 0.5)
    with pytest.raises(BitextError, match="no scheduler answers there"):
        run_batch(str(folder), options(tmp_path / "o"), ClusterWorkers(options(tmp_path / "o"), "tcp://127.0.0.1:9"))


def _ip(*args):
    return subprocess.run(["ip", *map(str, args)], capture_output=True, check=False).returncode == 0


@pytest.fixture
def hosts():
    """Three hosts of their own: network namespaces on a bridge, 10.213.7.1 to .3; we are 10.213.7.254."""
    bridge, names = "bitextbr", [f"bitext{n}" for n in (1, 2, 3)]

    def clear():
        for n in names:
            _ip("netns", "del", n)
        _ip("link", "del", bridge)

    clear()
    try:
        made = _ip("link", "add", bridge, "type", "bridge")
    except FileNotFoundError:
        made = False
    if not made:
        pytest.skip("network namespaces need root, and ip of iproute2")
    _ip("addr", "add", "10.213.7.254/24", "dev", bridge)
    _ip("link", "set", bridge, "up")
    ok = True
    for n, name in enumerate(names, 1):
        ok = ok and all([
            _ip("netns", "add", name), _ip("link", "add", f"{name}o", "type", "veth", "peer", "name", "eth0", "netns", name),
            _ip("link", "set", f"{name}o", "master", bridge, "up"), _ip("-n", name, "link", "set", "lo", "up"),
            _ip("-n", name, "addr", "add", f"10.213.7.{n}/24", "dev", "eth0"), _ip("-n", name, "link", "set", "eth0", "up")])
    if not ok:
        clear()
        pytest.skip("network namespaces aren't allowed here")
    yield names
    clear()


def test_hosts_of_their_own_and_one_is_cut_off(hosts, folder, tmp_path):
    """A scheduler and two workers on a network; the cable of one worker is pulled out."""
    run_in = [("ip", "netns", "exec", name) for name in hosts]
    cluster = Cluster(tmp_path / "cluster", "10.213.7.1", run_in[0], DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL="3s")
    try:
        for n in (1, 2):
            cluster.start_worker("--host", f"10.213.7.{n + 1}", before=run_in[n], BITEXT_TEST_SLOW="0.02" if n == 1 else "0")
        batch(folder, tmp_path / "local")
        out = tmp_path / "out"
        thread, did = when(out, 6, lambda: _ip("link", "set", "bitext2o", "down"))
        result = on(cluster, folder, out)
        thread.join()
        assert did[0] < 12 + 12
        assert (result.documents, result.failed) == (36, [])
        assert results(out) == results(tmp_path / "local")
    finally:
        cluster.stop()
