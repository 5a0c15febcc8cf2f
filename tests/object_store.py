"""A real object store on loopback: OpenStack Swift with its S3 interface, four processes."""

from __future__ import annotations

import getpass
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KEY, SECRET = "test:tester", "testing"
PARTS = ("account", "container", "object")
PROXY = """
pipeline = cache s3api tempauth slo proxy-server
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:9
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:slo]
use = egg:swift#slo
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
"""


@contextmanager
def object_store(folder: Path) -> Iterator[str]:
    """Start a store that keeps its data in a new folder; yields its address."""
    (folder / "devices" / "disk").mkdir(parents=True, exist_ok=True)
    (folder / "swift.conf").write_text(
        "[swift-hash]\nswift_hash_path_suffix = test\n"
        "[storage-policy:0]\nname = one\ndefault = yes\n"
    )
    ports = {part: free_port() for part in (*PARTS, "proxy")}
    for part in PARTS:
        device = f"r1z1-127.0.0.1:{ports[part]}/disk"
        for command in (["create", "2", "1", "0"], ["add", device, "1"], ["rebalance"]):
            builder = [program("swift-ring-builder"), str(folder / f"{part}.builder"), *command]
            subprocess.run(builder, check=True, stdout=subprocess.DEVNULL)
    for part, port in ports.items():
        server = f"\npipeline = {part}-server\n[app:{part}-server]\nuse = egg:swift#{part}\n"
        (folder / f"{part}.conf").write_text(
            f"[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = {port}\nworkers = 0\n"
            f"user = {getpass.getuser()}\nswift_dir = {folder}\nmount_check = false\n"
            f"devices = {folder / 'devices'}\n"
            f"[pipeline:main]{PROXY if part == 'proxy' else server}"
        )
    processes = [
        subprocess.Popen(
            [program(f"swift-{part}-server"), str(folder / f"{part}.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for part in ports
    ]
    try:
        for port in ports.values():
            wait_for(port)
        yield f"http://127.0.0.1:{ports['proxy']}"
    finally:
        for process in processes:
            process.kill()
            process.wait()


def program(name: str) -> str:
    """A program that is installed beside this Python."""
    return str(Path(sys.executable).parent / name)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")
