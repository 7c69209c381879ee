"""Static files with a digest in their name, also inside the modules that import one another."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """The storage of whitenoise, which rewrites `import … from "./other.js"` too."""

    support_js_module_import_aggregation = True
