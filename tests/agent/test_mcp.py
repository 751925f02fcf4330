"""The library for other assistants, asked as they ask: by the official client, over pipes."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

import rushes
from indexer.library import Library
from rushes.models import ModelStore

T = TypeVar("T")
READING = {"search", "look", "read", "similar", "propose", "status"}


def served(
    library: Library,
    store: ModelStore,
    folder: Path,
    use: Callable[[ClientSession], Awaitable[T]],
    *arguments: str,
) -> T:
    """What `use` makes of a session with `rushes mcp`."""
    home = folder / "home"
    (home / "data").mkdir(parents=True)
    (home / "data" / "models").symlink_to(store.root, target_is_directory=True)
    program = "from tui.cli import main; main()"
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-c", program, "mcp", "--library", str(library.folder), *arguments],
        env={**os.environ, "RUSHES_HOME": str(home), "PYTHONPATH": _root()},
        cwd=str(folder),
    )

    async def follow() -> T:
        async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            return await use(session)

    return asyncio.run(follow())


def _root() -> str:
    return str(Path(rushes.__file__).parents[1])


def test_another_assistant_searches_and_reads(
    talked_of: Library, starter_store: ModelStore, tmp_path: Path
) -> None:
    async def use(session: ClientSession) -> None:
        offered = (await session.list_tools()).tools
        assert {tool.name for tool in offered} == READING
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in offered)
        found = await session.call_tool("search", {"query": "bicycles kind:video", "limit": 2})
        assert found.structured_content is not None and found.structured_content["fits"]
        moment = found.structured_content["moments"][0]
        assert moment["path"].endswith("bikes.mp4") and moment["timecode"]
        looked = await session.call_tool(
            "look", {"path": moment["path"], "at_s": moment["start_s"]}
        )
        assert looked.structured_content is not None
        assert looked.structured_content["picture"]["labels"]
        read = await session.call_tool("read", {"path": "plan.md"})
        assert read.structured_content is not None
        assert "48,000 euros" in read.structured_content["passages"][0]["text"]

    served(talked_of, starter_store, tmp_path, use)


def test_what_cannot_be_done_is_told_and_the_session_goes_on(
    talked_of: Library, starter_store: ModelStore, tmp_path: Path
) -> None:
    async def use(session: ClientSession) -> None:
        for name, arguments, told in (
            ("read", {"path": "/etc/passwd"}, "outside"),
            ("read", {"path": "../../secret"}, "outside"),
            ("search", {"query": "kind:nothing"}, "is no kind"),
            ("search", {"words": "x"}, "search: "),
            ("timeline", {"selects": [], "out": "x.otio"}, "no tool timeline"),
            ("delete", {}, "no tool delete"),
        ):
            result = await session.call_tool(name, arguments)
            assert result.is_error and told in str(result.content)
        assert (await session.call_tool("status", {})).structured_content is not None

    served(talked_of, starter_store, tmp_path, use)


def test_with_leave_to_write_files_go_into_the_output_folder_only(
    talked_of: Library, starter_store: ModelStore, tmp_path: Path
) -> None:
    (tmp_path / "made").mkdir()
    cut = {"path": "bikes.mp4", "start_s": 3.0, "end_s": 5.0}

    async def use(session: ClientSession) -> None:
        assert {tool.name for tool in (await session.list_tools()).tools} > READING
        await session.call_tool("timeline", {"selects": [cut], "out": "cut.edl"})
        assert (tmp_path / "made" / "cut.edl").exists()
        for out in ("../cut.edl", str(tmp_path / "cut.edl")):
            refused = await session.call_tool("timeline", {"selects": [cut], "out": out})
            assert refused.is_error and "outside" in str(refused.content)
        elsewhere = await session.call_tool("index", {"folder": str(tmp_path)})
        assert elsewhere.is_error and "not approved" in str(elsewhere.content)

    served(
        talked_of, starter_store, tmp_path, use,
        "--allow-write", "--output", str(tmp_path / "made"),
    )  # fmt: skip
    assert not (tmp_path / "cut.edl").exists()
