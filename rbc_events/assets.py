"""Browser packages: from node_modules/ (npm, pinned in package-lock.json) into static/vendor/, which git ignores."""

import shutil

from rbc_events.config import ROOT, STATIC

FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
    "bootstrap-icons/font/bootstrap-icons.min.css": "bootstrap-icons.min.css",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff2": "fonts/bootstrap-icons.woff2",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff": "fonts/bootstrap-icons.woff",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "sortablejs/Sortable.min.js": "sortable.min.js",
}


def copy_vendor_files() -> int:
    """Copy the files that pages use, and drop those of an earlier version; returns how many."""
    shutil.rmtree(STATIC / "vendor", ignore_errors=True)
    for source, target in FILES.items():
        path = STATIC / "vendor" / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "node_modules" / source, path)
    return len(FILES)
