"""Chromium without a window, driven over its own protocol: open a page, ask it, hear what it complains of and fetches."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome")
START_SECONDS, ANSWER_SECONDS = 90, 120
# So long an element has to stay in its place before it is pressed.
STILL_SECONDS = 0.2
COMPLAINTS = ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")


class Browser:
    """One tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._number = socket, 0
        self.events: list[dict[str, Any]] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command of the protocol and its answer; events that come meanwhile are kept."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=ANSWER_SECONDS))
            if message.get("id") == self._number:
                return dict(message.get("result", {}))
            self.events.append(message)

    def open(self, path: Path, width: int) -> None:
        """Load a file at a width and wait until it is drawn."""
        self.events.clear()
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600
        )
        self.call("Page.navigate", url=path.as_uri())
        deadline = time.monotonic() + ANSWER_SECONDS
        while self.ask("document.readyState") != "complete" or self.ask("location.href") != path.as_uri():
            assert time.monotonic() < deadline, "the page did not load"
            time.sleep(0.05)

    def visit(self, address: str, width: int = 1280, height: int = 1500) -> None:
        """Go to an address; what its scripts draw is to be waited for."""
        self.events.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Page.navigate", url=address)

    def wait_for(self, expression: str, seconds: float = ANSWER_SECONDS) -> Any:
        """The value of an expression in the page as soon as it is true of it."""
        deadline = time.monotonic() + seconds
        while not (value := self.ask(expression)):
            assert time.monotonic() < deadline, f"not in time: {expression}\n{self.ask('document.body.innerText')}"
            time.sleep(0.1)
        return value

    def click(self, selector: str, text: str = "", *, nth: int = 0, exactly: bool = False) -> None:
        """Press the mouse on the nth element of a selector that shows a text, or begins with it, where it is drawn."""
        fits = "===" if exactly else ".startsWith"
        found = f"""(() => {{
            const drawn = [...document.querySelectorAll({json.dumps(selector)})]
                .filter(e => e.innerText?.trim(){fits}({json.dumps(text)}) && e.getClientRects().length);
            const element = drawn[{nth}];
            if (!element) return null;
            element.scrollIntoView({{block: 'center'}});
            const box = element.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }})()"""
        place = self.wait_for(found)
        # What a page still moves would be missed: a list that closes, a dialog that opens.
        while place != (again := self._a_moment_later(found)):
            place = again
        x, y = place
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def _a_moment_later(self, found: str) -> Any:
        time.sleep(STILL_SECONDS)
        return self.wait_for(found)

    def focus(self, selector: str, *, nth: int = 0) -> None:
        """Move the keyboard to the nth element of a selector."""
        element = f"document.querySelectorAll({json.dumps(selector)})[{nth}]"
        self.wait_for(f"{element} && ({element}.focus(), document.activeElement === {element})")

    def press(self, key: str) -> None:
        """Press a key of the keyboard: a letter, or one of those that have a name, as Escape."""
        text = key if len(key) == 1 else ""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, text=text if kind == "keyDown" else "")

    def picture(self, path: Path) -> None:
        """Save what is drawn as PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def complaints(self) -> list[str]:
        """Errors of the page and what it wrote to the console."""
        return [json.dumps(event["params"])[:300] for event in self.events if event.get("method") in COMPLAINTS]

    def fetched(self) -> list[str]:
        """Every address the page asked for."""
        requests = [event["params"] for event in self.events if event.get("method") == "Network.requestWillBeSent"]
        return [request["request"]["url"] for request in requests]


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser; the test is skipped where none is installed."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("no chromium on this machine")
    with tempfile.TemporaryDirectory() as profile:
        command = [
            program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            # A desk with a mouse; without one Prefect's interface shows the plain lists of a telephone.
            "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
            "--remote-debugging-port=0",
            f"--user-data-dir={profile}",
        ]
        process = subprocess.Popen([*command, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            # Between two questions nobody reads, so nobody may be asked whether he is still there.
            with connect(_address(Path(profile)), max_size=None, ping_interval=None) as socket:
                yield Browser(socket)
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)


def _address(profile: Path) -> str:
    """Where the first tab listens."""
    port_file, deadline = profile / "DevToolsActivePort", time.monotonic() + START_SECONDS
    while not port_file.exists() or not port_file.read_text().strip():
        assert time.monotonic() < deadline, "the browser did not start"
        time.sleep(0.05)
    port = port_file.read_text().split()[0]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
        pages = json.loads(answer.read())
    return str(next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page"))
