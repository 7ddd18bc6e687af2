"""A stand-in for the local control of a hardware key: answers over a WebSocket as it is told."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from bonded_display.customs.sign.signer import FileSigner
from tests.support.seams import START

PASSWORD = "88888888"


@dataclass
class LocalControl:
    """The card that is in, what it was asked, and the faults that wait for the next questions."""

    card: FileSigner
    url: str = ""
    asked: list[str] = field(default_factory=list)
    opened: int = 0
    faults: list[str] = field(default_factory=list)
    """``drop``, ``hang``, ``reader``, ``late`` (an old answer first), ``nonsense``, ``not_json``."""
    released: threading.Event = field(default_factory=threading.Event)

    def answer(self, line: ServerConnection) -> None:
        """Serve one connection."""
        self.opened += 1
        self._say(line, 0, "open", [])
        try:
            for question in line:
                self._one(line, json.loads(question))
        except ConnectionClosed:
            return

    def _one(self, line: ServerConnection, question: dict) -> None:
        number, args = question["_id"], question["args"]
        assert question["_method"] == "cus-sec_SpcSignDataAsPEM"
        self.asked.append(args["inData"])
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "drop":
            line.close()
        elif fault == "hang":
            self.released.wait(5)
        elif fault == "not_json":
            line.send("busy")
        elif fault == "reader":
            self._refuse(line, number, "[读卡器底层库]复位读卡器失败:错误码=50070")
        elif args["passwd"] != PASSWORD:
            self._refuse(line, number, "卡密码错误,还剩4次机会")
        elif fault == "nonsense":
            self._say(line, number, question["_method"], ["%%%", self.card.key_no])
        else:
            if fault == "late":
                self._say(line, number - 1, question["_method"], ["bGF0ZQ==", "0"])
            value = self.card.sign(args["inData"].encode(), START)
            told = [base64.b64encode(value).decode(), self.card.key_no]
            self._say(line, number, question["_method"], told)

    def _say(self, line: ServerConnection, number: int, method: str, data: list[str]) -> None:
        args = {"Result": True, "Data": data, "Error": []}
        said = {"_id": number, "_method": method, "_status": "00", "_args": args}
        line.send(json.dumps(said))

    def _refuse(self, line: ServerConnection, number: int, why: str) -> None:
        args = {"Result": False, "Data": [], "Error": [why, "Err:Custom50070"]}
        line.send(json.dumps({"_id": number, "_status": "00", "_args": args}))


@contextmanager
def running(card: FileSigner) -> Iterator[LocalControl]:
    """Run a control with ``card`` in its reader, on a free port of this machine."""
    control = LocalControl(card)
    with serve(control.answer, "127.0.0.1", 0, compression=None) as server:
        control.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield control
        finally:
            control.released.set()
            server.shutdown()
            thread.join()
