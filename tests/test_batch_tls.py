"""Mutual TLS: the cluster's certificates are made here, and who has none is turned away."""

from __future__ import annotations

import gc
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_runs import local_run, tables, write_texts

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

import dask
import distributed
import trustme

from pipeline.batch.cluster import DaskEngine
from pipeline.batch.failures import WorkerLost
from pipeline.batch.run import Options, run
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.evaluation.dask_cluster import cluster


def certificate(authority: trustme.CA, folder: Path, name: str) -> dict[str, str]:
    """Files of a certificate and its key, as Dask's configuration names them."""
    made = authority.issue_cert("127.0.0.1", common_name=name)
    files = {"cert": folder / f"{name}.pem", "key": folder / f"{name}.key"}
    made.cert_chain_pems[0].write_to_path(str(files["cert"]))
    made.private_key_pem.write_to_path(str(files["key"]))
    return {key: str(path) for key, path in files.items()}


def client_settings(ca_file: Path, own: dict[str, str]) -> dict[str, object]:
    return {
        "distributed.comm.require-encryption": True,
        "distributed.comm.tls.ca-file": str(ca_file),
        "distributed.comm.tls.client": own,
    }


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, trustme.CA]]:
    """A scheduler and a worker that talk TLS only; address, authority's file, authority."""
    folder = tmp_path_factory.mktemp("tls")
    authority, ca_file = trustme.CA(), folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    own = certificate(authority, folder, "node")
    files = ("--tls-ca-file", str(ca_file), "--tls-cert", own["cert"], "--tls-key", own["key"])
    with cluster(folder, 1, options=("--protocol", "tls", *files)) as (address, _):
        assert address.startswith("tls://")
        yield address, ca_file, authority


def test_a_run_over_mutual_tls(secured: tuple[str, Path, trustme.CA], tmp_path: Path) -> None:
    address, ca_file, authority = secured
    inputs = write_texts(tmp_path / "in", 4)
    own = certificate(authority, tmp_path, "client")
    with dask.config.set(client_settings(ca_file, own)):
        summary = run([inputs], Config(), tmp_path / "out", Options(DaskEngine(address)))
    assert summary.read == 4
    local_run(inputs, tmp_path / "local")
    assert tables(tmp_path / "out") == tables(tmp_path / "local")


def test_the_scheduler_turns_away_who_has_no_certificate(
    secured: tuple[str, Path, trustme.CA],
) -> None:
    """On the wire: it knows the authority, but shows nothing of its own."""
    address, ca_file, _ = secured
    host, _, port = address.removeprefix("tls://").partition(":")
    context = ssl.create_default_context(cafile=str(ca_file))
    with (
        pytest.raises(ssl.SSLError, match=r"CERTIFICATE_REQUIRED|handshake failure"),
        socket.create_connection((host, int(port)), timeout=30) as raw,
        context.wrap_socket(raw, server_hostname=host) as connection,
    ):
        connection.recv(1)  # in TLS 1.3 the refusal comes after the handshake


def test_the_engine_without_a_certificate_or_with_a_strangers(
    secured: tuple[str, Path, trustme.CA], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.batch.cluster._CONNECT_S", 3)
    address, ca_file, _ = secured
    with pytest.raises(UsageError, match="TLS"):
        DaskEngine(address)
    with pytest.raises(WorkerLost):
        DaskEngine(address.replace("tls://", "tcp://"))
    stranger = certificate(trustme.CA(), tmp_path, "stranger")
    with dask.config.set(client_settings(ca_file, stranger)), pytest.raises(WorkerLost):
        DaskEngine(address)
    clients = [one for one in gc.get_objects() if isinstance(one, distributed.Client)]
    assert {one.status for one in clients} <= {"closed"}, "none is left for garbage collection"
