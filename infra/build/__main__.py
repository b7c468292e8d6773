"""`python -m infra.build COMMAND`: check the sources, and generate archives and published files from them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from infra import manifest
from infra.build import audit, compare_directory, directory, package, readme_tables, ward_tiles


@click.group(context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 120})
def build() -> None: ...


@build.command("check-manifest")
@click.argument("file", type=click.Path(path_type=Path), default=manifest.MANIFEST)
def check_manifest(file: Path) -> None:
    """Print every fault of a manifest, by default functions/manifest.json. Exit with 1 if there are any."""
    try:
        found = manifest.load(file)
    except manifest.ManifestError as error:
        raise SystemExit("\n".join(error.faults)) from error
    print(f"{file}: {len(found.functions)} functions, {len(found.topics)} topics, no fault")


@build.command("manifest-schema")
def manifest_schema() -> None:
    """Print the JSON Schema of the manifest, as stored in infra/manifest.schema.json."""
    sys.stdout.write(manifest.json_schema())


@build.command("package")
@click.argument("folder", type=click.Path(path_type=Path), default=package.TARGET)
def make_package(folder: Path) -> None:
    """Write the archive of every function, named by its SHA-256, with a bill of materials."""
    try:
        names = package.build(folder)
    except package.PackageError as error:
        raise SystemExit(str(error)) from error
    for name in names.values():
        print(f"{(folder / name).stat().st_size:>9} {name}")


@build.command("audit")
@click.option("--offline", is_flag=True, help="Accept that the database of known flaws cannot be reached.")
def run_audit(*, offline: bool) -> None:
    """Look for known vulnerabilities in the locked packages and for secrets in the sources. Exit with 1 if any."""
    sys.exit(audit.run(offline=offline))


@build.command("ward-tiles")
@click.argument("boundaries", type=click.Path(path_type=Path, exists=True))
def write_ward_tiles(boundaries: Path) -> None:
    """Assign the wards in BOUNDARIES (the file named by WARD_BOUNDARIES) to the public map of equal tiles."""
    made = ward_tiles.tiles(json.loads(boundaries.read_text(encoding="utf-8")))
    ward_tiles.TARGET.write_text(json.dumps(dict(sorted(made.items())), separators=(",", ":")) + "\n")
    print(f"{ward_tiles.TARGET}: {len(made)} wards")


@build.command("readme-tables")
def write_tables() -> None:
    """Regenerate the tables of functions/README.md from the manifest and the lifecycle."""
    readme_tables.write()


@build.command("directory")
@click.argument("source", type=click.Path(path_type=Path), envvar="DIRECTORY_SOURCE")
@click.option("--packages", type=click.Path(path_type=Path), help="A folder with the packages to compare with.")
@click.option("--output", type=click.Path(path_type=Path), default=directory.OUTPUT, help="The file to write.")
def make_directory(source: Path, packages: Path | None, output: Path) -> None:
    """Make the shipped directory of units from the city's draft, the JSON file SOURCE (or $DIRECTORY_SOURCE).

    With --packages, the draft is first compared with the data of those packages, as `compare-directory` does. A
    difference stops the build.
    """
    supplement = json.loads(directory.VANISHED.read_text(encoding="utf-8"))
    made = directory.build(json.loads(source.read_text(encoding="utf-8")), supplement)
    if packages and (found := compare_directory.differences(made, packages)):
        raise SystemExit("differs from the packages:\n" + "\n".join(found))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(directory.render(made), encoding="utf-8")
    print(", ".join(f"{key}: {len(value)}" for key, value in made.items() if isinstance(value, list)))


@build.command("compare-directory")
@click.argument("packages", type=click.Path(path_type=Path))
def compare(packages: Path) -> None:
    """List the differences between the shipped directory of units and the packages installed in PACKAGES."""
    shipped = json.loads(compare_directory.DIRECTORY_FILE.read_text(encoding="utf-8"))
    found = compare_directory.differences(shipped, packages)
    print("\n".join(found) or "no differences")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    build(prog_name="python -m infra.build")
