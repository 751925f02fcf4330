"""A ComfyUI server on its bad days: failures, drops, stops, and what is no ComfyUI server."""

import re
import threading
from fractions import Fraction

import pytest

from generator.backends.comfyui import ComfyUI
from generator.backends.comfyui.connection import Connection
from rushes.errors import Cancelled, ModelMissing, RushesError
from rushes.jobs import Job, Progress
from tests.fakes.comfyui_server import Breaks, FakeComfyUI
from tests.generator.comfyui_shots import FRAMES, backend, refused, request

SAMPLER = "SamplerCustomAdvanced"


def test_a_node_that_fails_is_named_with_its_cause(server: FakeComfyUI) -> None:
    server.breaks = Breaks("LTXVAddGuide", "Conditioning frames exceed the length\x1b[31m")
    assert "LTXVAddGuide (node " in (reason := refused(backend(server)))
    assert reason.endswith("Conditioning frames exceed the length[31m")


def test_a_card_that_is_full_is_said_so(server: FakeComfyUI) -> None:
    server.breaks = Breaks(SAMPLER, "Allocation on device", "torch.OutOfMemoryError")
    assert f"ran out of memory in {SAMPLER}" in (reason := refused(backend(server)))
    assert "smaller size" in reason


def test_a_failure_that_nobody_heard_is_read_from_the_history(server: FakeComfyUI) -> None:
    server.takes_sockets = False
    server.breaks = Breaks("VAEDecodeTiled", "bad tile")
    assert refused(backend(server)).endswith("bad tile")


def test_a_graph_that_is_not_taken_names_node_and_input(server: FakeComfyUI) -> None:
    reason = refused(backend(server), request(fps=Fraction(240)))
    assert re.search(r"CreateVideo \(node \d+\): Value 240.0 bigger than max of 120.0: fps", reason)


def test_a_dropped_socket_costs_nothing(server: FakeComfyUI) -> None:
    def drop(kind: str) -> None:
        if kind == SAMPLER:
            server.drop_sockets()

    server.at_node = drop
    assert len(list(backend(server).draw(request(), Job()).pictures)) == FRAMES


def test_the_socket_is_opened_again_and_heard(server: FakeComfyUI) -> None:
    server.holds_at = "VAEDecodeTiled"
    seen: list[Progress] = []
    heard = threading.Event()

    def watch(progress: Progress) -> None:
        seen.append(progress)
        if progress.stage == "writing":
            heard.set()

    def wait_for_another_socket(kind: str) -> None:
        if kind == "VAEDecodeTiled":
            server.drop_sockets()
            assert server.joined.wait(10)
            server.go_on.set()

    server.at_node = wait_for_another_socket
    backend(server, poll_s=60).draw(request(), Job(watch))
    assert heard.is_set()


def test_what_happens_to_the_jobs_of_others_is_nothing_to_this_one(server: FakeComfyUI) -> None:
    def tell(kind: str) -> None:
        if kind == SAMPLER:
            server.broadcast("execution_interrupted", node_id="3", node_type="KSampler")
            server.broadcast("execution_error", node_id="3", exception_message="no")
            server.broadcast("progress", node="3", value=1, max=999)

    server.at_node = tell
    seen: list[Progress] = []
    backend(server, poll_s=60).draw(request(), Job(seen.append))
    assert 999 not in {progress.total for progress in seen}


def test_a_server_without_websockets_is_asked_instead(server: FakeComfyUI) -> None:
    server.takes_sockets = False
    assert len(list(backend(server).draw(request(), Job()).pictures)) == FRAMES


def test_stopping_stops_the_server_within_a_step(server: FakeComfyUI) -> None:
    server.holds_at = SAMPLER
    job = Job(lambda progress: job.cancel() if progress.stage == "drawing" else None)
    with pytest.raises(Cancelled):
        backend(server).draw(request(), job)
    assert len(server.interrupts) == 1
    assert server.over.wait(10) and server.stopped == server.interrupts


@pytest.mark.parametrize("path", ["/object_info", "/upload", "/history", "/view"])
def test_a_server_that_says_nothing_does_not_keep_the_user(server: FakeComfyUI, path: str) -> None:
    job = Job()

    def fall_silent(asked: str) -> None:
        if asked.startswith(path) and not job.cancelled:
            job.cancel()
            server.go_on.wait()

    server.at_path = fall_silent
    with pytest.raises(Cancelled):
        backend(server).draw(request(), job)


