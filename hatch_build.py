"""Build hooks: requirements.in says what the wheel depends on; nothing is built that lacks what git ignores."""

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

# What `make built` makes, and the files that it is made from.
BUILT = {
    "rbc_events/translations/ja/LC_MESSAGES/messages.mo": "rbc_events/translations/ja/*.po",
    "static/vendor/ready": "package-lock.json",
    "static/fonts/ready": "rbc_events/agendas/fonts.py",
}


class RequirementsHook(MetadataHookInterface):
    def update(self, metadata):
        lines = (Path(self.root) / "requirements.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [line for line in lines if line and not line.startswith("#")]


class WholeHook(BuildHookInterface):
    """Refuses a wheel or sdist without translations, browser packages or fonts. An editable installation needs none."""

    def initialize(self, version, build_data):
        missing = [] if version == "editable" else list(self.missing())
        if missing:
            raise SystemExit(f"Missing or older than its sources: {', '.join(missing)}. First: make built")

    def missing(self):
        root = Path(self.root)
        in_sdist = (root / "PKG-INFO").exists()  # whose files all have the time of unpacking
        for name, sources in BUILT.items():
            newest = 0 if in_sdist else max(path.stat().st_mtime for path in root.glob(sources))
            if not (root / name).exists() or (root / name).stat().st_mtime < newest:
                yield name
