from __future__ import annotations

import socket

from infra.local.stack import ports


def test_ports_are_free_distinct_and_remembered() -> None:
    first, faults = ports.allocate(["a", "b"], {}, {}, "seed")
    assert faults == []
    assert len(set(first.values())) == 2
    assert ports.allocate(["a", "b"], {}, first, "other seed")[0] == first


def test_a_remembered_port_that_is_taken_is_given_up() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        given, faults = ports.allocate(["a"], {}, {"a": port}, "seed")
        assert given["a"] != port
        assert faults == []
        assert ports.allocate(["a"], {"A_PORT": str(port)}, {}, "seed")[1] == [
            f"A_PORT: port {port} is taken by another program"
        ]


def test_every_wrong_port_is_named() -> None:
    free, _ = ports.allocate(["x"], {}, {}, "seed")
    port = str(free["x"])
    _, faults = ports.allocate(
        ["a", "b", "c", "d"], {"A_PORT": "http", "B_PORT": "70000", "C_PORT": port, "D_PORT": port}, {}, "seed"
    )
    assert [fault.partition(":")[0] for fault in faults] == ["A_PORT", "B_PORT", "D_PORT"]
