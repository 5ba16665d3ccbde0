import http.server
import json
import os
import re
import subprocess
import sys
import threading

import pytest

from bitext.errors import InputError, OutputError, PackageError
from bitext.translation.download import download, index_url
from bitext.translation.packages import checksum_file

from package_factory import make_package

NAME = "translate-ar_en-1_1.argosmodel"


class Server:
    """An index and its files on 127.0.0.1; can answer ranges, and break connections."""

    def __init__(self):
        self.files: dict[str, bytes] = {}
        self.requests: list[tuple[str, str | None]] = []
        self.cut_after: list[int] = []   # bytes after which the next answers of packages break off
        self.ranges = True
        self.status: dict[str, int] = {}
        handler = type("Handler", (Handler,), {"server_of_files": self})
        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self):
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def offer(self, file, data, **metadata):
        self.files[f"/{file}"] = data
        entry = {"package_version": "1.0", "from_code": "ar", "to_code": "en", "links": [self.url + file], **metadata}
        index = json.loads(self.files.get("/index.json", b"[]"))
        self.files["/index.json"] = json.dumps([*index, entry]).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    server_of_files: Server

    def do_GET(self):
        s = self.server_of_files
        wanted = self.headers.get("Range")
        s.requests.append((self.path, wanted))
        if self.path not in s.files or self.path in s.status:
            self.send_error(s.status.get(self.path, 404))
            return
        data, begin = s.files[self.path], 0
        if wanted and s.ranges:
            begin = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1])
            if begin >= len(data):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(data) - begin))
        self.end_headers()
        stop = s.cut_after.pop(0) if s.cut_after and self.path.endswith(".argosmodel") else len(data)
        self.wfile.write(data[begin:begin + stop])

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    s = Server()
    monkeypatch.setenv("ARGOS_PACKAGE_INDEX", s.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield s
    s.close()


@pytest.fixture
def data(tmp_path):
    return make_package(tmp_path / "original.argosmodel").read_bytes()


@pytest.fixture
def models(tmp_path):
    return tmp_path / "models"


def held(folder):
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


def fails(match, *args, error=PackageError):
    with pytest.raises(error, match=match) as e:
        download(*args)
    assert "\n" not in str(e.value)
    return str(e.value)


def test_the_newest_of_the_pair_with_its_checksum(server, data, models):
    server.offer("old.argosmodel", b"old", package_version="1.0")
    server.offer("new.argosmodel", data, package_version="1.1")
    server.offer("de.argosmodel", b"de", from_code="de", package_version="9.0")
    server.offer("cutter.argosmodel", b"x", type="sbd", package_version="9.0")
    seen = []
    p = download("ar", "en", models, progress=lambda *x: seen.append(x))
    assert p.path == models / NAME
    assert p.path.read_bytes() == data
    assert checksum_file(p.path).read_text(encoding="utf-8") == f"{p.sha256}  {NAME}\n"
    assert held(models) == [NAME, f"{NAME}.sha256"]
    assert seen[-1] == (len(data), len(data))


def test_what_is_there_is_not_fetched_again(server, data, models):
    server.offer("p.argosmodel", data, package_version="1.1")
    first = download("ar", "en", models)
    server.requests.clear()
    assert download("ar", "en", models).sha256 == first.sha256
    assert [path for path, _ in server.requests] == ["/index.json"]
    first.path.write_bytes(data[:-10])
    fails("damaged or cut", "ar", "en", models)


def test_a_broken_connection_is_gone_on_with(server, data, models):
    server.offer("p.argosmodel", data, package_version="1.1")
    server.cut_after = [1000, 500]
    assert download("ar", "en", models).path.read_bytes() == data
    assert [r for _, r in server.requests if r] == ["bytes=1000-", "bytes=1500-"]


def test_a_connection_that_breaks_again_and_again(server, data, models):
    server.offer("p.argosmodel", data, package_version="1.1")
    server.cut_after = [1000, 10, 10]
    message = fails(r"cut off at 1,020 of [\d,]+ bytes", "ar", "en", models)
    assert f"{NAME}.part is kept" in message
    assert held(models) == [f"{NAME}.part"]
    assert download("ar", "en", models).path.read_bytes() == data
    assert server.requests[-1][1] == "bytes=1020-"
    assert held(models) == [NAME, f"{NAME}.sha256"]


def test_a_server_without_ranges_begins_again(server, data, models):
    server.offer("p.argosmodel", data, package_version="1.1")
    server.ranges, server.cut_after = False, [1000]
    assert download("ar", "en", models).path.read_bytes() == data


@pytest.mark.parametrize("left", [b"of another file", b"x" * 100_000])
def test_a_foreign_rest_is_noticed(server, data, models, left):
    """A rest that is too long is begun anew; a shorter one gives a damaged file, which is removed."""
    server.offer("p.argosmodel", data, package_version="1.1")
    models.mkdir()
    (models / f"{NAME}.part").write_bytes(left)
    if len(left) < len(data):
        fails("what was fetched is removed", "ar", "en", models)
        assert held(models) == []
    assert download("ar", "en", models).path.read_bytes() == data


@pytest.mark.parametrize(("spoil", "match"), [
    (lambda data: data[:500] + bytes([data[500] ^ 1]) + data[501:], "damaged"),
    (lambda data: data[:-100], "damaged or cut"),
    (lambda _: b"<html>Not here any more</html>", "not a zip file"),
    (lambda _: b"", "not a zip file"),
])
def test_a_damaged_file_is_refused_and_not_left_behind(server, data, models, spoil, match):
    server.offer("p.argosmodel", spoil(data), package_version="1.1")
    fails(f"{match}.*what was fetched is removed", "ar", "en", models)
    assert held(models) == []


def test_a_file_of_another_pair_is_refused(server, tmp_path, models):
    data = make_package(tmp_path / "de.argosmodel", from_code="de").read_bytes()
    server.offer("p.argosmodel", data, package_version="1.1")
    fails("translates de→en, ar→en was asked for.*removed", "ar", "en", models)
    assert held(models) == []


def test_the_next_link_where_one_fails(server, data, models):
    server.offer("p.argosmodel", data, package_version="1.1",
                 links=["ipfs://x", f"{server.url}gone.argosmodel", f"{server.url}p.argosmodel"])
    assert download("ar", "en", models).path.read_bytes() == data


@pytest.mark.parametrize("status", [404, 500, 403])
def test_http_errors(server, data, models, status):
    server.offer("p.argosmodel", data)
    server.status["/p.argosmodel"] = status
    fails(rf"p.argosmodel: HTTP {status} .*; try again, or put .* into .*models/ by hand", "ar", "en", models)
    assert held(models) == []
    server.status["/index.json"] = status
    fails(rf"index can't be read \(HTTP {status} ", "ar", "en", models)


@pytest.mark.parametrize(("index", "match"), [
    (b"<html>", "index can't be read"), (b"{}", "a list was expected"), (b"[]", "not in the package index"),
    (b"\xff", "index can't be read"), (b"[" * 100_000, "index can't be read"),
    (b'[7, {}, {"from_code": "ar", "to_code": "en"}, {"from_code": "ar", "to_code": "en", "package_version": "../x", '
     b'"links": ["http://x/"]}, {"from_code": "ar", "to_code": "en", "package_version": "1", "links": ["file:///x"]}]',
     r"not in the package index .* \(0 pairs\)"),
])
def test_an_index_that_is_none(server, models, index, match):
    server.files["/index.json"] = index
    fails(match, "ar", "en", models)


def test_a_pair_that_two_packages_serve(server, models):
    server.offer("a.argosmodel", b"")
    server.offer("b.argosmodel", b"", from_code="en", to_code="de")
    fails("ar→de: not in the package index .* download ar en and en de", "ar", "de", models)


def test_offline(monkeypatch, models):
    monkeypatch.setenv("ARGOS_PACKAGE_INDEX", "http://127.0.0.1:9")  # the discard port; nobody listens
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    message = fails("can't be read", "ar", "en", models)
    assert f"put an .argosmodel file into {models}/ by hand" in message
    assert not models.exists()


def test_a_folder_that_cannot_be_written(server, data, tmp_path):
    server.offer("p.argosmodel", data)
    (tmp_path / "models").write_text("a file", encoding="utf-8")
    fails("can't be written", "ar", "en", tmp_path / "models", error=OutputError)


def test_codes_are_checked_before_anything(models):
    fails("not a code", "ar", "../en", models, error=InputError)


def test_addresses_that_are_not_http(monkeypatch, models, tmp_path):
    (tmp_path / "index.json").write_text("[]", encoding="utf-8")
    monkeypatch.setenv("ARGOS_PACKAGE_INDEX", tmp_path.as_uri())
    fails("no http address", "ar", "en", models)


def test_the_index_is_argoss_own_and_no_folder_appears(tmp_path):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "ARGOS_"))} | {"HOME": str(tmp_path)}
    code = "from bitext.translation.download import index_url; print(index_url())"
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"https://\S+/argospm-index/\S+/index.json\n", done.stdout)
    assert list(tmp_path.iterdir()) == []


def test_the_users_own_index(monkeypatch):
    for value in ("http://example.org/x", "http://example.org/x/"):
        monkeypatch.setenv("ARGOS_PACKAGE_INDEX", value)
        monkeypatch.setenv("ARGOS_BATCH_SIZE", "not a number")  # a setting of Argos's that is no business of ours
        assert index_url() == "http://example.org/x/index.json"