def test_stopping_while_others_run_leaves_them_alone(server: FakeComfyUI) -> None:
    server.add_other()
    job = Job(lambda progress: job.cancel() if progress.stage == "waiting" else None)
    with pytest.raises(Cancelled):
        backend(server).draw(request(), job)
    assert server.interrupts == []
    assert server.queue()["queue_pending"] == [] and len(server.queue()["queue_running"]) == 1


def test_a_job_behind_others_says_so_and_is_drawn(server: FakeComfyUI) -> None:
    server.add_other()
    notes: list[str] = []

    def watch(progress: Progress) -> None:
        if progress.stage == "waiting":
            notes.append(progress.note)
            server.go_on.set()

    assert len(list(backend(server).draw(request(), Job(watch)).pictures)) == FRAMES
    assert "has another job before" in notes[0]


def test_a_job_that_somebody_else_stops_is_no_wish_of_the_user(server: FakeComfyUI) -> None:
    server.holds_at = SAMPLER
    server.at_node = lambda kind: (
        server.interrupt(server.queue()["queue_running"][0][1]) if kind == SAMPLER else None
    )
    assert "was stopped at" in refused(backend(server))


def test_a_server_that_was_restarted_has_lost_the_job(server: FakeComfyUI) -> None:
    server.at_node = lambda kind: server.forget() if kind == SAMPLER else None
    server.holds_at = SAMPLER
    assert "no longer knows the job" in refused(backend(server))


def test_a_server_that_goes_away_is_given_up(server: FakeComfyUI) -> None:
    server.at_node = lambda kind: server.close() if kind == SAMPLER else None
    server.holds_at = SAMPLER
    assert "the server was lost while it drew: no ComfyUI server answers" in refused(
        backend(server)
    )


def test_a_server_that_is_not_there_is_said_to_be() -> None:
    reason = refused(ComfyUI("http://127.0.0.1:9"))
    assert reason.startswith("no ComfyUI server answers at http://127.0.0.1:9")


def test_an_address_that_is_none_is_refused_at_once() -> None:
    for url in ("ftp://example.org", "http://", "file:///etc/passwd", "http://a:99999"):
        with pytest.raises(ModelMissing, match="comfyui_url is no address"):
            ComfyUI(url)


@pytest.mark.parametrize("path", ["/object_info", "/prompt", "/history", "/view", "/upload"])
def test_a_redirect_is_not_followed(server: FakeComfyUI, path: str, comfyui_film: bytes) -> None:
    with FakeComfyUI(comfyui_film) as elsewhere:
        server.instead[path] = (302, {"Location": f"{elsewhere.url}{path}"}, b"")
        assert "sends to another address" in refused(backend(server))
        assert elsewhere.paths == []


def test_the_websocket_follows_no_redirect(server: FakeComfyUI, comfyui_film: bytes) -> None:
    with FakeComfyUI(comfyui_film) as elsewhere:
        server.instead["/ws"] = (302, {"Location": f"ws{elsewhere.url[4:]}/ws?clientId=a"}, b"")
        assert len(list(backend(server).draw(request(), Job()).pictures)) == FRAMES
        assert elsewhere.paths == []


def test_a_reply_without_end_is_cut_off(server: FakeComfyUI) -> None:
    with pytest.raises(RushesError, match="sent a reply without end"):
        Connection(server.url).ask("/system_stats", Job().check_cancelled, max_bytes=50)


def test_no_origin_is_sent(server: FakeComfyUI) -> None:
    backend(server).draw(request(), Job())
    assert any("/ws?" in path for path in server.paths)
    assert not any("origin" in headers for headers in server.headers)


def test_another_kind_of_server_is_seen_through(server: FakeComfyUI) -> None:
    server.instead["/"] = (200, {"Content-Type": "text/html"}, b"<html>")
    assert "does not answer as a ComfyUI server does" in refused(backend(server))


def test_a_film_that_breaks_off_is_no_film(server: FakeComfyUI, comfyui_film: bytes) -> None:
    whole = {"Content-Length": str(len(comfyui_film) + 1000), "Connection": "close"}
    server.instead["/view"] = (200, whole, comfyui_film)
    assert "broke off" in refused(backend(server))


def test_a_file_that_is_no_film_is_named(server: FakeComfyUI) -> None:
    server.film = b"not a film"
    assert "_00001_.mp4 from http://127.0.0.1" in refused(backend(server))
